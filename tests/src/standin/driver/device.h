// What the devices are.
#pragma once

#include "status.h"

namespace standin {

constexpr int DEVICES = 2;
constexpr int MAJOR = 9;
constexpr int MINOR = 0;
constexpr int MULTIPROCESSORS = 132;
constexpr int MOST_THREADS = 1024;
constexpr int MOST_THREADS_Z = 64;
constexpr int SHARED_BYTES = 49152;
// What a kernel may have declared of it. The stand-in does not know how much each has, so it counts all with this much.
constexpr int MOST_DECLARED_BYTES = 8192;
// What a launch may ask for, after cuFuncSetAttribute; a test may make it less.
constexpr int MOST_SHARED_BYTES = 232448;

// Refuses what is not the number of a device.
void requireDeviceNumber(int device);

// What a launch may ask for on the devices as they are now, at most MOST_SHARED_BYTES.
int sharedOfBlock();
void setSharedOfBlock(int bytes);

}  // namespace standin
