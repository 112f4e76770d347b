// Running a block of threads.
#pragma once

#include "../device/kernel_table.h"

namespace standin {

// Runs all threads of the block that the library's state names, each as far as its next barrier, in the given order.
// Ends the work with a fault where threads wait for each other in vain.
void runBlock(const Library& library, const Kernel& kernel, void** arguments, const Index* order, unsigned threads);

// Forgets the block that a fault ended.
void dropBlock();

// What kernels call.
const Runtime& blockRuntime();

// Makes the barrier at "file:line" do nothing; "" restores all. Whether a kernel has met there.
bool removeBarrier(const char* place);

// The barriers that kernels have met at, as lines of "file:line", since they were last forgotten.
int knownBarriers(char* text, int capacity);
void forgetBarriers();

}  // namespace standin
