// The phases of a tile of samples in a training step of a narrow net: batch in, forward, loss, backward with the
// gradients of the weights. The mathematics and what is rounded are specified in step_narrow.cu.
//
// Matrices in shared memory are padded with zeros to multiples of 16 rows and columns. The output A_l of a layer and
// later its delta D_l have one place: when D_l is written, A_l has been used for the gradient of the weights above, and
// a thread reads the number of A_l that it overwrites, for the activation's slope.
// For one block of ELEMENTS threads, which all call each phase; the caller puts the barriers between.
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
constexpr int READS = 4;        // quads that a thread has on their way

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

template <typename Number>
struct alignas(QUAD * sizeof(Number)) QuadOf {
    Number at[QUAD];
};

template <typename Number>
struct alignas(2 * sizeof(Number)) TwoOf {
    Number at[2];
};

// to_rc <- F's factor of read(r, c), for all rows and padded columns; read gives four numbers, zeros beyond the last.
template <typename F, typename Read>
__device__ inline void fill(typename F::Number* to, int pitch, int rows, int columns, Read read) {
    const int quads = padded(columns) / QUAD;
    walk<READS>(
            threadIdx.x, rows * quads, ELEMENTS,
            [=](Long e) { return read(int(e) / quads, int(e) % quads * QUAD); },
            [=](Long e, const Quad& quad) {
                QuadOf<typename F::Number> factors;
#pragma unroll
                for (int k = 0; k < QUAD; k++) {
                    factors.at[k] = F::of(quad.at[k]);
                }
                const int place = int(e) / quads * pitch + int(e) % quads * QUAD;
                *reinterpret_cast<QuadOf<typename F::Number>*>(to + place) = factors;  // =
            });
}

// A = f(Z + b) of a warp's tile, as factors; zeros in the padding.
template <typename F, int M>
struct Activated {
    const Tile<M>& sums;
    const float* biases;
    typename F::Number* to;
    int pitch;
    int columns;  // that are not padding
    int used;

    template <typename Function>
    __device__ inline void operator()(Function f) const {
        const int group = groupOfLane();
        const int member = memberOfGroup();
#pragma unroll
        for (int e = 0; e < 2 * M * FRAGMENTS; e++) {
            const int fragment = e % FRAGMENTS;
            const int row = e / FRAGMENTS;  // of 8 rows
            if (fragment < used) {
                const int column = FRAGMENT_COLUMNS * fragment + 2 * member;
                TwoOf<typename F::Number> two;
#pragma unroll
                for (int c = 0; c < 2; c++) {
                    const float z = sums.at[row / 2][fragment][row % 2 * 2 + c] + biases[column + c];
                    two.at[c] = F::of(column + c < columns ? f.value(z) : 0.0f);
                }
                *reinterpret_cast<TwoOf<typename F::Number>*>(to + (group + 8 * row) * pitch + column) = two;  // =
            }
        }
    }
};

// D = f'(Z) . sums of a warp's tile over A = f(Z), as factors; zeros in the padding.
template <typename F, int M>
struct Sloped {
    const Tile<M>& sums;
    typename F::Number* to;
    int pitch;
    int columns;
    int used;

    template <typename Function>
    __device__ inline void operator()(Function f) const {
        const int group = groupOfLane();
        const int member = memberOfGroup();
#pragma unroll
        for (int e = 0; e < 2 * M * FRAGMENTS; e++) {
            const int fragment = e % FRAGMENTS;
            const int row = e / FRAGMENTS;
            if (fragment < used) {
                const int column = FRAGMENT_COLUMNS * fragment + 2 * member;
                TwoOf<typename F::Number>* place =
                        reinterpret_cast<TwoOf<typename F::Number>*>(to + (group + 8 * row) * pitch + column);
                TwoOf<typename F::Number> two = *place;
#pragma unroll
                for (int c = 0; c < 2; c++) {
                    const float d = passedOn(f, F::valueOf(two.at[c]), sums.at[row / 2][fragment][row % 2 * 2 + c]);
                    two.at[c] = F::of(column + c < columns ? d : 0.0f);
                }
                *place = two;  // =
            }
        }
    }
};

// use(f) with an activation whose slope its output tells.
template <typename Use>
__device__ inline void withHidden(int kind, float parameter, Use use) {
    switch (kind) {
        case 0: return use(Identity<float>{});
        case 1: return use(Sigmoid<float>{});
        case 2: return use(Tanh<float>{});
        case 3: return use(Relu<float>{});
        case 4: return use(LeakyRelu<float>{parameter});
        default: return use(NoActivation<float>{});
    }
}

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

    // W_l and b_l.
    __device__ inline void parameters(const Layer& layer) const {
        const float* weights = task.weights + layer.weight;
        const int inputs = layer.inputs;
        const int outputs = layer.outputs;
        const bool isWide = inputs % QUAD == 0;
        fill<F>(factors(layer.factors), pitchOf<Number>(inputs), padded(outputs), inputs, [=](int o, int k) {
            const Quad none = {{0, 0, 0, 0}};
            const float* row = weights + o * inputs;
            return o >= outputs ? none : isWide ? quadOf<true>(row, k, inputs) : quadOf<false>(row, k, inputs);
        });
        for (int o = threadIdx.x; o < padded(outputs); o += ELEMENTS) {
            floats(layer.biases)[o] = o < outputs ? task.weights[layer.bias + o] : 0.0f;  // =
        }
    }

    // Rows of a table, zeros where there is no row.
    template <typename To>
    __device__ inline void bring(
            const TableOf<float>& table, const int* rows, typename To::Number* to, int pitch) const {
        const int columns = int(table.columns);
        const bool isWide = columns % QUAD == 0;
        fill<To>(to, pitch, task.tileRows, columns, [=](int r, int c) {
            const Quad none = {{0, 0, 0, 0}};
            const int row = rows[r];
            return row < 0 || c >= columns ? none
                    : isWide               ? quadOfTable<true>(table, row, c)
                                           : quadOfTable<false>(table, row, c);
        });
    }

    __device__ inline void forward(const Layer& layer, bool isLast) const {
        if (task.tileRows / (2 * FRAGMENT_ROWS) * stripsOf(layer.outputs) >= WARPS) {
            forward<2>(layer, isLast);
        } else {
            forward<1>(layer, isLast);
        }
    }

    // A_l, of the last layer Z_l; a warp takes tiles of M fragments' rows.
    template <int M>
    __device__ inline void forward(const Layer& layer, bool isLast) const {
        const int strips = stripsOf(layer.outputs);
        const int pitch = pitchOf<Number>(layer.inputs);
        const int tiles = task.tileRows / (M * FRAGMENT_ROWS) * strips;
#pragma unroll 1
        for (int tile = warp; tile < tiles; tile += WARPS) {
            const int row = tile / strips * M * FRAGMENT_ROWS;
            const int column = tile % strips * STRIP;
            const int used = usedOf(layer.outputs, column);
            Tile<M> sums = {};
            F::template multiply<M, false, false>(
                    sums, factors(layer.input) + row * pitch, pitch, factors(layer.factors) + column * pitch, pitch,
                    padded(layer.inputs), used);
            const float* biases = floats(layer.biases) + column;
            const int columns = layer.outputs - column;
            if (isLast) {
                const int to = pitchOf<float>(layer.outputs);
                float* logits = floats(task.logits) + row * to + column;
                Activated<Float32, M>{sums, biases, logits, to, columns, used}(Identity<float>{});
            } else {
                const int to = pitchOf<Number>(layer.outputs);
                Number* output = factors(layer.output) + row * to + column;
                withHidden(
                        layer.kind, layer.parameter, Activated<F, M>{sums, biases, output, to, columns, used});
            }
        }
    }

    // dW_l += D_l^T A_(l-1), db_l += D_l^T 1. A tile of dW_l is always the same warp's, in the lanes' order.
    __device__ inline void gradient(const Layer& layer) const {
        const int strips = stripsOf(layer.inputs);
        const int tiles = tilesOf(layer);
        const int pitch = pitchOf<Number>(layer.outputs);
        const int below = pitchOf<Number>(layer.inputs);
        const Number* deltas = factors(layer.output);
#pragma unroll 1
        for (int tile = warp; tile < tiles; tile += WARPS) {
            const int row = tile / strips * FRAGMENT_ROWS;
            const int column = tile % strips * STRIP;
            Quad* own = reinterpret_cast<Quad*>(gradients + layer.slot + tile * TILE_SLOTS) + lane;
            Tile<1> sums;
#pragma unroll
            for (int f = 0; f < FRAGMENTS; f++) {
                const Quad quad = own[f * WARP];
#pragma unroll
                for (int i = 0; i < QUAD; i++) {
                    sums.at[0][f][i] = quad.at[i];
                }
            }
            F::template multiply<1, true, true>(
                    sums, deltas + row, pitch, factors(layer.input) + column, below, task.tileRows,
                    usedOf(layer.inputs, column));
#pragma unroll
            for (int f = 0; f < FRAGMENTS; f++) {
                own[f * WARP] = {{sums.at[0][f][0], sums.at[0][f][1], sums.at[0][f][2], sums.at[0][f][3]}};  // +=
            }
        }
        float* biases = gradients + layer.slot + tiles * TILE_SLOTS;
#pragma unroll 1
        for (int first = warp * FRAGMENT_COLUMNS; first < padded(layer.outputs); first += WARPS * FRAGMENT_COLUMNS) {
            const int column = first + lane % FRAGMENT_COLUMNS;
            float sum = 0;
#pragma unroll 8
            for (int r = lane / FRAGMENT_COLUMNS; r < task.tileRows; r += WARP / FRAGMENT_COLUMNS) {
                sum += F::valueOf(deltas[r * pitch + column]);
            }
            sum += __shfl_xor_sync(ALL_LANES, sum, 8);
            sum += __shfl_xor_sync(ALL_LANES, sum, 16);
            if (lane < FRAGMENT_COLUMNS) {
                biases[column] += sum;  // +=
            }
        }
    }

    __device__ inline void backward(const Layer& layer, const Layer& below) const {
        if (task.tileRows / (2 * FRAGMENT_ROWS) * stripsOf(layer.inputs) >= WARPS) {
            backward<2>(layer, below);
        } else {
            backward<1>(layer, below);
        }
    }

    // D_(l-1) = f'_(l-1) . (D_l W_l), over A_(l-1).
    template <int M>
    __device__ inline void backward(const Layer& layer, const Layer& below) const {
        const int strips = stripsOf(layer.inputs);
        const int pitch = pitchOf<Number>(layer.outputs);
        const int to = pitchOf<Number>(layer.inputs);
        const int tiles = task.tileRows / (M * FRAGMENT_ROWS) * strips;
#pragma unroll 1
        for (int tile = warp; tile < tiles; tile += WARPS) {
            const int row = tile / strips * M * FRAGMENT_ROWS;
            const int column = tile % strips * STRIP;
            const int used = usedOf(layer.inputs, column);
            Tile<M> sums = {};
            F::template multiply<M, false, true>(
                    sums, factors(layer.output) + row * pitch, pitch, factors(layer.factors) + column, to,
                    padded(layer.outputs), used);
            Number* deltas = factors(layer.input) + row * to + column;
            withHidden(
                    below.kind, below.parameter, Sloped<F, M>{sums, deltas, to, layer.inputs - column, used});
        }
    }

    // D_(L-1) of a loss element by element; its sum over this thread's elements. `inside`: how many rows there are.
    __device__ inline double elementLoss(const Layer& layer, int inside) const {
        const int columns = padded(layer.outputs);
        const int from = pitchOf<float>(layer.outputs);
        const int to = pitchOf<Number>(layer.outputs);
        double cost = 0;
        const Way way(columns, threadIdx.x);
#pragma unroll 1
        for (Cell cell = way.first; cell.row < task.tileRows; cell = way.after(cell)) {
            float delta = 0;
            if (cell.row < inside && cell.column < layer.outputs) {
                const float z = floats(task.logits)[cell.row * from + cell.column];
                const Point<float> a = withActivation(layer.kind, layer.parameter, ActivationAt<float>{z});
                const float y = target(cell.row, cell.column);
                const Point<float> loss = withLoss(task.loss, task.beta, LossAt<float>{a.value, y});
                cost += double(loss.value);
                delta = passed(a.slope, loss.slope);
            }
            factors(layer.output)[cell.row * to + cell.column] = F::of(delta);  // =
        }
        return cost;
    }

    // D_(L-1) of a cross-entropy, not yet divided; {cost, sum of the weights of the rows' classes} of this thread.
    // SHARING neighbouring lanes take a sample; warps go through all rounds.
    __device__ inline Two<double> classLoss(const Layer& layer, int inside) const {
        const int count = layer.outputs;
        const int part = lane % SHARING;
        const bool hasLabels = task.objective == 1;
        const float kept = 1.0f - task.smoothing;
        const float smooth = task.smoothing / float(count);
        Two<double> found = {0, 0};
#pragma unroll 1
        for (int first = 0; first < task.tileRows; first += ELEMENTS / SHARING) {
            const int i = first + int(threadIdx.x) / SHARING;
            const bool isInside = i < inside;
            const float* logits = floats(task.logits) + i * pitchOf<float>(count);
            Number* deltas = factors(layer.output) + i * pitchOf<Number>(count);
            const Long label = hasLabels && isInside ? indexBelow(labelOf(i), Long(count)) : 0;
            const auto share = [&](int c) {
                const float hit = hasLabels ? float(c == label ? 1 : 0) : target(i, c);
                const float q = real::product(task.classWeights[c], real::fma(kept, hit, smooth));
                return label < 0 ? notANumber<float>() : q;
            };
            float largest = minusInfinity<float>();
#pragma unroll 1
            for (int c = part; c < count; c += SHARING) {
                const float z = logits[c];
                largest = z > largest ? z : largest;
            }
#pragma unroll
            for (int other = SHARING / 2; other > 0; other /= 2) {
                const float theirs = __shfl_xor_sync(ALL_LANES, largest, other);
                largest = theirs > largest ? theirs : largest;
            }
            double exponentials = 0;
            double shares = 0;
#pragma unroll 1
            for (int c = part; c < count; c += SHARING) {
                exponentials += double(real::exp(logits[c] - largest));
                shares += double(share(c));
            }
#pragma unroll
            for (int other = SHARING / 2; other > 0; other /= 2) {
                exponentials += __shfl_xor_sync(ALL_LANES, exponentials, other);
                shares += __shfl_xor_sync(ALL_LANES, shares, other);
            }
            const float log = real::log(float(exponentials));
            const float total = float(shares);
            if (hasLabels && isInside && part == 0) {
                found.second += double(label < 0 ? notANumber<float>() : task.classWeights[label]);
            }
#pragma unroll 1
            for (int c = part; c < padded(count); c += SHARING) {
                float delta = 0;
                if (isInside && c < count) {
                    const Term<float> term = {share(c), logits[c] - largest - log};
                    found.first = plusCost(found.first, term);
                    delta = real::fma(real::exp(term.logp), total, -term.share);
                }
                deltas[c] = F::of(delta);  // =
            }
        }
        return found;
    }

private:
    // Fragments side by side from `column` on.
    __device__ static inline int usedOf(int columns, int column) {
        const int left = (padded(columns) - column) / FRAGMENT_COLUMNS;
        return left < FRAGMENTS ? left : FRAGMENTS;
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
