// What the stand-in driver and a library of kernels compiled by g++ know of each other.
#pragma once

#include <cstdint>

namespace standin {

struct Index {
    unsigned x;
    unsigned y;
    unsigned z;
};

// Where a kernel is: threadIdx, blockIdx, blockDim, gridDim.
struct State {
    Index thread;
    Index block;
    Index blockSize;
    Index gridSize;
    // The shared memory that the launch asked for, 16 bytes aligned.
    unsigned char* dynamicShared;
};

// One way through the threads of a block. Who waits at a barrier leaves it, and another goes on from `next`.
struct Walk {
    const Index* next;
    const Index* end;
    unsigned long returned;
};

// A place in the source where threads meet.
struct Site {
    const char* file;
    int line;
    bool isKnown;
    bool isMet;
    bool isRemoved;
    Site* following;
};

enum class Meeting { BLOCK, COUNT, WARP, INDEX, UP, DOWN, XOR, BALLOT };

// What the driver does for kernels.
struct Runtime {
    // All threads of the block meet. The sum of their values.
    int (*barrier)(Site* site, Meeting meeting, int value);
    // The lanes of `mask` meet, and each gets what another brought.
    std::uint64_t (*exchange)(Site* site, Meeting meeting, unsigned mask, std::uint64_t value, int operand, int width);
    // Whether an address is in device memory.
    bool (*isDevice)(const void* address);
};

struct Kernel {
    const char* name;
    int mostThreads;
    int parameters;
    const int* sizes;
    const bool* arePointers;
    void (*run)(void** arguments, Walk& walk);
};

struct Library {
    const Kernel* kernels;
    int count;
    State* state;
    const Runtime** runtime;
    // All memory that the kernels declare as __shared__, and a little behind it.
    char* shared;
    char* sharedEnd;
    // In a library of mutants: the one that is active, or 0 (its bound is one more, for a negative number one less),
    // and which were reached.
    int* mutant;
    bool* reached;
    int mutants;
    // In a library that counts: the bytes of device memory that its kernels have read and written.
    long long* bytesRead;
    long long* bytesWritten;
};

}  // namespace standin

extern "C" const standin::Library* standin_library();
