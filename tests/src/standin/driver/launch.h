// Running a kernel.
#pragma once

#include "../device/kernel_table.h"
#include "context.h"

namespace standin {

// Runs all blocks of a kernel, one after the other, in the order that the mode says. `shared` is the shared memory of a
// block that the launch asks for, in bytes.
void runKernel(Context& context, const Kernel& kernel, Index grid, Index block, unsigned shared, void** arguments);

}  // namespace standin
