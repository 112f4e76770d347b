// The phases of step_tiny.cu that take a cross-entropy and its slopes.
//
// For one block of ELEMENTS threads, which all call each phase; the caller puts the barriers between.
// Reference: the verbs one after the other. Test: CudaTinyProgramTest.
#ifndef CRESSET_STEP_TINY_LOSSES_CUH
#define CRESSET_STEP_TINY_LOSSES_CUH

namespace cresset {

namespace tiny {

// What the rows of a cross-entropy with class numbers are divided by, rule 2; for one warp.
template <typename T>
__device__ inline void divide(const Block<T>& block, const T* targets, const T* classWeights, int classes) {
    const int lane = threadIdx.x % WARP;
    double sum = 0;
#pragma unroll 1
    for (int i = lane; i < block.task.rows; i += WARP) {
        const Long label = indexBelow(targets[i], Long(classes));
        sum += double(label < 0 ? notANumber<T>() : classWeights[label]);
    }
    sum = warpSum(sum);
    if (lane == 0) {
        *block.divisor = sum;  // =
    }
}

// D_(L-1) and the loss of a cross-entropy. SHARING neighbouring lanes take a sample; warps go through all rounds.
template <typename T>
__device__ inline void classLoss(
        const Block<T>& block, const Layer<T>& layer, const T* targets, const T* classWeights, double* terms) {
    const Task<T>& task = block.task;
    const int pitch = block.pitch;
    const int count = layer.outputs;
    const int part = threadIdx.x % SHARING;
    const T by = T(*block.divisor);
    const T kept = T(1) - task.smoothing;
    const T smooth = task.smoothing / T(count);
    double cost = 0;
#pragma unroll 1
    for (int first = 0; first < task.rows; first += ELEMENTS / SHARING) {
        const int row = first + int(threadIdx.x) / SHARING;
        const bool isInside = row < task.rows;
        const int i = isInside ? row : 0;
        const T* logits = block.memory + layer.output + i;
        T* deltas = block.memory + layer.delta + i;
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

}  // namespace tiny

}  // namespace cresset

#endif
