// Contexts: the primary one of each device, own ones, and which is current for a thread.
#include <vector>

#include "api.h"
#include "capture.h"
#include "device.h"
#include "memory.h"
#include "module.h"
#include "event.h"

namespace standin {

namespace {

struct Primary {
    std::shared_ptr<Context> context;
    int retained = 0;
    unsigned flags = 0;
};

Primary primaries[DEVICES];

std::vector<void*>& currentStack() {
    static thread_local std::vector<void*> stack;
    return stack;
}

std::shared_ptr<Context> newContext(int device, unsigned flags, bool primary) {
    auto context = std::make_shared<Context>();
    context->device = device;
    context->flags = flags;
    context->primary = primary;
    context->legacy = std::make_shared<Stream>(*context);
    context->handle = contexts().add(context);
    return context;
}

// Takes away all that a context holds; what was still there is counted.
void clear(Context& context) {
    if (context.sticky == SUCCESS) {
        dropCaptures(context);
        finish(context);
    }
    auto here = [&](const auto& object) { return object.context == &context; };
    std::size_t left = executables().removeIf(here) + graphs().removeIf(here) + events().removeIf(here)
            + modules().removeIf(here) + streams().removeIf(here) + freeMemoryOf(context);
    leakedObjects() += (long long)left;
}

void destroy(const std::shared_ptr<Context>& context) {
    clear(*context);
    contexts().remove(context->handle);
}

}  // namespace

Registry<Context>& contexts() {
    static Registry<Context> all;
    return all;
}

long long& leakedObjects() {
    static long long leaked = 0;
    return leaked;
}

std::shared_ptr<Context> currentContext() {
    auto& stack = currentStack();
    require(!stack.empty() && stack.back() != nullptr, INVALID_CONTEXT);
    return contexts().get(stack.back(), CONTEXT_IS_DESTROYED);
}

void failContext(Context& context, Status status) {
    if (context.sticky == SUCCESS) {
        context.sticky = status;
    }
}

}  // namespace standin

using namespace standin;

extern "C" Status cuDevicePrimaryCtxRetain(void** context, int device) {
    return call("cuDevicePrimaryCtxRetain", [&] {
        requireDeviceNumber(device);
        Primary& primary = primaries[device];
        if (primary.context == nullptr) {
            primary.context = newContext(device, primary.flags, true);
        }
        primary.retained++;
        *context = primary.context->handle;
    });
}

extern "C" Status cuDevicePrimaryCtxRelease_v2(int device) {
    return call("cuDevicePrimaryCtxRelease_v2", [&] {
        requireDeviceNumber(device);
        Primary& primary = primaries[device];
        require(primary.retained > 0, INVALID_CONTEXT);
        if (--primary.retained == 0) {
            destroy(primary.context);
            primary.context.reset();
        }
    });
}

extern "C" Status cuDevicePrimaryCtxReset_v2(int device) {
    return call("cuDevicePrimaryCtxReset_v2", [&] {
        requireDeviceNumber(device);
        if (primaries[device].context != nullptr) {
            clear(*primaries[device].context);
            primaries[device].context->sticky = SUCCESS;
        }
    });
}

extern "C" Status cuDevicePrimaryCtxSetFlags_v2(int device, unsigned flags) {
    return call("cuDevicePrimaryCtxSetFlags_v2", [&] {
        requireDeviceNumber(device);
        primaries[device].flags = flags;
    });
}

extern "C" Status cuDevicePrimaryCtxGetState(int device, unsigned* flags, int* active) {
    return call("cuDevicePrimaryCtxGetState", [&] {
        requireDeviceNumber(device);
        *flags = primaries[device].flags;
        *active = primaries[device].context != nullptr;
    });
}

extern "C" Status cuCtxCreate_v2(void** context, unsigned flags, int device) {
    return call("cuCtxCreate_v2", [&] {
        requireDeviceNumber(device);
        *context = newContext(device, flags, false)->handle;
        currentStack().push_back(*context);
    });
}

extern "C" Status cuCtxDestroy_v2(void* handle) {
    return call("cuCtxDestroy_v2", [&] {
        std::shared_ptr<Context> context = contexts().get(handle, INVALID_CONTEXT);
        require(!context->primary, INVALID_CONTEXT);
        destroy(context);
        auto& stack = currentStack();
        if (!stack.empty() && stack.back() == handle) {
            stack.pop_back();
        }
    });
}

extern "C" Status cuCtxSetCurrent(void* handle) {
    return call("cuCtxSetCurrent", [&] {
        if (handle != nullptr) {
            contexts().get(handle, INVALID_CONTEXT);
        }
        auto& stack = currentStack();
        if (!stack.empty()) {
            stack.pop_back();
        }
        if (handle != nullptr) {
            stack.push_back(handle);
        }
    });
}

extern "C" Status cuCtxGetCurrent(void** handle) {
    return call("cuCtxGetCurrent", [&] { *handle = currentStack().empty() ? nullptr : currentStack().back(); });
}

extern "C" Status cuCtxPushCurrent_v2(void* handle) {
    return call("cuCtxPushCurrent_v2", [&] {
        contexts().get(handle, INVALID_CONTEXT);
        currentStack().push_back(handle);
    });
}

extern "C" Status cuCtxPopCurrent_v2(void** handle) {
    return call("cuCtxPopCurrent_v2", [&] {
        require(!currentStack().empty(), INVALID_CONTEXT);
        if (handle != nullptr) {
            *handle = currentStack().back();
        }
        currentStack().pop_back();
    });
}

extern "C" Status cuCtxGetDevice(int* device) {
    return call("cuCtxGetDevice", [&] { *device = currentContext()->device; });
}

extern "C" Status cuCtxGetFlags(unsigned* flags) {
    return callInContext("cuCtxGetFlags", [&](Context& context) { *flags = context.flags; });
}

extern "C" Status cuCtxGetStreamPriorityRange(int* least, int* greatest) {
    return callInContext("cuCtxGetStreamPriorityRange", [&](Context&) {
        *least = 0;
        *greatest = -5;
    });
}

extern "C" Status cuCtxSynchronize() {
    return callInContext("cuCtxSynchronize", [&](Context& context) {
        refuseIfCapturing(context);
        finish(context);
        require(context.sticky == SUCCESS, context.sticky);
    });
}
