// Running device work so that a fault in it does not end the process.
#pragma once

#include <functional>
#include <string>

#include "status.h"

namespace standin {

// Runs `work` on this thread. SUCCESS, or what its fault is to CUDA. `describe` is told of the fault.
Status runGuarded(const std::function<void()>& work, const char* name);

// Ends the device work that is running on this thread, as a fault with this status.
[[noreturn]] void abortWork(Status status);

// Called at a fault: where a kernel was, if one was running. May be null.
extern std::string (*describeFault)();

}  // namespace standin
