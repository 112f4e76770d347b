// Whole training steps of a small net, one after the other in one kernel of one block.
//
// A step, for the layers l = 0 .. L-1 with A_-1 = the batch:
//
//   rows of the batch: r_i = row i of batch b (order.cuh), X and Y from the tables (draw.cu)
//   Z_l = A_(l-1) W_l^T + 1 b_l^T,  A_l = f_l(Z_l)
//   loss = scale sum l(A_(L-1), Y)                  objective 0, the losses of losses.cu
//        = cross-entropy of A_(L-1) as logits       objective 1 (class numbers) or 2 (probabilities), crossentropy.cu
//   D_(L-1) = f'_(L-1) . dloss/dA_(L-1),  D_l = f'_l . (D_(l+1) W_(l+1))
//   dW_l = D_l^T A_(l-1),  db_l = D_l^T 1, and the optimizer's step with them (sgd.cu), for each parameter
//   ring_(step mod size) <- loss;  step, batch += 1
//
// Grid: one block of ELEMENTS threads. Shapes: rows x inputs, layer l inputs x outputs; any number of steps. `layers`
// and `places` are tables that the host writes (dev.cresset.backend.cuda.CudaTinyLayout); numbers of a place in shared
// memory count in T.
// Everything that a step needs is in shared memory: the batch (twice: the next one arrives while this one is computed),
// A_l, D_l, parameters, velocities, the class weights and the rows of the next batches. Matrices of samples lie feature
// by feature, `pitch` apart: neighbouring threads have neighbouring samples, and an odd pitch lets neighbouring features
// lie in different banks. The bias's input is a row of ones, so that a bias is a parameter like any other.
// Between forward and backward D_l holds f'_l, so that backward needs neither Z_l nor a choice of activation.
// A step has 2L barriers (one more for a cross-entropy) and waits for no memory but shared, except for what of a batch is
// beyond the first HELD numbers of each thread.
// Bytes in a launch: parameters and velocities once there and back, each drawn row once, a T for each loss.
// Order of addition: over inputs, units and samples from first to last, in T (a sum has at most a few hundred terms here,
// and double would lengthen the chain that a step waits for); over classes and for the loss in double, by fixed trees.
// So n steps in one launch have the bits of n launches of one step.
// Reference: the verbs one after the other. Test: CudaTinyProgramTest.

namespace cresset {

namespace tiny {

constexpr int MOST_LAYERS = 16;
constexpr int MOST_AHEAD = 64;  // batches whose rows are computed together
constexpr int HELD = 4;         // numbers of the next batch that a thread keeps in registers
constexpr int SHARING = 8;      // lanes that share the classes of a sample

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

__device__ inline int pitchOf(int rows) {
    return rows | 1;
}

struct Cell {
    int row;
    int column;
};

// How a thread goes through a matrix with so many columns: ELEMENTS further each time, without a division.
struct Way {
    int columns;
    Cell first;
    Cell jump;

    __device__ inline explicit Way(int columns)
            : columns(columns),
              first{int(threadIdx.x) / columns, int(threadIdx.x) % columns},
              jump{ELEMENTS / columns, ELEMENTS % columns} {}

    __device__ inline Cell after(Cell cell) const {
        const int column = cell.column + jump.column;
        const bool wraps = column >= columns;
        return {cell.row + jump.row + (wraps ? 1 : 0), wraps ? column - columns : column};
    }
};

// The rows of the next batches, which all threads compute together: one after the other they would be what a step waits
// for.
struct Rows {
    RowOrder order;
    int size;  // of a batch
    int half;
    int ahead;
    int* rows;
    Words* keys;
    Long epoch;
    unsigned within;  // of the first batch that is not computed yet
    int left;         // batches that are computed and not yet taken

    __device__ inline Rows(const RowOrder& order, int size, int ahead, int* rows, Words* keys, Long batch)
            : order(order),
              size(size),
              half(halfOf(order.rows)),
              ahead(ahead),
              rows(rows),
              keys(keys),
              epoch(batch / order.batches),
              within(unsigned(batch % order.batches)),
              left(0) {}

    // The rows of the next batch; `wanted` batches are still to come, with it. Every thread must call it.
    __device__ inline const int* next(Long wanted) {
        if (left == 0) {
            left = wanted < ahead ? int(wanted) : ahead;
            fill(left);
            taken = rows;
        }
        left--;
        const int* batch = taken;
        taken += size;
        return batch;
    }

private:
    const int* taken = nullptr;

    __device__ inline unsigned place(int e) const {
        const unsigned batches = unsigned(order.batches);
        return (within + unsigned(e / size)) % batches * unsigned(order.batchSize) + unsigned(e % size);
    }

    // A thread takes its elements one after the other, each as often through the network as it needs.
    __device__ inline void fill(int batches) {
        const int thread = threadIdx.x;
        const int count = batches * size;
        if (thread < batches && order.shuffled != 0) {
            keys[thread] = keysOf(order, epoch + (within + unsigned(thread)) / unsigned(order.batches));  // =
        }
        // Closes the race between the keys' writers and readers, and between those who still read the rows of before and
        // those who write new ones.
        __syncthreads();
        int e = thread;
        unsigned row = place(e);
#pragma unroll 1
        while (e < count) {
            row = order.shuffled != 0 ? network(keys[e / size], half, row) : row;
            if (order.shuffled == 0 || Long(row) < order.rows) {
                rows[e] = int(row);  // =
                e += ELEMENTS;
                row = place(e);
            }
        }
        // Closes the race between the rows' writers and readers.
        __syncthreads();
        epoch += (within + unsigned(batches)) / unsigned(order.batches);
        within = (within + unsigned(batches)) % unsigned(order.batches);
    }
};

// One matrix of a batch on its way from its table to shared memory: asked for in one phase, written in a later one.
template <typename T>
struct Feed {
    TableOf<T> table;
    Way way;
    int rows;
    int pitch;
    bool oneHot;
    const int* rowOf;
    int codes[HELD];
    T numbers[HELD];

    __device__ inline Feed(TableOf<T> table, int rows, int columns)
            : table(table),
              way(columns),
              rows(rows),
              pitch(pitchOf(rows)),
              oneHot(columns != int(table.columns)),
              rowOf(nullptr) {}

    // Asks for the first numbers of each thread; nothing waits for them.
    __device__ inline void ask(const int* rowsOfBatch) {
        rowOf = rowsOfBatch;
        load(way.first);
    }

    // Writes all of the matrix, feature by feature.
    __device__ inline void bring(T* to) {
        Cell cell = way.first;
        while (true) {
            cell = store(cell, to);
            if (cell.row >= rows) {
                break;
            }
            load(cell);
        }
    }

private:
    __device__ inline void load(Cell cell) {
#pragma unroll
        for (int k = 0; k < HELD; k++) {
            if (cell.row < rows) {
                const Long place = Long(rowOf[cell.row]) * table.columns + (oneHot ? 0 : cell.column);
                if (table.codes != nullptr) {
                    codes[k] = table.codes[place];
                } else {
                    numbers[k] = table.numbers[place];
                }
            }
            cell = way.after(cell);
        }
    }

    __device__ inline Cell store(Cell cell, T* to) const {
#pragma unroll
        for (int k = 0; k < HELD; k++) {
            if (cell.row < rows) {
                const T number = table.codes != nullptr ? table.numbers[codes[k]] : numbers[k];
                to[cell.column * pitch + cell.row] = oneHot ? T(T(cell.column) == number ? 1 : 0) : number;  // =
            }
            cell = way.after(cell);
        }
        return cell;
    }
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
              way(task.rows) {}

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

    // D_(L-1) and the loss of a cross-entropy. SHARING neighbouring lanes take a sample; all warps go through all rounds.
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

    // The step of each parameter. `shift`: how far the batch is from where `places` has it; `own`: the source of this
    // thread's first parameter, known since the launch began.
    __device__ inline void update(const Rates<T>& rates, Source own, int shift, bool isFirst) const {
        const int n = task.parameters;
        T* weights = memory + task.start;
        T* velocities = weights + n;
#pragma unroll 1
        for (int p = threadIdx.x; p < n; p += ELEMENTS, own = source(p)) {
            const T* input = memory + own.input + (own.input < task.inputs * pitch ? shift : 0);
            const T* delta = memory + own.delta;
            T sum = 0;
#pragma unroll 4
            for (int i = 0; i < task.rows; i++) {
                sum = real::fma(delta[i], input[i], sum);
            }
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

template <typename T>
__device__ inline void train(const Task<T>& task) {
    CRESSET_DYNAMIC_SHARED(bytes);
    __shared__ Layer<T> layers[MOST_LAYERS];
    __shared__ Words keys[MOST_AHEAD];
    __shared__ double terms[ELEMENTS];
    __shared__ double divisor;
    const int thread = threadIdx.x;
    T* memory = reinterpret_cast<T*>(bytes);
    const Block<T> block(task, memory, layers, terms, &divisor);

    // Places in shared memory: two batches, ones, two batches of targets, the layers' matrices, the parameters, the
    // velocities, the class weights, the rows.
    const int batchSize = task.inputs * block.pitch;
    const int targetSize = task.targetColumns * block.pitch;
    T* ones = memory + 2 * batchSize;
    T* targets = ones + block.pitch;
    T* classWeights = memory + task.start + (task.velocities != nullptr ? 2 : 1) * task.parameters;
    const int classes = task.objective == 0 ? 0 : task.layers[task.depth - 1].outputs;
    if (thread < task.depth) {
        layers[thread] = task.layers[thread];  // =
    }
    for (int i = thread; i < task.rows; i += ELEMENTS) {
        ones[i] = T(1);  // =
    }
    for (int c = thread; c < classes; c += ELEMENTS) {
        classWeights[c] = task.classWeights[c];  // =
    }
    if (thread == 0) {
        divisor = task.rule == 1 ? double(task.rows) : 1.0;  // =, for all steps; by rule 2 each step has its own
    }
    block.parameters([](T& here, T& there) { here = there; /* = */ });

    const Long batch = *task.batch;
    const Long before = *task.step;
    Long place = before % task.ringSize;
    Rows order(task.order, task.rows, task.ahead, reinterpret_cast<int*>(classWeights + classes), keys, batch);
    Feed<T> features(task.features, task.rows, task.inputs);
    Feed<T> labels(task.targets, task.rows, task.targetColumns);
    const auto ask = [&](Long wanted) {
        const int* rows = order.next(wanted);
        features.ask(rows);
        labels.ask(rows);
    };
    const Rates<T> rates = {
            task.hyper[LR], task.hyper[MOMENTUM], T(1) - task.hyper[DAMPENING], task.hyper[WEIGHT_DECAY]};
    const Source own = block.source(thread);
    ask(task.steps);
    features.bring(memory);
    labels.bring(targets);
    // Closes the race between those who have written all of that and those who read it.
    __syncthreads();

    int shift = 0;  // 1: the batch is the second of the two
#pragma unroll 1
    for (Long s = 0; s < task.steps; s++) {
        const bool isMore = s + 1 < task.steps;
        const T* input = memory + shift * batchSize;
        const T* wanted = targets + shift * targetSize;
        if (isMore) {
            ask(task.steps - 1 - s);
        }
        if (task.rule == 2) {
            block.divide(wanted, classWeights, classes);
        }
#pragma unroll 1
        for (int l = 0; l < task.depth; l++) {
            block.forward(layers[l], l == 0 ? input : memory + layers[l].input, wanted, l + 1 == task.depth);
            // Closes the race between the writers of A_l (of the last layer: of D_l, the divisor) and their readers.
            __syncthreads();
        }
        if (task.objective != 0) {
            block.classes(layers[task.depth - 1], wanted, classWeights);
            // Closes the race between the writers of D_(L-1) and its readers.
            __syncthreads();
        }
#pragma unroll 1
        for (int l = task.depth - 1; l > 0; l--) {
            block.backward(layers[l], layers[l - 1]);
            // Closes the race between the writers of D_(l-1) and its readers, and between the readers of W_l and its
            // update.
            __syncthreads();
        }
        block.update(rates, own, shift * batchSize, before + s == 0);
        if (isMore) {
            features.bring(memory + (1 - shift) * batchSize);
            labels.bring(targets + (1 - shift) * targetSize);
        }
        if (thread >= ELEMENTS - WARP) {
            const T loss = block.loss();
            if (thread == ELEMENTS - WARP) {
                task.ring[place] = loss;  // =
            }
        }
        place = place + 1 == task.ringSize ? 0 : place + 1;
        shift = 1 - shift;
        // Closes the race between the update and the next step, which reads the parameters; between the readers of A, D
        // and the terms of the loss and the next step's writers; and between the next batch's writers and readers.
        __syncthreads();
    }
    block.parameters([](T& here, T& there) { there = here; /* = */ });
    if (thread == 0) {
        *task.step = before + task.steps;   // =
        *task.batch = batch + task.steps;  // =
    }
}

}  // namespace tiny

#define CRESSET_ENTRY_POINTS(T, S)                                                                                     \
    CRESSET_KERNEL(ELEMENTS)                                                                                           \
    stepTiny_##S(                                                                                                      \
            const void* layers, const int* places, const T* classWeights, const unsigned char* featureCodes,           \
            const T* features, const unsigned char* targetCodes, const T* targets, const T* hyper, T* weights,         \
            T* velocities, Long* batch, Long* step, T* ring, int shuffled, Long seed, int nesterov, int objective,     \
            int loss, T beta, T scale, int rule, T smoothing, Long available, Long batchSize, Long batches, int rows,  \
            int inputs, int given, int wanted, int depth, int parameters, int start, int ahead, Long ringSize,         \
            Long steps) {                                                                                              \
        tiny::train<T>(                                                                                                \
                {static_cast<const tiny::Layer<T>*>(layers), places, classWeights, {featureCodes, features, inputs},   \
                 {targetCodes, targets, given}, hyper, weights, velocities, batch, step, ring,                         \
                 {shuffled, ULong(seed), available, batchSize, batches}, nesterov, objective, loss, beta, scale, rule, \
                 smoothing, rows, inputs, wanted, depth, parameters, start, ahead, ringSize, steps});                  \
    }
CRESSET_ENTRY_POINTS(float, f32)
CRESSET_ENTRY_POINTS(double, f64)
#undef CRESSET_ENTRY_POINTS

}  // namespace cresset
