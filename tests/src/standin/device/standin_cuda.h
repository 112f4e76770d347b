// The words of CUDA, for g++: included before the kernels' own text, which stays as it is for nvcc.
//
// A kernel is an ordinary function, called once for each thread; the four built-in variables are fields of one struct.
// __shared__ memory is static: blocks run one after the other. Nothing else in this library is in its .bss section, so
// the driver can fill that with NaN before each block.
#pragma once

#include <math.h>
#include <stdint.h>
#include <string.h>

#include "kernel_table.h"

namespace standin {
extern State state __attribute__((visibility("hidden")));
extern const Runtime* runtime __attribute__((visibility("hidden")));
}  // namespace standin

#define __global__
#define __device__
#define __host__
#define __forceinline__ inline
#define __noinline__ __attribute__((noinline))
#define __launch_bounds__(...)
#define __shared__ static
#define __constant__ static const

#define threadIdx (standin::state.thread)
#define blockIdx (standin::state.block)
#define blockDim (standin::state.blockSize)
#define gridDim (standin::state.gridSize)
constexpr int warpSize = 32;

// In place of `extern __shared__`: memory that the driver hands out, as large as the launch says.
#define CRESSET_DYNAMIC_SHARED(name) unsigned char* const name = standin::state.dynamicShared

#include "standin_meetings.h"
#include "standin_numbers.h"
