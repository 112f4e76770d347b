// What the generated functions call, which stand for all that the stand-in does not do.
#pragma once

#include <set>
#include <string>

#include "api.h"
#include "messages.h"

namespace standin {

// Says once that the function is missing; the status of that.
inline Status missing(const char* name, Status notSupported) {
    std::lock_guard<std::recursive_mutex> locked(driverLock());
    static std::set<std::string> said;
    if (Status injected = enterFirstCall(name)) {
        return injected;
    }
    if (said.insert(name).second) {
        say("%s is not there: write it where it is needed", name);
    }
    return notSupported;
}

}  // namespace standin
