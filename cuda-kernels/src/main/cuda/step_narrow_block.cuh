// What a block works with in a training step of a narrow net: layers, task, places in shared memory. The phases
// of a tile of samples are in step_narrow_batch.cuh, step_narrow_layers.cuh and step_narrow_losses.cuh; the mathematics
// and what is rounded are specified in step_narrow.cu.
//
// Matrices in shared memory are padded with zeros to multiples of 16 rows and columns. The output A_l of a layer and
// later its delta D_l have one place: when D_l is written, A_l has been used for the gradient of the weights above, and
// a thread reads the number of A_l that it overwrites, for the activation's slope.
// Test: CudaNarrowProgramTest.
#ifndef CRESSET_STEP_NARROW_BLOCK_CUH
#define CRESSET_STEP_NARROW_BLOCK_CUH

namespace cresset {

namespace narrow {

using tiny::ActivationAt;
using tiny::Cell;
using tiny::LossAt;
using tiny::passed;
using tiny::Point;
using tiny::SHARING;
using tiny::Way;

constexpr int MOST_LAYERS = 16;
constexpr int MOST_ROWS = 128;  // of a tile
constexpr int WARPS = ELEMENTS / WARP;
constexpr int GRAIN = 16;       // rows and columns are padded to a multiple of it

// A layer; weight and bias are elements of the arena, the places of matrices bytes from the start of shared memory.
struct Layer {
    float parameter;  // of the activation
    int kind;         // of the activation
    int inputs;
    int outputs;
    int weight;
    int bias;
    int factors;      // W_l, outputs x inputs
    int biases;       // b_l, float
    int input;        // A_(l-1), samples x inputs
    int output;       // A_l, D_l, samples x outputs
    int slot;         // the first of its gradients
};

__device__ inline int padded(int count) {
    return (count + GRAIN - 1) / GRAIN * GRAIN;
}

// Numbers from row to row.
template <typename Number>
__device__ inline int pitchOf(int columns) {
    return padded(columns) + 16 / int(sizeof(Number));
}

// Tiles of the gradient of a layer's weights.
__device__ inline int stripsOf(int columns) {
    return (columns + STRIP - 1) / STRIP;
}

__device__ inline int tilesOf(const Layer& layer) {
    return padded(layer.outputs) / FRAGMENT_ROWS * stripsOf(layer.inputs);
}

// What a launch is given.
struct Task {
    const Layer* layers;
    const float* classWeights;
    TableOf<float> features;
    TableOf<float> targets;
    const float* weights;
    const Long* batch;
    const Long* step;
    Long* now;
    float* partials;
    double* sums;
    RowOrder order;
    int objective;
    int loss;  // its kind
    float beta;
    float smoothing;
    Long rows;
    int inputs;
    int targetColumns;
    int depth;
    int tileRows;
    int logits;     // place of Z_(L-1), float
    int labels;     // place of the targets, float
    int gradients;  // place of the gradients, or -1: in global memory
    int slots;
};

// One block at work on tiles of samples; F is what it takes as factors.
template <typename F>
struct Block {
    typedef typename F::Number Number;

    const Task& task;
    unsigned char* memory;
    float* gradients;
    int warp;
    int lane;

    __device__ inline Block(const Task& task, unsigned char* memory, float* gradients)
            : task(task),
              memory(memory),
              gradients(gradients),
              warp(int(threadIdx.x) / WARP),
              lane(int(threadIdx.x) % WARP) {}

    __device__ inline Number* factors(int place) const {
        return reinterpret_cast<Number*>(memory + place);
    }

    __device__ inline float* floats(int place) const {
        return reinterpret_cast<float*>(memory + place);
    }

    __device__ inline float labelOf(int row) const {
        return floats(task.labels)[row * pitchOf<float>(int(task.targets.columns))];
    }

    // Number `column` of a target, which may be the class that is one of a one-hot row.
    __device__ inline float target(int row, int column) const {
        const int given = int(task.targets.columns);
        if (given == task.targetColumns) {
            return floats(task.labels)[row * pitchOf<float>(given) + column];
        }
        return float(column) == labelOf(row) ? 1.0f : 0.0f;
    }
};

}  // namespace narrow

}  // namespace cresset

#endif
