// The phases of step_tiny.cu that go through the layers: forward, with a loss that goes element by element, and
// backward.
//
// For one block of ELEMENTS threads, which all call each phase; the caller puts the barriers between.
// Reference: the verbs one after the other. Test: CudaTinyProgramTest.
#ifndef CRESSET_STEP_TINY_LAYERS_CUH
#define CRESSET_STEP_TINY_LAYERS_CUH

namespace cresset {

namespace tiny {

// A function's value and its slope.
template <typename T>
struct Point {
    T value;
    T slope;
};

template <typename T>
struct ActivationAt {
    T z;
    template <typename F>
    __device__ inline Point<T> operator()(F f) const {
        const T a = f.value(z);
        return {a, f.slope(F::BY_OUTPUT ? a : z)};
    }
};

template <typename T>
struct LossAt {
    T a;
    T y;
    template <typename Loss>
    __device__ inline Point<T> operator()(Loss loss) const {
        return {loss.value(a, y), loss.slope(a, y)};
    }
};

// As passedOn of activations.cuh: a flat piece passes nothing on.
template <typename T>
__device__ inline T passed(T slope, T da) {
    return slope == T(0) ? T(0) : slope * da;
}

// What follows z of a unit and a sample.
template <typename T>
__device__ inline void finish(
        const Block<T>& block, const Layer<T>& layer, int place, T z, const T* targets, double& cost) {
    const Point<T> a = withActivation(layer.kind, layer.parameter, ActivationAt<T>{z});
    T delta = a.slope;
    if (targets != nullptr) {
        const Point<T> loss = withLoss(block.task.loss, block.task.beta, LossAt<T>{a.value, targets[place]});
        cost += double(loss.value);
        delta = passed(a.slope, block.task.scale * loss.slope);
    }
    block.memory[layer.output + place] = a.value;  // =
    block.memory[layer.delta + place] = delta;     // =
}

// A thread takes SUMS neighbouring units of a sample; the cost of what it takes, if `targets` is given.
template <int SUMS, typename T>
__device__ inline double forwardUnits(const Block<T>& block, const Layer<T>& layer, const T* input, const T* targets) {
    T* const memory = block.memory;
    const int pitch = block.pitch;
    const T* weights = memory + block.task.start + layer.weight;
    const T* biases = memory + block.task.start + layer.bias;
    double cost = 0;
#pragma unroll 1
    for (Cell c = block.way.first; c.row * SUMS < layer.outputs; c = block.way.after(c)) {
        const int unit = c.row * SUMS;
        const int last = layer.outputs - 1 - unit;
        const T* row[SUMS];
        T sum[SUMS];
#pragma unroll
        for (int j = 0; j < SUMS; j++) {
            row[j] = weights + (unit + (j < last ? j : last)) * layer.inputs;
            sum[j] = 0;
        }
#pragma unroll 4
        for (int k = 0; k < layer.inputs; k++) {
            const T x = input[k * pitch + c.column];
#pragma unroll
            for (int j = 0; j < SUMS; j++) {
                sum[j] = real::fma(row[j][k], x, sum[j]);
            }
        }
        const int place = unit * pitch + c.column;
        if constexpr (SUMS == 1) {
            finish(block, layer, place, sum[0] + biases[unit], targets, cost);
        } else {
            // By way of memory, so that what follows is there once.
#pragma unroll
            for (int j = 0; j < SUMS; j++) {
                if (j <= last) {
                    memory[layer.output + place + j * pitch] = sum[j];  // =
                }
            }
#pragma unroll 1
            for (int j = 0; j < SUMS && j <= last; j++) {
                const int own = place + j * pitch;
                finish(block, layer, own, memory[layer.output + own] + biases[unit + j], targets, cost);
            }
        }
    }
    return cost;
}

// Z_l, A_l and f'_l; of the last layer, which has `terms`, the loss (a term for each thread) and D_l, where a loss
// goes element by element.
template <typename T>
__device__ inline void forward(
        const Block<T>& block, const Layer<T>& layer, const T* input, const T* targets, double* terms) {
    const Task<T>& task = block.task;
    const bool hasLoss = terms != nullptr && task.objective == 0;
    const double cost = layer.outputs * task.rows >= TILE * ELEMENTS
            ? forwardUnits<TILE>(block, layer, input, hasLoss ? targets : nullptr)
            : forwardUnits<1>(block, layer, input, hasLoss ? targets : nullptr);
    if (hasLoss) {
        terms[threadIdx.x] = cost;  // =
    }
}

// A thread takes SUMS neighbouring inputs of a sample.
template <int SUMS, typename T>
__device__ inline void backwardInputs(const Block<T>& block, const Layer<T>& layer, const Layer<T>& below) {
    T* const memory = block.memory;
    const int pitch = block.pitch;
    const T* weights = memory + block.task.start + layer.weight;
    const T* deltas = memory + layer.delta;
#pragma unroll 1
    for (Cell c = block.way.first; c.row * SUMS < layer.inputs; c = block.way.after(c)) {
        const int first = c.row * SUMS;
        const int last = layer.inputs - 1 - first;
        T sum[SUMS] = {};
#pragma unroll 4
        for (int u = 0; u < layer.outputs; u++) {
            const T* row = weights + u * layer.inputs + first;
            const T d = deltas[u * pitch + c.column];
#pragma unroll
            for (int j = 0; j < SUMS; j++) {
                sum[j] = real::fma(row[j < last ? j : last], d, sum[j]);
            }
        }
#pragma unroll
        for (int j = 0; j < SUMS; j++) {
            if (j <= last) {
                T* delta = memory + below.delta + (first + j) * pitch + c.column;
                *delta = passed(*delta, sum[j]);  // =
            }
        }
    }
}

// D_(l-1) of D_l: f'_(l-1) is there already.
template <typename T>
__device__ inline void backward(const Block<T>& block, const Layer<T>& layer, const Layer<T>& below) {
    if (layer.inputs * block.task.rows >= TILE * ELEMENTS) {
        backwardInputs<TILE>(block, layer, below);
    } else {
        backwardInputs<1>(block, layer, below);
    }
}

}  // namespace tiny

}  // namespace cresset

#endif
