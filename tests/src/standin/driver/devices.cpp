// The devices: two of them, alike, and plainly not GPUs.
#include <cstdint>
#include <cstdio>
#include <cstring>

#include "api.h"
#include "device.h"
#include "memory.h"

namespace standin {

void requireDeviceNumber(int device) {
    require(device >= 0 && device < DEVICES, INVALID_DEVICE);
}

namespace {

constexpr int RESERVED_SHARED_BYTES = 1024;  // of a multiprocessor, for each block

int mostShared = MOST_SHARED_BYTES;

}  // namespace

int sharedOfBlock() {
    return mostShared;
}

void setSharedOfBlock(int bytes) {
    mostShared = bytes;
}

namespace {

// By the driver's number of the attribute. The figures are those of the GPU it stands in for.
int attributeOf(int attribute, int device) {
    switch (attribute) {
        case 1: return MOST_THREADS;           // threads of a block
        case 2: case 3: return MOST_THREADS;   // block x, y
        case 4: return MOST_THREADS_Z;         // block z
        case 5: return 2147483647;             // grid x
        case 6: case 7: return 65535;          // grid y, z
        case 8: return SHARED_BYTES;           // shared memory of a block
        case 9: return 65536;                  // constant memory
        case 10: return 32;                    // warp
        case 12: return 65536;                 // registers of a block
        case 13: return 1980000;               // clock, kHz
        case 15: case 40: return 1;            // overlap; asynchronous engines
        case 16: return MULTIPROCESSORS;
        case 17: return 0;                     // run time limit
        case 18: return 0;                     // integrated
        case 19: return 1;                     // can map host memory
        case 20: return 0;                     // compute mode
        case 31: return 1;                     // concurrent kernels
        case 32: return 0;                     // error correction
        case 33: return 1 + device;            // PCI bus
        case 34: return 0;                     // PCI device
        case 36: return 2619000;               // memory clock, kHz
        case 37: return 5120;                  // memory bus
        case 38: return 50 << 20;              // level 2 cache
        case 39: return 2048;                  // threads of a multiprocessor
        case 41: return 1;                     // unified addresses
        case 50: return 0;                     // PCI domain
        case 75: return MAJOR;
        case 76: return MINOR;
        case 78: return 1;                     // stream priorities
        case 81: return mostShared + RESERVED_SHARED_BYTES;  // shared memory of a multiprocessor
        case 82: return 65536;                 // registers of a multiprocessor
        case 83: return 0;                     // managed memory: not here
        case 88: return 0;                     // pageable memory: kernels may not touch it
        case 89: return 0;                     // concurrent managed access
        case 95: return 0;                     // cooperative launch: not here
        case 97: return mostShared;            // shared memory of a block, on request
        case 99: return 0;                     // host registration of read-only memory
        case 115: return 0;                    // memory pools: not here
        default: return 0;
    }
}

}  // namespace

}  // namespace standin

using namespace standin;

extern "C" Status cuDeviceGetCount(int* count) {
    return call("cuDeviceGetCount", [&] { *count = DEVICES; });
}

extern "C" Status cuDeviceGet(int* device, int ordinal) {
    return call("cuDeviceGet", [&] {
        requireDeviceNumber(ordinal);
        *device = ordinal;
    });
}

extern "C" Status cuDeviceGetName(char* name, int length, int device) {
    return call("cuDeviceGetName", [&] {
        requireDeviceNumber(device);
        require(length > 0, INVALID_VALUE);
        std::snprintf(name, std::size_t(length), "Cresset stand-in driver (no GPU)");
    });
}

extern "C" Status cuDeviceGetAttribute(int* value, int attribute, int device) {
    return call("cuDeviceGetAttribute", [&] {
        requireDeviceNumber(device);
        require(attribute > 0, INVALID_VALUE);
        *value = attributeOf(attribute, device);
    });
}

extern "C" Status cuDeviceComputeCapability(int* major, int* minor, int device) {
    return call("cuDeviceComputeCapability", [&] {
        requireDeviceNumber(device);
        *major = MAJOR;
        *minor = MINOR;
    });
}

extern "C" Status cuDeviceTotalMem_v2(std::size_t* bytes, int device) {
    return call("cuDeviceTotalMem_v2", [&] {
        requireDeviceNumber(device);
        *bytes = std::size_t(totalMemory());
    });
}

extern "C" Status cuDeviceGetUuid(char* uuid, int device) {
    return call("cuDeviceGetUuid", [&] {
        requireDeviceNumber(device);
        std::memcpy(uuid, "cresset-standin", 15);
        uuid[15] = char('0' + device);
    });
}

extern "C" Status cuDeviceGetPCIBusId(char* text, int length, int device) {
    return call("cuDeviceGetPCIBusId", [&] {
        requireDeviceNumber(device);
        require(length >= 13, INVALID_VALUE);
        std::snprintf(text, std::size_t(length), "0000:%02d:00.0", 1 + device);
    });
}

extern "C" Status cuDeviceCanAccessPeer(int* can, int device, int peer) {
    return call("cuDeviceCanAccessPeer", [&] {
        requireDeviceNumber(device);
        requireDeviceNumber(peer);
        *can = 0;
    });
}
