// A training step of a net whose layers are all narrow, in two kernels: forward, loss and backward of tiles of samples
// that never leave the chip, then the sums over tiles and the optimizer.
//
// For the layers l = 0 .. L-1, with R(x) = x rounded to what the precision takes as a factor
// (step_narrow_products.cuh):
//
//   rows of the batch: r_i = row i of batch *batch (order.cuh); A_-1 = R(X), Y from the tables (draw.cu)
//   Z_l = A_(l-1) R(W_l)^T + 1 b_l^T,  A_l = R(f_l(Z_l)),  of the last layer A_(L-1) = f_(L-1)(Z_(L-1))
//   C = sum l(A_(L-1), Y)                    objective 0, the losses of losses.cu
//     = sum of the cross-entropies of rows   objective 1 (class numbers) or 2 (probabilities), crossentropy.cu
//   D_(L-1) = R(f'_(L-1) . dC/dA_(L-1)),  D_l = R(f'_l(A_l) . (D_(l+1) R(W_(l+1))))
//   stepNarrow*       for each block: partials <- its samples' D_l^T A_(l-1) and D_l^T 1;
//                     sums <- its samples' C and the weights of their classes;  now <- *step
//   stepNarrowUpdate  gradient = scale * sum of the partials / divisor, and the optimizer's step with it (stepUpdate);
//                     ring_(now mod size) <- scale * C / divisor;  step <- now + 1,  batch <- batch + 1
//   divisor: rule 0: 1, rule 1: rows, rule 2: the sum of the weights of the rows' classes
//
// What is rounded: each factor of a product, once, where it comes to be; nothing else. f'_l is taken at the rounded
// A_l, so f_l is one whose output tells its slope (identity, sigmoid, tanh, ReLU, leaky ReLU with a slope of 0 or
// more), but for the last layer, which may have any. The scale comes last, so that the deltas need not know the
// divisor. In float32 R(x) = x. Master weights, velocity, biases, losses are float32.
//
// Shapes: widths up to 128. Places and slots are those of dev.cresset.backend.cuda.CudaNarrowLayout; a slot of
// `partials` is a number of a lane of a warp's tile (step_narrow_products.cuh), layer after layer, each with its
// biases behind its weights. partials float[blocks][slots], sums double[blocks][2].
// Grid of stepNarrow*: any number of blocks of ELEMENTS up to that of tiles; block b takes the tiles b, b + blocks, ...
// Blocks and tileRows are part of the order of addition. CudaNarrowLayout derives both from the shape and from how much
// shared memory a block may have: GPUs that differ in this give other last bits. Of stepNarrowUpdate: any number of
// COLUMNS.
// Requirement: weights, velocity and numbers of tables begin at a multiple of 16 bytes, codes of 4.
// Bytes of stepNarrow*: reads the batch once, the parameters once a block; writes a float a slot and block.
// stepNarrowUpdate reads these, and 2 or 3 numbers a parameter; writes 1 or 2.
// Order of addition: of a product as its precision has it; over the tiles of a block in float32, from first to last;
// over blocks in double, in 8 interleaved parts and then these from first to last.
// Reference: the verbs one after the other, with rounded factors. Test: CudaNarrowProgramTest.

namespace cresset {

namespace narrow {

constexpr int DECLARED_BYTES = 2 << 10;  // what CudaNarrowLayout leaves for the memory that the kernel declares

// rows_i <- the row of the table that sample first + i of the batch is, -1 beyond the last sample; by the last threads,
// because it is the first warps that have the gradient of a small layer to do.
__device__ inline void number(const Task& task, Long batch, Long first, int* rows) {
    const int i = ELEMENTS - 1 - int(threadIdx.x);
    if (i < task.tileRows) {
        rows[i] = first + i < task.rows ? int(rowOf(task.order, batch, first + i)) : -1;  // =
    }
}

template <typename F>
__device__ inline void train(const Task& task) {
    CRESSET_DYNAMIC_SHARED(memory);
    __shared__ Layer layers[MOST_LAYERS];
    __shared__ int rows[MOST_ROWS];
    __shared__ double found[2 * WARPS];
    static_assert(sizeof layers + sizeof rows + sizeof found <= DECLARED_BYTES, "as CudaNarrowLayout has it");
    const int thread = threadIdx.x;
    float* const own = task.partials + Long(blockIdx.x) * task.slots;
    float* const gradients = task.gradients < 0 ? own : reinterpret_cast<float*>(memory + task.gradients);
    const Block<F> block(task, memory, gradients);
    if (thread < task.depth) {
        layers[thread] = task.layers[thread];  // =
    }
    for (int s = thread; s < task.slots; s += ELEMENTS) {
        gradients[s] = 0;  // =
    }
    if (thread == 0 && blockIdx.x == 0) {
        *task.now = *task.step;  // =
    }
    const Long batch = *task.batch;
    const Long stride = Long(gridDim.x) * task.tileRows;
    Long first = Long(blockIdx.x) * task.tileRows;
    number(task, batch, first, rows);
    // Closes the race between the writers of `layers`, of the gradients and of `rows` and their readers.
    __syncthreads();
#pragma unroll 1
    for (int l = 0; l < task.depth; l++) {
        parameters(block, layers[l]);
    }

    Two<double> cost = {0, 0};
#pragma unroll 1
    for (; first < task.rows; first += stride) {
        const int inside = int(task.rows - first < task.tileRows ? task.rows - first : task.tileRows);
        bring<F>(
                block, task.features, rows, block.factors(layers[0].input), pitchOf<typename F::Number>(task.inputs));
        bring<Float32>(
                block, task.targets, rows, block.floats(task.labels), pitchOf<float>(int(task.targets.columns)));
        // Closes the race between the writers of batch and parameters and their readers, and that between the readers
        // of `rows` and the writers of the next tile's.
        __syncthreads();
#pragma unroll 1
        for (int l = 0; l < task.depth; l++) {
            forward(block, layers[l], l + 1 == task.depth);
            // Closes the race between the writers of A_l and their readers.
            __syncthreads();
        }
        const Layer last = layers[task.depth - 1];
        if (task.objective == 0) {
            cost.first += elementLoss(block, last, inside);
        } else {
            const Two<double> more = classLoss(block, last, inside);
            cost.first += more.first;
            cost.second += more.second;
        }
        // Closes the race between the writers of D_(L-1) and their readers.
        __syncthreads();
        // The next tile's, beside the gradient of the last layer, which has work for few warps.
        number(task, batch, first + stride, rows);
#pragma unroll 1
        for (int l = task.depth - 1; l >= 0; l--) {
            gradient(block, layers[l]);
            // Closes the race between the readers of A_(l-1) and those who write D_(l-1), or the next batch, there.
            __syncthreads();
            if (l > 0) {
                backward(block, layers[l], layers[l - 1]);
                // Closes the race between the writers of D_(l-1) and their readers.
                __syncthreads();
            }
        }
    }
    if (task.gradients >= 0) {
        for (int s = thread; s < task.slots; s += ELEMENTS) {
            own[s] = gradients[s];  // =
        }
    }
    cost.first = warpSum(cost.first);
    cost.second = warpSum(cost.second);
    if (thread % WARP == 0) {
        found[thread / WARP] = cost.first;           // =
        found[WARPS + thread / WARP] = cost.second;  // =
    }
    // Closes the race between the warps that write `found` and the threads that read it.
    __syncthreads();
    if (thread < 2) {
        double sum = 0;
        for (int warp = 0; warp < WARPS; warp++) {
            sum += found[thread * WARPS + warp];
        }
        task.sums[2 * blockIdx.x + thread] = sum;  // =
    }
}

// The element of the arena that a slot is the gradient of, or -1 if it is padding.
__device__ inline Long elementOf(const Layer* layers, int depth, int slot) {
    int l = depth - 1;
    while (slot < layers[l].slot) {
        l--;
    }
    const Layer& layer = layers[l];
    const int strips = stripsOf(layer.inputs);
    const int within = slot - layer.slot;
    const int tile = within / TILE_SLOTS;
    if (tile >= tilesOf(layer)) {
        const int output = within - tilesOf(layer) * TILE_SLOTS;
        return output < layer.outputs ? Long(layer.bias) + output : -1;
    }
    // As gradient has it: fragment after fragment, lane after lane, four numbers each.
    const int fragment = within % TILE_SLOTS / (QUAD * WARP);
    const int lane = within / QUAD % WARP;
    const int i = within % QUAD;
    const int output = tile / strips * FRAGMENT_ROWS + lane / GROUP + 8 * (i / 2);
    const int input = tile % strips * STRIP + FRAGMENT_COLUMNS * fragment + 2 * (lane % GROUP) + i % 2;
    return output < layer.outputs && input < layer.inputs ? Long(layer.weight) + output * layer.inputs + input : -1;
}

// The sum of every other number from `from` on, one for each block: the same in all threads.
__device__ inline double sumOfBlocks(const double* from, Long blocks) {
    return columnTotal(strideSum<LIGHT>(threadIdx.y, blocks, COLUMNS_Y, [=](Long b) { return from[2 * b]; }));
}

__device__ inline void update(
        const Layer* layers, const float* partials, const float* hyper, bool isFirst, int form, float* velocity,
        float* weight, double scale, Long blocks, int depth, int slots) {
#pragma unroll 1
    for (int first = int(blockIdx.x) * COLUMNS_X; first < slots; first += int(gridDim.x) * COLUMNS_X) {
        const int slot = first + int(threadIdx.x);
        const Long own = slot < slots ? slot : 0;
        const double gradient = columnTotal(strideSum<8>(
                threadIdx.y, blocks, COLUMNS_Y, [=](Long b) { return double(partials[b * slots + own]); }));
        const Long element = slot < slots && threadIdx.y == 0 ? elementOf(layers, depth, slot) : -1;
        if (element >= 0) {
            const Descent descent = {hyper[LR],           hyper[MOMENTUM], 1.0f - hyper[DAMPENING],
                                     hyper[WEIGHT_DECAY], form,            isFirst};
            const float before = form == 0 ? 0.0f : velocity[element];
            const Two<float> moved = descent.moved(float(scale * gradient), before, weight[element], false);
            if (form != 0) {
                velocity[element] = moved.first;  // =
            }
            weight[element] = moved.second;  // =
        }
    }
}

}  // namespace narrow

#define CRESSET_ENTRY_POINT(NAME, F)                                                                                   \
    CRESSET_KERNEL(ELEMENTS)                                                                                           \
    NAME(                                                                                                              \
            const void* layers, const float* classWeights, const unsigned char* featureCodes, const float* features,   \
            const unsigned char* targetCodes, const float* targets, const float* weights, const Long* batch,           \
            const Long* step, Long* now, float* partials, double* sums, int shuffled, Long seed, int objective,        \
            int loss, float beta, float smoothing, Long available, Long batchSize, Long batches, Long rows,            \
            int inputs, int given, int wanted, int depth, int tileRows, int logits, int labels, int gradients,         \
            int slots) {                                                                                               \
        narrow::train<narrow::F>(                                                                                      \
                {static_cast<const narrow::Layer*>(layers), classWeights, {featureCodes, features, inputs},            \
                 {targetCodes, targets, given}, weights, batch, step, now, partials, sums,                             \
                 {shuffled, ULong(seed), available, batchSize, batches}, objective, loss, beta, smoothing, rows,       \
                 inputs, wanted, depth, tileRows, logits, labels, gradients, slots});                                  \
    }
CRESSET_ENTRY_POINT(stepNarrowFp32_f32, Float32)
CRESSET_ENTRY_POINT(stepNarrowTf32_f32, Tf32)
CRESSET_ENTRY_POINT(stepNarrowBf16_f32, Bf16)
#undef CRESSET_ENTRY_POINT

CRESSET_KERNEL(COLUMNS)
stepNarrowUpdate_f32(
        const void* layers, const float* partials, const double* sums, const float* hyper, const Long* now,
        float* velocity, float* weight, float* ring, Long* step, Long* batch, float scale, int form, int rule,
        Long rows, Long blocks, int depth, int slots, Long size) {
    const narrow::Layer* table = static_cast<const narrow::Layer*>(layers);
    const double divisor = rule == 2 ? narrow::sumOfBlocks(sums + 1, blocks) : rule == 1 ? double(rows) : 1.0;
    narrow::update(
            table, partials, hyper, *now == 0, form, velocity, weight, double(scale) / divisor, blocks, depth, slots);
    if (blockIdx.x == 0) {
        const double cost = narrow::sumOfBlocks(sums, blocks);
        if (threadOfBlock() == 0) {
            ring[*now % size] = float(double(scale) * cost / divisor);  // =
            *step = *now + 1;                                           // =
            *batch += 1;                                                // +=
        }
    }
}

}  // namespace cresset
