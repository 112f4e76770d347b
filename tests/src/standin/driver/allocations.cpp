// The API of memory: allocate, free, ask.
#include "api.h"
#include "capture.h"
#include "memory.h"

using namespace standin;

namespace {

// What frees memory waits for the device first, as the driver does.
void releaseAfterWork(Context& context, const void* address, Place place, Status otherwise) {
    refuseDuringCapture();
    const Allocation* allocation = allocationAt(address);
    if (allocation != nullptr && allocation->context->sticky == SUCCESS) {
        finish(*allocation->context);
    }
    release(address, place, otherwise);
    (void)context;
}

Status allocatePinned(const char* name, void** pointer, std::size_t bytes) {
    return callInContext(name, [&](Context& context) {
        refuseDuringCapture();
        *pointer = allocate(context, bytes, Place::PINNED);
    });
}

// By the driver's number of the attribute.
void attributeOf(void* data, int attribute, const Allocation& allocation) {
    bool device = allocation.place == Place::DEVICE;
    switch (attribute) {
        case 1: *static_cast<void**>(data) = allocation.context->handle; break;
        case 2: *static_cast<unsigned*>(data) = device ? 2 : 1; break;
        case 4: require(!device, INVALID_VALUE); [[fallthrough]];
        case 3: *static_cast<void**>(data) = allocation.start; break;
        case 8: *static_cast<unsigned*>(data) = 0; break;
        case 9: *static_cast<int*>(data) = allocation.context->device; break;
        case 11: *static_cast<void**>(data) = allocation.start; break;
        case 12: *static_cast<std::size_t*>(data) = allocation.bytes; break;
        default: refuse(NOT_SUPPORTED);
    }
}

}  // namespace

extern "C" Status cuMemAlloc_v2(void** pointer, std::size_t bytes) {
    return callInContext("cuMemAlloc_v2", [&](Context& context) {
        refuseDuringCapture();
        *pointer = allocate(context, bytes, Place::DEVICE);
    });
}

extern "C" Status cuMemFree_v2(void* pointer) {
    return callToRelease("cuMemFree_v2", [&](Context& context) {
        if (pointer != nullptr) {
            releaseAfterWork(context, pointer, Place::DEVICE, INVALID_VALUE);
        }
    });
}

extern "C" Status cuMemGetInfo_v2(std::size_t* free, std::size_t* total) {
    return callInContext("cuMemGetInfo_v2", [&](Context& context) {
        *free = std::size_t(freeMemory(context.device));
        *total = std::size_t(totalMemory());
    });
}

extern "C" Status cuMemGetAddressRange_v2(void** start, std::size_t* bytes, void* pointer) {
    return callInContext("cuMemGetAddressRange_v2", [&](Context&) {
        const Allocation* allocation = allocationAt(pointer);
        require(allocation != nullptr, NOT_FOUND);
        if (start != nullptr) {
            *start = allocation->start;
        }
        if (bytes != nullptr) {
            *bytes = allocation->bytes;
        }
    });
}

extern "C" Status cuMemAllocHost_v2(void** pointer, std::size_t bytes) {
    return allocatePinned("cuMemAllocHost_v2", pointer, bytes);
}

extern "C" Status cuMemHostAlloc(void** pointer, std::size_t bytes, unsigned) {
    return allocatePinned("cuMemHostAlloc", pointer, bytes);
}

extern "C" Status cuMemFreeHost(void* pointer) {
    return callToRelease("cuMemFreeHost", [&](Context& context) {
        if (pointer != nullptr) {
            releaseAfterWork(context, pointer, Place::PINNED, INVALID_VALUE);
        }
    });
}

extern "C" Status cuMemHostRegister_v2(void* pointer, std::size_t bytes, unsigned) {
    return callInContext("cuMemHostRegister_v2", [&](Context& context) {
        refuseDuringCapture();
        registerHost(context, static_cast<char*>(pointer), bytes);
    });
}

extern "C" Status cuMemHostUnregister(void* pointer) {
    return callToRelease("cuMemHostUnregister", [&](Context& context) {
        releaseAfterWork(context, pointer, Place::REGISTERED, HOST_MEMORY_NOT_REGISTERED);
    });
}

extern "C" Status cuMemHostGetDevicePointer_v2(void** device, void* host, unsigned flags) {
    return callInContext("cuMemHostGetDevicePointer_v2", [&](Context&) {
        require(flags == 0 && isPinned(host), INVALID_VALUE);
        *device = host;
    });
}

extern "C" Status cuMemHostGetFlags(unsigned* flags, void* host) {
    return callInContext("cuMemHostGetFlags", [&](Context&) {
        require(isPinned(host), INVALID_VALUE);
        *flags = 0;
    });
}

extern "C" Status cuPointerGetAttribute(void* data, int attribute, void* pointer) {
    return callInContext("cuPointerGetAttribute", [&](Context&) {
        const Allocation* allocation = allocationAt(pointer);
        require(allocation != nullptr && data != nullptr, INVALID_VALUE);
        attributeOf(data, attribute, *allocation);
    });
}
