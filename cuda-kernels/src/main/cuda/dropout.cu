// Dropout with a mask that depends on nothing but seed, draw and element: the CPU drops the same ones.
//
//   y_e <- 0 if word e mod 4 of block (e / 4, draw) under key `seed` < limit, else x_e / keep
//
// Philox4x32-10: Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011; counter
// {e / 4 low, e / 4 high, draw low, draw high}, key {seed low, seed high}.
//
// Shapes: x and y n elements; y may be x. `draw` is one 64-bit number on the device. keep is 1 - p, limit is
// floor(p * 2^32) as a 64-bit number (up to 2^32). What falls is 0 whatever x is, NaN too.
// Grid: any number of blocks of ELEMENTS threads. Bytes: reads n, writes n.
// A warp takes 128 neighbouring elements at a time: each lane draws the block of 4 words of one group, and learns from
// the other lanes what falls, so that the reads and writes are of 32 neighbours.
// Reference: ReferenceOps.dropout, dev.cresset.tensor.Philox. Test: DropoutContractTest.

namespace cresset {

constexpr int WORDS = KEYS;

// Bit k is set if word k of the block is below the limit.
__device__ inline unsigned fallen(ULong block, ULong draw, ULong seed, ULong limit) {
    const Words words = philox(block, draw, seed);
    unsigned bits = 0;
#pragma unroll
    for (int k = 0; k < WORDS; k++) {
        bits |= unsigned(words.word[k] < limit) << k;
    }
    return bits;
}

template <typename T>
__device__ inline void dropout(const T* x, const Long* draw, T* y, T keep, Long seed, Long limit, Long n) {
    const Long lane = threadIdx.x % WARP;
    const Long stride = threads() * WORDS;
    const ULong number = ULong(*draw);
    // `start` is the same in all lanes of a warp, so all of them take part in each exchange.
#pragma unroll 1
    for (Long start = (thread() - lane) * WORDS; start < n; start += stride) {
        const unsigned mine = fallen(ULong(start / WORDS + lane), number, ULong(seed), ULong(limit));
#pragma unroll
        for (int k = 0; k < WORDS; k++) {
            const int owner = k * (WARP / WORDS) + int(lane) / WORDS;
            const unsigned theirs = __shfl_sync(ALL_LANES, mine, owner);
            const bool falls = (theirs >> (lane % WORDS)) & 1u;
            const Long e = start + k * WARP + lane;
            if (e < n) {
                y[e] = falls ? T(0) : x[e] / keep;  // =
            }
        }
    }
}

#define CRESSET_ENTRY_POINTS(T, S)                                                                                     \
    CRESSET_KERNEL(ELEMENTS)                                                                                           \
    dropout_##S(const T* x, const Long* draw, T* y, T keep, Long seed, Long limit, Long n) {                           \
        dropout(x, draw, y, keep, seed, limit, n);                                                                     \
    }
CRESSET_ENTRY_POINTS(float, f32)
CRESSET_ENTRY_POINTS(double, f64)
#undef CRESSET_ENTRY_POINTS

}  // namespace cresset
