// Running a kernel.
#pragma once

#include "../device/kernel_table.h"
#include "context.h"

namespace standin {

// Runs all blocks of a kernel, one after the other, in the order that the mode says.
void runKernel(Context& context, const Kernel& kernel, Index grid, Index block, void** arguments);

}  // namespace standin
