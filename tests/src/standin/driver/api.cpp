// What every API function goes through.
#include "api.h"

#include <atomic>

#include "faults.h"

namespace standin {

std::recursive_mutex& driverLock() {
    static std::recursive_mutex lock;
    return lock;
}

bool& insideHostFunction() {
    static thread_local bool inside = false;
    return inside;
}

void* newHandle() {
    // Not small, so that a handle is not taken for the default stream; not an address, so that using it as one faults.
    static std::atomic<std::uintptr_t> next{0x5a0000};
    return reinterpret_cast<void*>(next += 0x10);
}

static bool initialised = false;

Status enterFirstCall(const char* name) {
    Status injected = countCall(name);
    if (injected == SUCCESS && insideHostFunction()) {
        return NOT_PERMITTED;
    }
    return injected;
}

Status enterCall(const char* name) {
    Status status = enterFirstCall(name);
    return status != SUCCESS || initialised ? status : Status(NOT_INITIALIZED);
}

}  // namespace standin

using namespace standin;

extern "C" Status cuInit(unsigned flags) {
    std::lock_guard<std::recursive_mutex> locked(driverLock());
    if (Status status = enterFirstCall("cuInit")) {
        return status;
    }
    if (flags != 0) {
        return INVALID_VALUE;
    }
    initialised = true;
    return SUCCESS;
}

extern "C" Status cuDriverGetVersion(int* version) {
    std::lock_guard<std::recursive_mutex> locked(driverLock());
    if (Status status = enterFirstCall("cuDriverGetVersion")) {
        return status;
    }
    *version = 13000;
    return SUCCESS;
}
