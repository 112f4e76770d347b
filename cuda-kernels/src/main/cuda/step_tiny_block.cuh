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

// What a launch is given.
template <typename T>
struct Task {
    const Layer<T>* layers;
    // Of parameter p of n: [p] the row of its input, [n + p] of its unit in D, [2n + p] its element in the arena.
    const int* places;
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

// Where the two rows lie whose product is a parameter's gradient.
struct Source {
    int input;
    int delta;
};

// One block at work.
template <typename T>
struct Block {
    const Task<T>& task;
    T* memory;
    const Layer<T>* layers;
    double* terms;    // of the loss, one for each thread
    double* divisor;  // of a cross-entropy
    int pitch;
    Way way;  // through samples: a row is a unit, a column a sample

    __device__ inline Block(const Task<T>& task, T* memory, const Layer<T>* layers, double* terms, double* divisor)
            : task(task),
              memory(memory),
              layers(layers),
              terms(terms),
              divisor(divisor),
              pitch(pitchOf(task.rows)),
              way(task.rows, threadIdx.x) {}

    // Z_l, A_l and f'_l; of the last layer the loss and D_l, where a loss goes element by element.
    __device__ inline void forward(const Layer<T>& layer, const T* input, const T* targets, bool isLast) const {
        const T* weights = memory + task.start + layer.weight;
        const T* biases = memory + task.start + layer.bias;
        const bool hasLoss = isLast && task.objective == 0;
        double cost = 0;
#pragma unroll 1
        for (Cell c = way.first; c.row < layer.outputs; c = way.after(c)) {
            const T* row = weights + c.row * layer.inputs;
            T sum = 0;
#pragma unroll 4
            for (int k = 0; k < layer.inputs; k++) {
                sum = real::fma(row[k], input[k * pitch + c.column], sum);
            }
            const Point<T> a = withActivation(layer.kind, layer.parameter, ActivationAt<T>{sum + biases[c.row]});
            const int place = c.row * pitch + c.column;
            T delta = a.slope;
            if (hasLoss) {
                const Point<T> loss = withLoss(task.loss, task.beta, LossAt<T>{a.value, targets[place]});
                cost += double(loss.value);
                delta = passed(a.slope, task.scale * loss.slope);
            }
            memory[layer.output + place] = a.value;  // =
            memory[layer.delta + place] = delta;     // =
        }
        if (hasLoss) {
            terms[threadIdx.x] = cost;  // =
        }
    }

    // D_(l-1) of D_l: f'_(l-1) is there already.
    __device__ inline void backward(const Layer<T>& layer, const Layer<T>& below) const {
        const T* weights = memory + task.start + layer.weight;
        const T* deltas = memory + layer.delta;
#pragma unroll 1
        for (Cell c = way.first; c.row < layer.inputs; c = way.after(c)) {
            T sum = 0;
#pragma unroll 4
            for (int u = 0; u < layer.outputs; u++) {
                sum = real::fma(weights[u * layer.inputs + c.row], deltas[u * pitch + c.column], sum);
            }
            T* delta = memory + below.delta + c.row * pitch + c.column;
            *delta = passed(*delta, sum);  // =
        }
    }

    // What the rows of a cross-entropy with class numbers are divided by, rule 2; by the last warp.
    __device__ inline void divide(const T* targets, const T* classWeights, int classes) const {
        const int lane = threadIdx.x % WARP;
        if (int(threadIdx.x) < ELEMENTS - WARP) {
            return;
        }
        double sum = 0;
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
    __device__ inline void classes(const Layer<T>& layer, const T* targets, const T* classWeights) const {
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
            for (int c = part; isInside && c < count; c += SHARING) {
                const Term<T> term = {share(c), logits[c * pitch] - largest - log};
                cost = plusCost(cost, term);
                deltas[c * pitch] = passed(deltas[c * pitch], gradientAt(term, total, by));  // =
            }
        }
        terms[threadIdx.x] = cost;  // =
    }

    // The loss of the step, in the first lane of the last warp, which alone calls it.
    __device__ inline T loss() const {
        double sum = 0;
        for (int t = threadIdx.x % WARP; t < ELEMENTS; t += WARP) {
            sum += terms[t];
        }
        sum = warpSum(sum);
        return task.objective == 0 ? T(double(task.scale) * sum) : T(sum / *divisor);
    }

    // Of parameter p, if there is one.
    __device__ inline Source source(int p) const {
        const bool is = p < task.parameters;
        return {is ? task.places[p] : 0, is ? task.places[task.parameters + p] : 0};
    }

    // The step of each parameter; `sharing` neighbouring lanes take one. `shift`: how far the batch is from where
    // `places` has it; `own`: the source of this thread's first parameter, known since the launch began.
    __device__ inline void update(const Rates<T>& rates, Source own, int sharing, int shift, bool isFirst) const {
        const int n = task.parameters;
        const int part = int(threadIdx.x) % sharing;
        const int apart = ELEMENTS / sharing;
        T* weights = memory + task.start;
        T* velocities = weights + n;
#pragma unroll 1
        for (int first = 0; first < n; first += apart) {
            const int p = first + int(threadIdx.x) / sharing;
            const T* input = memory + own.input + (own.input < task.inputs * pitch ? shift : 0);
            const T* delta = memory + own.delta;
            T sum = 0;
#pragma unroll 8
            for (int i = p < n ? part : task.rows; i < task.rows; i += sharing) {
                sum = real::fma(delta[i], input[i], sum);
            }
            for (int lane = sharing / 2; lane > 0; lane /= 2) {
                sum += __shfl_xor_sync(ALL_LANES, sum, lane);
            }
            if (p < n && part == 0) {
                const T w = weights[p];
                const T g = real::fma(rates.decay, w, sum);
                T along = g;
                if (task.velocities != nullptr) {
                    const T v = isFirst ? g : real::fma(rates.momentum, velocities[p], rates.fresh * g);
                    along = task.nesterov ? real::fma(rates.momentum, v, g) : v;
                    velocities[p] = v;  // =
                }
                weights[p] = real::fma(-rates.lr, along, w);  // =
            }
            own = source(p + apart);
        }
    }

    // Parameters and velocities between arena and shared memory.
    template <typename Move>
    __device__ inline void parameters(Move move) const {
        T* weights = memory + task.start;
        const int* elements = task.places + 2 * Long(task.parameters);
        for (int p = threadIdx.x; p < task.parameters; p += ELEMENTS) {
            move(weights[p], task.weights[elements[p]]);
            if (task.velocities != nullptr) {
                move(weights[task.parameters + p], task.velocities[elements[p]]);
            }
        }
    }
};

}  // namespace tiny

}  // namespace cresset

#endif
