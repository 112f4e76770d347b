// The library of kernels in use.
#pragma once

#include <string>

#include "../device/kernel_table.h"

namespace standin {

// The library, which is loaded when it is first wanted; null if there is none.
const Library* library();

// Uses the library at this path from now on; "" is the one beside the driver. Whether it could be loaded.
bool useLibrary(const std::string& path);

// A kernel by its name, or null.
const Kernel* kernelNamed(const std::string& name);

}  // namespace standin
