// Shared memory, which holds NaN when a block begins.
#pragma once

#include "../device/kernel_table.h"

namespace standin {

// Fills all of it.
void poisonShared(const Library& library);

constexpr unsigned char NAN_BYTE = 0xff;

// Whether kernels share an address with the host and each other: device memory, not the shared memory of a block
// and not a thread's stack.
bool isDeviceMemory(const void* address);

// So much memory for a launch that asks for it: aligned to 16 bytes, at the end of a page behind which is nothing.
unsigned char* dynamicShared(unsigned bytes);

// Fills what blocks of this kernel have been seen to change.
void poisonShared(const Library& library, const Kernel& kernel);

// Learns what blocks of this kernel have changed beyond that, and fills it too. Looks at all of it, so it is called
// after the first block of a launch and after the last.
void learnShared(const Library& library, const Kernel& kernel);

}  // namespace standin
