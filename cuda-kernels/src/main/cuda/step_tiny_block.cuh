// The phases of a training step of a small net in one block: forward, the losses, backward, update. The mathematics,
// the places in shared memory and the order of addition are specified in step_tiny.cu.
//
// For one block of ELEMENTS threads, which all call each phase; the caller puts the barriers between.
// Reference: the verbs one after the other. Test: CudaTinyProgramTest.
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

// The numbers of the optimizer, for a launch.
template <typename T>
struct Rates {
    T lr;
    T momentum;
    T fresh;
    T decay;
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

    // Z_l, A_l and f'_l; of the last layer, which has `terms`, the loss (a term for each thread) and D_l, where a loss
    // goes element by element.
    __device__ inline void forward(const Layer<T>& layer, const T* input, const T* targets, double* terms) const {
        const bool hasLoss = terms != nullptr && task.objective == 0;
        const double cost = layer.outputs * task.rows >= TILE * ELEMENTS
                ? forward<TILE>(layer, input, hasLoss ? targets : nullptr)
                : forward<1>(layer, input, hasLoss ? targets : nullptr);
        if (hasLoss) {
            terms[threadIdx.x] = cost;  // =
        }
    }

    // D_(l-1) of D_l: f'_(l-1) is there already.
    __device__ inline void backward(const Layer<T>& layer, const Layer<T>& below) const {
        if (layer.inputs * task.rows >= TILE * ELEMENTS) {
            backward<TILE>(layer, below);
        } else {
            backward<1>(layer, below);
        }
    }

    // A thread takes SUMS neighbouring units of a sample; the cost of what it takes, if `targets` is given.
    template <int SUMS>
    __device__ inline double forward(const Layer<T>& layer, const T* input, const T* targets) const {
        const T* weights = memory + task.start + layer.weight;
        const T* biases = memory + task.start + layer.bias;
        double cost = 0;
#pragma unroll 1
        for (Cell c = way.first; c.row * SUMS < layer.outputs; c = way.after(c)) {
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
                finish(layer, place, sum[0] + biases[unit], targets, cost);
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
                    finish(layer, own, memory[layer.output + own] + biases[unit + j], targets, cost);
                }
            }
        }
        return cost;
    }

    // What follows z of a unit and a sample.
    __device__ inline void finish(const Layer<T>& layer, int place, T z, const T* targets, double& cost) const {
        const Point<T> a = withActivation(layer.kind, layer.parameter, ActivationAt<T>{z});
        T delta = a.slope;
        if (targets != nullptr) {
            const Point<T> loss = withLoss(task.loss, task.beta, LossAt<T>{a.value, targets[place]});
            cost += double(loss.value);
            delta = passed(a.slope, task.scale * loss.slope);
        }
        memory[layer.output + place] = a.value;  // =
        memory[layer.delta + place] = delta;     // =
    }

    // A thread takes SUMS neighbouring inputs of a sample.
    template <int SUMS>
    __device__ inline void backward(const Layer<T>& layer, const Layer<T>& below) const {
        const T* weights = memory + task.start + layer.weight;
        const T* deltas = memory + layer.delta;
#pragma unroll 1
        for (Cell c = way.first; c.row * SUMS < layer.inputs; c = way.after(c)) {
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

    // What the rows of a cross-entropy with class numbers are divided by, rule 2; for one warp.
    __device__ inline void divide(const T* targets, const T* classWeights, int classes) const {
        const int lane = threadIdx.x % WARP;
        double sum = 0;
#pragma unroll 1
        for (int i = lane; i < task.rows; i += WARP) {
            const Long label = indexBelow(targets[i], Long(classes));
            sum += double(label < 0 ? notANumber<T>() : classWeights[label]);
        }
        sum = warpSum(sum);
        if (lane == 0) {
            *divisor = sum;  // =
        }
    }

    // D_(L-1) and the loss of a cross-entropy. SHARING neighbouring lanes take a sample; warps go through all rounds.
    __device__ inline void classes(
            const Layer<T>& layer, const T* targets, const T* classWeights, double* terms) const {
        const int count = layer.outputs;
        const int part = threadIdx.x % SHARING;
        const T by = T(*divisor);
        const T kept = T(1) - task.smoothing;
        const T smooth = task.smoothing / T(count);
        double cost = 0;
#pragma unroll 1
        for (int first = 0; first < task.rows; first += ELEMENTS / SHARING) {
            const int row = first + int(threadIdx.x) / SHARING;
            const bool isInside = row < task.rows;
            const int i = isInside ? row : 0;
            const T* logits = memory + layer.output + i;
            T* deltas = memory + layer.delta + i;
            const Long label = task.objective == 1 ? indexBelow(targets[i], Long(count)) : 0;
            const auto share = [&](int c) {
                const T hit = task.objective == 1 ? T(c == label ? 1 : 0) : targets[c * pitch + i];
                const T q = real::product(classWeights[c], real::fma(kept, hit, smooth));
                return label < 0 ? notANumber<T>() : q;
            };
            T largest = minusInfinity<T>();
#pragma unroll 1
            for (int c = part; c < count; c += SHARING) {
                const T z = logits[c * pitch];
                largest = z > largest ? z : largest;
            }
#pragma unroll
            for (int lane = SHARING / 2; lane > 0; lane /= 2) {
                const T other = __shfl_xor_sync(ALL_LANES, largest, lane);
                largest = other > largest ? other : largest;
            }
            double exponentials = 0;
            double shares = 0;
#pragma unroll 1
            for (int c = part; c < count; c += SHARING) {
                exponentials += double(real::exp(logits[c * pitch] - largest));
                shares += double(share(c));
            }
#pragma unroll
            for (int lane = SHARING / 2; lane > 0; lane /= 2) {
                exponentials += __shfl_xor_sync(ALL_LANES, exponentials, lane);
                shares += __shfl_xor_sync(ALL_LANES, shares, lane);
            }
            const T log = real::log(T(exponentials));
            const T total = T(shares);
#pragma unroll 1
            for (int c = part; isInside && c < count; c += SHARING) {
                const Term<T> term = {share(c), logits[c * pitch] - largest - log};
                cost = plusCost(cost, term);
                deltas[c * pitch] = passed(deltas[c * pitch], gradientAt(term, total, by));  // =
            }
        }
        terms[threadIdx.x] = cost;  // =
    }

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

    // The step of each parameter; `sharing` neighbouring lanes take a group of SUMS or fewer. `shift`: how far the
    // batch is from where groups have it; `own`: this thread's first group, known since the launch began.
    template <int SUMS>
    __device__ inline void update(const Rates<T>& rates, Group own, int sharing, int shift, bool isFirst) const {
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
                    move(own.first + j * own.stride, sum[j], rates, isFirst);
                }
            }
            own = group(first + apart + int(threadIdx.x) / sharing);
        }
    }

    // The step of parameter p.
    __device__ inline void move(int p, T gradient, const Rates<T>& rates, bool isFirst) const {
        T* weights = memory + task.start;
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

    // Parameters and velocities between arena and shared memory.
    template <typename Copy>
    __device__ inline void parameters(Copy copy) const {
        T* weights = memory + task.start;
#pragma unroll 1
        for (int p = threadIdx.x; p < task.parameters; p += ELEMENTS) {
            const int element = task.elements[p];
            copy(weights[p], task.weights[element]);
            if (task.velocities != nullptr) {
                copy(weights[task.parameters + p], task.velocities[element]);
            }
        }
    }
};

}  // namespace tiny

}  // namespace cresset

#endif
