// Sums over threads, in an order that depends on nothing but the shape of the grid: a call repeats bit by bit.
//
// The order everywhere: a thread adds its own terms as it meets them, the 32 lanes of a warp are added by a tree of
// exchanges, the warps of a block from first to last. No atomics. What a block found it leaves as a partial result; a
// Finish kernel of one block adds the partials. Accumulators are double whatever T is.
#ifndef CRESSET_REDUCE_CUH
#define CRESSET_REDUCE_CUH

namespace cresset {

constexpr unsigned ALL_LANES = 0xffffffffu;
constexpr int MOST_WARPS = 8;

// The sum of term(read(i)) for i = first, first + stride, ... below end, in that order.
template <int BATCH, typename Read, typename Term>
__device__ inline double strideSum(Long first, Long end, Long stride, Read read, Term term) {
    double sum = 0;
    walk<BATCH>(first, end, stride, read, [term, &sum](Long, decltype(read(first)) of) { sum += double(term(of)); });
    return sum;
}

// The same for numbers that are added as they are.
template <int BATCH, typename Read>
__device__ inline double strideSum(Long first, Long end, Long stride, Read read) {
    double sum = 0;
    walk<BATCH>(first, end, stride, read, [&sum](Long, double value) { sum += value; });
    return sum;
}

// The sum over the warp, the same bits in every lane: at each step two lanes add the same two numbers. Every lane of
// the warp must call it.
__device__ inline double warpSum(double value) {
#pragma unroll
    for (int lane = WARP / 2; lane > 0; lane /= 2) {
        value += __shfl_xor_sync(ALL_LANES, value, lane);
    }
    return value;
}

// The largest over the warp, in every lane; NaN counts as nothing. Every lane of the warp must call it.
template <typename T>
__device__ inline T warpMax(T value) {
#pragma unroll
    for (int lane = WARP / 2; lane > 0; lane /= 2) {
        const T other = __shfl_xor_sync(ALL_LANES, value, lane);
        value = other > value ? other : value;
    }
    return value;
}

// The number of this thread in its block of any shape; 32 neighbours are a warp.
__device__ inline int threadOfBlock() {
    return threadIdx.y * blockDim.x + threadIdx.x;
}

// The sum over a block of up to 8 warps, in its first thread; elsewhere 0. Every thread must call it, once in a kernel.
__device__ inline double blockSum(double value) {
    __shared__ double sums[MOST_WARPS];
    const int thread = threadOfBlock();
    const int warps = blockDim.x * blockDim.y / WARP;
    value = warpSum(value);
    if (thread % WARP == 0) {
        sums[thread / WARP] = value;  // =
    }
    // Closes the race between the warps that write `sums` and the first thread that reads them.
    __syncthreads();
    double sum = 0;
    if (thread == 0) {
        for (int warp = 0; warp < warps; warp++) {
            sum += sums[warp];
        }
    }
    return sum;
}

// In a block of COLUMNS: the sum of the 8 lanes of this thread's column, from lane 0 to lane 7, the same bits in all of
// them. Every thread must call it; it may be called again and again.
__device__ inline double columnTotal(double value) {
    __shared__ double lanes[COLUMNS];
    // Closes the race between threads that still read the values of the call before and those that write new ones.
    __syncthreads();
    lanes[threadIdx.y * COLUMNS_X + threadIdx.x] = value;  // =
    // Closes the race between the lanes that write and those of their column that read.
    __syncthreads();
    double total = 0;
#pragma unroll
    for (int lane = 0; lane < COLUMNS_Y; lane++) {
        total += lanes[lane * COLUMNS_X + threadIdx.x];
    }
    return total;
}

// The sum of `count` partial results of blocks, in the first thread of the only block.
__device__ inline double sumOfPartials(const double* partials, Long count) {
    return blockSum(strideSum<LIGHT>(threadIdx.x, count, blockDim.x, [=](Long b) { return partials[b]; }));
}

}  // namespace cresset

#endif
