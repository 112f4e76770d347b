// All kernels of Cresset: one translation unit, read from top to bottom. README.md of this module says how.
//
// The same text is compiled by nvcc (the image in the jar), by NVRTC (on first use, where no image fits) and by g++
// (the stand-in driver of the tests, which defines the CUDA words before it). So there is no #include of any library
// here, and nothing that only one of the three knows; what needs an instruction has a plain twin (step_mma.cuh).
//
// The entry points are `<verb>_f32` and `<verb>_f64`; their arguments are the table dev.cresset.kernels.Kernel, in its
// order: inputs, outputs, scalars, sizes.

// The shared part: numbers, walks over elements, sums in a fixed order.
#include "real.cuh"
#include "walk.cuh"
#include "reduce.cuh"
#include "normal.cuh"
#include "activations.cuh"
#include "order.cuh"

// The kernels.
#include "elementwise.cu"
#include "activations.cu"
#include "dropout.cu"
#include "columns.cu"
#include "batchnorm.cu"
#include "softmax.cu"
#include "losses.cu"
#include "crossentropy.cu"
#include "sgd.cu"
#include "draw.cu"
#include "precisions.cu"

// Whole training steps.
#include "step_tiny_feed.cuh"
#include "step_tiny_block.cuh"
#include "step_tiny_layers.cuh"
#include "step_tiny_losses.cuh"
#include "step_tiny_update.cuh"
#include "step_tiny.cu"

// The kernels of fused steps.
#include "tile.cuh"
#include "step_bf16.cuh"
#include "step_draw.cu"
#include "step_normalize_forward.cuh"
#include "step_normalize_gradient.cuh"
#include "step_normalize.cu"
#include "step_classify.cu"
#include "step_loss.cu"
#include "step_activate.cu"
#include "step_crossentropy.cu"
#include "step_update.cu"

// The kernels of narrow steps.
#include "step_mma.cuh"
#include "step_narrow_products.cuh"
#include "step_narrow_block.cuh"
#include "step_narrow_batch.cuh"
#include "step_narrow_layers.cuh"
#include "step_narrow_losses.cuh"
#include "step_narrow.cu"
