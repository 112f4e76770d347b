// The phases of step_narrow.cu that take the loss of a tile of samples and its slopes.
//
// For one block of ELEMENTS threads, which all call the phase; the caller puts the barriers round it.
// Test: CudaNarrowProgramTest.
#ifndef CRESSET_STEP_NARROW_LOSSES_CUH
#define CRESSET_STEP_NARROW_LOSSES_CUH

namespace cresset {

namespace narrow {

// D_(L-1) of a loss element by element; its sum over this thread's elements. `inside`: how many rows there are.
template <typename F>
__device__ inline double elementLoss(const Block<F>& block, const Layer& layer, int inside) {
    typedef typename F::Number Number;
    const Task& task = block.task;
    const int columns = padded(layer.outputs);
    const int from = pitchOf<float>(layer.outputs);
    const int to = pitchOf<Number>(layer.outputs);
    double cost = 0;
    const Way way(columns, threadIdx.x);
#pragma unroll 1
    for (Cell cell = way.first; cell.row < task.tileRows; cell = way.after(cell)) {
        float delta = 0;
        if (cell.row < inside && cell.column < layer.outputs) {
            const float z = block.floats(task.logits)[cell.row * from + cell.column];
            const Point<float> a = withActivation(layer.kind, layer.parameter, ActivationAt<float>{z});
            const float y = block.target(cell.row, cell.column);
            const Point<float> loss = withLoss(task.loss, task.beta, LossAt<float>{a.value, y});
            cost += double(loss.value);
            delta = passed(a.slope, loss.slope);
        }
        block.factors(layer.output)[cell.row * to + cell.column] = F::of(delta);  // =
    }
    return cost;
}

// D_(L-1) of a cross-entropy, not yet divided; {cost, sum of the weights of the rows' classes} of this thread.
// SHARING neighbouring lanes take a sample; warps go through all rounds.
template <typename F>
__device__ inline Two<double> classLoss(const Block<F>& block, const Layer& layer, int inside) {
    typedef typename F::Number Number;
    const Task& task = block.task;
    const int count = layer.outputs;
    const int part = block.lane % SHARING;
    const bool hasLabels = task.objective == 1;
    const float kept = 1.0f - task.smoothing;
    const float smooth = task.smoothing / float(count);
    Two<double> found = {0, 0};
#pragma unroll 1
    for (int first = 0; first < task.tileRows; first += ELEMENTS / SHARING) {
        const int i = first + int(threadIdx.x) / SHARING;
        const bool isInside = i < inside;
        const float* logits = block.floats(task.logits) + i * pitchOf<float>(count);
        Number* deltas = block.factors(layer.output) + i * pitchOf<Number>(count);
        const Long label = hasLabels && isInside ? indexBelow(block.labelOf(i), Long(count)) : 0;
        const auto share = [&](int c) {
            const float hit = hasLabels ? float(c == label ? 1 : 0) : block.target(i, c);
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

}  // namespace narrow

}  // namespace cresset

#endif
