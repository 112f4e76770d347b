// A context: what a program holds on one device.
#pragma once

#include <memory>

#include "registry.h"

namespace standin {

struct Stream;

struct Context {
    void* handle = nullptr;
    int device = 0;
    bool primary = false;
    unsigned flags = 0;
    // The error that every call returns until the context is gone.
    Status sticky = SUCCESS;
    // The stream with handle 0: blocking streams wait for it and it waits for them.
    std::shared_ptr<Stream> legacy;
};

Registry<Context>& contexts();

// The context of the calling thread, or a refusal.
std::shared_ptr<Context> currentContext();

// Notes a device's failure, once.
void failContext(Context& context, Status status);

// How many objects were still there when their context was taken away, since the last reset.
long long& leakedObjects();

}  // namespace standin
