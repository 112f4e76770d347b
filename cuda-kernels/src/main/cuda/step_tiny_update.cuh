// The phases of step_tiny.cu that have to do with parameters: their way between the arena and shared memory, and the
// optimizer's step.
//
// For one block of ELEMENTS threads, which all call each phase; the caller puts the barriers between.
// Reference: the verbs one after the other. Test: CudaTinyProgramTest.
#ifndef CRESSET_STEP_TINY_UPDATE_CUH
#define CRESSET_STEP_TINY_UPDATE_CUH

namespace cresset {

namespace tiny {

// The numbers of the optimizer, for a launch.
template <typename T>
struct Rates {
    T lr;
    T momentum;
    T fresh;
    T decay;
};

// Parameters and velocities between arena and shared memory.
template <typename T, typename Copy>
__device__ inline void parameters(const Block<T>& block, Copy copy) {
    const Task<T>& task = block.task;
    T* weights = block.memory + task.start;
#pragma unroll 1
    for (int p = threadIdx.x; p < task.parameters; p += ELEMENTS) {
        const int element = task.elements[p];
        copy(weights[p], task.weights[element]);
        if (task.velocities != nullptr) {
            copy(weights[task.parameters + p], task.velocities[element]);
        }
    }
}

// The step of parameter p.
template <typename T>
__device__ inline void move(const Block<T>& block, int p, T gradient, const Rates<T>& rates, bool isFirst) {
    const Task<T>& task = block.task;
    T* weights = block.memory + task.start;
    T* velocities = weights + task.parameters;
    const T w = weights[p];
    const T g = real::fma(rates.decay, w, gradient);
    T along = g;
    if (task.velocities != nullptr) {
        const T v = isFirst ? g : real::fma(rates.momentum, velocities[p], rates.fresh * g);
        along = task.nesterov ? real::fma(rates.momentum, v, g) : v;
        velocities[p] = v;  // =
    }
    weights[p] = real::fma(-rates.lr, along, w);  // =
}

// The step of each parameter; `sharing` neighbouring lanes take a group of SUMS or fewer. `shift`: how far the
// batch is from where groups have it; `own`: this thread's first group, known since the launch began.
template <int SUMS, typename T>
__device__ inline void update(
        const Block<T>& block, const Rates<T>& rates, Group own, int sharing, int shift, bool isFirst) {
    const Task<T>& task = block.task;
    const T* const memory = block.memory;
    const int pitch = block.pitch;
    const int part = int(threadIdx.x) % sharing;
    const int apart = ELEMENTS / sharing;
    const int batchEnd = task.inputs * pitch;
#pragma unroll 1
    for (int first = 0; first < task.groupCount; first += apart) {
        const T* input = memory + own.input + (own.input < batchEnd ? shift : 0);
        const T* delta[SUMS];
        T sum[SUMS];
#pragma unroll
        for (int j = 0; j < SUMS; j++) {
            delta[j] = memory + own.delta + (j < own.count ? j * pitch : 0);
            sum[j] = 0;
        }
#pragma unroll 8
        for (int i = own.count > 0 ? part : task.rows; i < task.rows; i += sharing) {
            const T x = input[i];
#pragma unroll
            for (int j = 0; j < SUMS; j++) {
                sum[j] = real::fma(delta[j][i], x, sum[j]);
            }
        }
        // Only groups of one are shared.
        for (int lane = sharing / 2; lane > 0; lane /= 2) {
            sum[0] += __shfl_xor_sync(ALL_LANES, sum[0], lane);
        }
#pragma unroll
        for (int j = 0; j < SUMS; j++) {
            if (j < own.count && part == 0) {
                move(block, own.first + j * own.stride, sum[j], rates, isFirst);
            }
        }
        own = block.group(first + apart + int(threadIdx.x) / sharing);
    }
}

}  // namespace tiny

}  // namespace cresset

#endif
