// What a block works with in training steps of a small net: layers, groups of parameters, task, its samples. Its phases
// are in step_tiny_layers.cuh, step_tiny_losses.cuh and step_tiny_update.cuh; the mathematics, the places in shared
// memory and the order of addition are specified in step_tiny.cu.
#ifndef CRESSET_STEP_TINY_BLOCK_CUH
#define CRESSET_STEP_TINY_BLOCK_CUH

namespace cresset {

namespace tiny {

constexpr int MOST_LAYERS = 16;
constexpr int TILE = 4;     // sums that a thread of a larger net does side by side, which share one factor
constexpr int SHARING = 8;  // lanes that share the classes of a sample; most lanes that share a parameter

// A layer; places count from the start of shared memory, weight and bias from the parameters' start.
template <typename T>
struct Layer {
    T parameter;  // of the activation
    int kind;     // of the activation
    int inputs;
    int outputs;
    int weight;
    int bias;
    int input;   // A_(l-1), unused in the first layer
    int output;  // A_l
    int delta;   // D_l
};

// Parameters of neighbouring units, at most TILE, that have one input.
struct Group {
    int input;   // its row; of the bias the row of ones
    int delta;   // the first unit's row of D; the others' follow
    int first;   // the first unit's parameter
    int stride;  // to the next unit's
    int count;
};

// What a launch is given.
template <typename T>
struct Task {
    const Layer<T>* layers;
    const Group* groups;
    const int* elements;  // of each parameter, in the arena
    const T* classWeights;
    TableOf<T> features;
    TableOf<T> targets;
    const T* hyper;
    T* weights;
    T* velocities;  // null without momentum
    Long* batch;
    Long* step;
    T* ring;
    RowOrder order;
    int nesterov;
    int objective;
    int loss;  // its kind
    T beta;
    T scale;
    int rule;  // of the divisor, as crossEntropyDivisor
    T smoothing;
    int rows;
    int inputs;
    int targetColumns;
    int depth;
    int parameters;
    int groupCount;
    int start;  // of the parameters in shared memory
    int ahead;
    Long ringSize;
    Long steps;
};

// One block at work.
template <typename T>
struct Block {
    const Task<T>& task;
    T* memory;
    double* divisor;  // of a cross-entropy
    int pitch;
    Way way;  // through samples: a row is a unit, a column a sample

    __device__ inline Block(const Task<T>& task, T* memory, double* divisor)
            : task(task),
              memory(memory),
              divisor(divisor),
              pitch(pitchOf(task.rows)),
              way(task.rows, threadIdx.x) {}

    // The sum of all threads' terms; for one warp.
    __device__ inline double total(const double* terms) const {
        double sum = 0;
        for (int t = threadIdx.x % WARP; t < ELEMENTS; t += WARP) {
            sum += terms[t];
        }
        return warpSum(sum);
    }

    // Group g; an empty one where there is none.
    __device__ inline Group group(int g) const {
        return g < task.groupCount ? task.groups[g] : Group{0, 0, 0, 0, 0};
    }
};

}  // namespace tiny

}  // namespace cresset

#endif
