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
// Grid: one block of ELEMENTS threads. Shapes: rows x inputs, layer l inputs x outputs; any number of steps. `layers`,
// `groups` and `elements` are tables that the host writes (dev.cresset.backend.cuda.CudaTinyLayout); places in shared
// memory count in T.
// Everything that a step needs is in shared memory: the batch (twice: the next one arrives while this one is
// computed), A_l, D_l, parameters, velocities, the class weights and the rows of the next batches. Matrices of samples
// lie feature by feature, `pitch` apart: neighbouring threads have neighbouring samples, and an odd pitch lets
// neighbouring features lie in different banks. The bias's input is a row of ones, so that a bias is a parameter like
// any other. Between forward and backward D_l holds f'_l, so that backward needs neither Z_l nor the activation.
// What a step costs is mostly waiting. It has 2L barriers (one more for a cross-entropy) and waits for no memory but
// shared, except for what of a batch is beyond the first HELD numbers of each thread. What is not on its way is done by
// threads that are idle in the smallest nets: a divisor and the loss of the step before by the last warp, the next
// batch by the warps before it, beside the last layer's forward.
// Products are sums of a thread each. In a larger net a thread does TILE of them side by side, which share a factor,
// for there reading shared memory is what takes the time.
// Bytes in a launch: parameters and velocities once there and back, each drawn row once, a T for each loss.
// Order of addition: over inputs and units from first to last; over samples too, or, for a net so small that there are
// threads to spare, in 2, 4 or 8 interleaved parts, then a tree of these. In T: a sum has a few hundred terms at most
// here, and double would lengthen the chain that a step waits for. Over classes and for the loss in double, by fixed
// trees. The order follows from the net and the batch's size alone, so n steps in one launch have the bits of n
// launches of one step.
// Reference: the verbs one after the other. Test: CudaTinyProgramTest.

namespace cresset {

namespace tiny {

constexpr int DECLARED_BYTES = 6 << 10;  // what CudaTinyLayout leaves for the memory that the kernel declares

template <typename T>
__device__ inline void train(const Task<T>& task) {
    CRESSET_DYNAMIC_SHARED(bytes);
    __shared__ Layer<T> layers[MOST_LAYERS];
    __shared__ Words keys[MOST_AHEAD];
    __shared__ double terms[2 * ELEMENTS];
    __shared__ double divisor;
    static_assert(
            sizeof layers + sizeof keys + sizeof terms + sizeof divisor <= DECLARED_BYTES, "as CudaTinyLayout has it");
    const int thread = threadIdx.x;
    T* memory = reinterpret_cast<T*>(bytes);
    const Block<T> block(task, memory, &divisor);

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
    parameters(block, [](T& here, T& there) { here = there; /* = */ });

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
    // As many lanes for a parameter as there are to spare.
    int sharing = 1;
    while (sharing < SHARING && 2 * sharing * task.groupCount <= ELEMENTS && task.groupCount == task.parameters) {
        sharing *= 2;
    }
    const Group group = block.group(thread / sharing);
    const bool isOfLastWarp = thread >= ELEMENTS - WARP;
    // The loss of a step: in the next one, where the last warp of a small net has nothing else to do.
    const auto keep = [&](const double* of) {
        const double sum = block.total(of);
        if (thread == ELEMENTS - WARP) {
            task.ring[place] = task.objective == 0 ? T(double(task.scale) * sum) : T(sum / divisor);  // =
        }
        place = place + 1 == task.ringSize ? 0 : place + 1;
    };
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
        double* own = terms + shift * ELEMENTS;
        if (isOfLastWarp && s > 0) {
            keep(terms + (1 - shift) * ELEMENTS);
        }
        if (isOfLastWarp && task.rule == 2) {
            divide(block, wanted, classWeights, classes);
        }
        // A layer's sizes are read before the barrier that its turn waits for.
        Layer<T> layer = layers[0];
#pragma unroll 1
        for (int l = 0; l < task.depth; l++) {
            const bool isLast = l + 1 == task.depth;
            if (isLast && isMore) {
                ask(task.steps - 1 - s);
            }
            forward(block, layer, l == 0 ? input : memory + layer.input, wanted, isLast ? own : nullptr);
            layer = isLast ? layer : layers[l + 1];
            // Closes the race between the writers of A_l (of the last layer: of D_l, the divisor) and their readers.
            __syncthreads();
        }
        if (task.objective != 0) {
            classLoss(block, layer, wanted, classWeights, own);
            // Closes the race between the writers of D_(L-1) and its readers.
            __syncthreads();
        }
#pragma unroll 1
        for (int l = task.depth - 1; l > 0; l--) {
            backward(block, layer, layers[l - 1]);
            layer = layers[l - 1];
            // Closes the race between the writers of D_(l-1) and its readers, and between the readers of W_l and its
            // update.
            __syncthreads();
        }
        if (task.groupCount == task.parameters) {
            update<1>(block, rates, group, sharing, shift * batchSize, before + s == 0);
        } else {
            update<TILE>(block, rates, group, 1, shift * batchSize, before + s == 0);
        }
        if (isMore) {
            features.bring(memory + (1 - shift) * batchSize);
            labels.bring(targets + (1 - shift) * targetSize);
        }
        shift = 1 - shift;
        // Closes the race between the update and the next step, which reads the parameters; between the readers of A, D
        // and the next step's writers; between the writers of the loss's terms and their reader; and between the next
        // batch's writers and readers.
        __syncthreads();
    }
    if (isOfLastWarp) {
        keep(terms + (1 - shift) * ELEMENTS);
    }
    parameters(block, [](T& here, T& there) { there = here; /* = */ });
    if (thread == 0) {
        *task.step = before + task.steps;  // =
        *task.batch = batch + task.steps;  // =
    }
}

}  // namespace tiny

#define CRESSET_ENTRY_POINTS(T, S)                                                                                     \
    CRESSET_KERNEL(ELEMENTS)                                                                                           \
    stepTiny_##S(                                                                                                      \
            const void* layers, const void* groups, const int* elements, const T* classWeights,                        \
            const unsigned char* featureCodes, const T* features, const unsigned char* targetCodes, const T* targets,  \
            const T* hyper, T* weights, T* velocities, Long* batch, Long* step, T* ring, int shuffled, Long seed,      \
            int nesterov, int objective, int loss, T beta, T scale, int rule, T smoothing, Long available,             \
            Long batchSize, Long batches, int rows, int inputs, int given, int wanted, int depth, int parameters,      \
            int groupCount, int start, int ahead, Long ringSize, Long steps) {                                         \
        tiny::train<T>(                                                                                                \
                {static_cast<const tiny::Layer<T>*>(layers), static_cast<const tiny::Group*>(groups), elements,        \
                 classWeights, {featureCodes, features, inputs}, {targetCodes, targets, given}, hyper, weights,        \
                 velocities, batch, step, ring, {shuffled, ULong(seed), available, batchSize, batches}, nesterov,      \
                 objective, loss, beta, scale, rule, smoothing, rows, inputs, wanted, depth, parameters, groupCount,   \
                 start, ahead, ringSize, steps});                                                                      \
    }
CRESSET_ENTRY_POINTS(float, f32)
CRESSET_ENTRY_POINTS(double, f64)
#undef CRESSET_ENTRY_POINTS

}  // namespace cresset
