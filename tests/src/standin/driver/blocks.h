// Running a block of threads.
#pragma once

#include "../device/kernel_table.h"

namespace standin {

// Says what the blocks to come are of, and in which order their threads run. `order` is read at each block; from block
// to block it may only change in random mode.
void beginBlocks(const Library& library, const Kernel& kernel, void** arguments, const Index* order, unsigned threads);

// Runs all threads of the block that the library's state names, each as far as its next barrier. Ends the work with a
// fault where threads wait for each other in vain.
void runBlock();

// Forgets the block that a fault ended.
void dropBlock();

// What kernels call.
const Runtime& blockRuntime();

// Makes the barrier at "file:line" do nothing, and no other. Whether threads have ever met there.
bool removeBarrier(const char* place);

// The barriers at which threads have met since that was last forgotten, as lines of "file:line".
int knownBarriers(char* text, int capacity);
void forgetBarriers();

}  // namespace standin
