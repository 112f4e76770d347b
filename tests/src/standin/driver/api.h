// What every API function goes through: one lock for the whole driver, the count of calls, the faults that a test asked
// for, the context of the calling thread and its sticky error.
#pragma once

#include <mutex>

#include "context.h"
#include "status.h"

namespace standin {

// The lock of the driver. Work runs with it held, on the thread that forces it.
std::recursive_mutex& driverLock();

// Counts the call; the status that it must return at once, or SUCCESS.
Status enterCall(const char* name);

// As above, for calls that are allowed before cuInit.
Status enterFirstCall(const char* name);

// Whether this thread is inside a function that a stream called: the API must not be used there.
bool& insideHostFunction();

// Runs an API function.
template <typename Body>
Status call(const char* name, Body body) {
    std::lock_guard<std::recursive_mutex> locked(driverLock());
    if (Status status = enterCall(name)) {
        return status;
    }
    try {
        body();
        return SUCCESS;
    } catch (const Failure& failure) {
        return failure.status;
    }
}

// Runs an API function that needs a usable current context.
template <typename Body>
Status callInContext(const char* name, Body body) {
    return call(name, [&] {
        std::shared_ptr<Context> context = currentContext();
        require(context->sticky == SUCCESS, context->sticky);
        body(*context);
    });
}

// Runs an API function that gives something back, which it does even in a context that has failed.
template <typename Body>
Status callToRelease(const char* name, Body body) {
    return call(name, [&] {
        std::shared_ptr<Context> context = currentContext();
        body(*context);
        require(context->sticky == SUCCESS, context->sticky);
    });
}

// Runs an API function that ends something even where it fails; the body gets the status that it must return for all
// that, or SUCCESS.
template <typename Body>
Status callToEnd(const char* name, Body body) {
    std::lock_guard<std::recursive_mutex> locked(driverLock());
    Status due = enterCall(name);
    try {
        body(*currentContext(), due);
        return due;
    } catch (const Failure& failure) {
        return failure.status;
    }
}

}  // namespace standin
