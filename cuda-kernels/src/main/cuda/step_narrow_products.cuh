// Products of matrices in shared memory, by warps: what the narrow tier multiplies, and what it takes as factors.
//
//   sums += A B     for the 16 M x 32 tile of a warp, over `depth` terms
//
// A is given as rows of terms, or transposed as a row for each term; B is given as a row of terms for each column of
// the result, or transposed as a row for each term. `pitch` is from row to row, in numbers.
//
//   Float32   factors as they are, float32 fused multiply-adds, term after term
//   Tf32      factors rounded to 11 significant bits (tf32Of), the matrix units' sums of 8 terms
//   Bf16      factors rounded to bfloat16 (bf16Of), the matrix units' sums of 16 terms
//
// Sums lie in the lanes as the matrix units have them (step_mma.cuh) in all three: fragment f, number i of a lane are
// column 8f + 2t + i mod 2 and row g + 8 (i / 2).
// Requirements: matrices begin at a multiple of 16 bytes; rows are 16 bytes longer than a multiple of 16 numbers, which
// spreads them over the banks (only Tf32 transposed meets pairs); depth is a multiple of 16.
// All lanes of a warp must call them. Reference: the verbs' products. Test: CudaNarrowProgramTest.
#ifndef CRESSET_STEP_NARROW_PRODUCTS_CUH
#define CRESSET_STEP_NARROW_PRODUCTS_CUH

namespace cresset {

namespace narrow {

constexpr int FRAGMENT_ROWS = 16;
constexpr int FRAGMENT_COLUMNS = 8;
constexpr int FRAGMENTS = 4;                              // of a warp's tile, side by side
constexpr int STRIP = FRAGMENTS * FRAGMENT_COLUMNS;       // columns of a warp's tile
constexpr int TILE_SLOTS = FRAGMENT_ROWS * STRIP;         // numbers of a tile of one fragment's rows

// The numbers of a lane in a tile of M x FRAGMENTS fragments.
template <int M>
struct Tile {
    float at[M][FRAGMENTS][4];
};

struct alignas(8) TwoFloats {
    float at[2];
};

struct Float32 {
    typedef float Number;

    __device__ static inline float of(float x) { return x; }
    __device__ static inline float valueOf(float x) { return x; }

    // `used`: how many of the fragments side by side there are; for all alike.
    template <int M, bool TRANSPOSED_A, bool TRANSPOSED_B>
    __device__ static inline void multiply(
            Tile<M>& sums, const float* a, int pitchA, const float* b, int pitchB, int depth, int used) {
        const int group = groupOfLane();
        const int member = memberOfGroup();
#pragma unroll 1
        for (int k = 0; k < depth; k += 2) {
            TwoFloats x[2 * M];
#pragma unroll
            for (int r = 0; r < 2 * M; r++) {
                x[r] = pairOf<TRANSPOSED_A>(a, pitchA, group + 8 * r, k);
            }
#pragma unroll
            for (int f = 0; f < FRAGMENTS; f++) {
                if (f < used) {
                    const int column = FRAGMENT_COLUMNS * f + 2 * member;
                    const TwoFloats y = at(b + (TRANSPOSED_B ? k * pitchB + column : column * pitchB + k));
                    const TwoFloats z = at(b + (TRANSPOSED_B ? (k + 1) * pitchB + column : (column + 1) * pitchB + k));
#pragma unroll
                    for (int r = 0; r < 2 * M; r++) {
                        float* sum = sums.at[r / 2][f] + 2 * (r % 2);
                        // z is the next term, or the next column.
                        const float other = TRANSPOSED_B ? y.at[1] : z.at[0];
                        const float next = TRANSPOSED_B ? z.at[0] : y.at[1];
                        sum[0] = real::fma(x[r].at[1], next, real::fma(x[r].at[0], y.at[0], sum[0]));
                        sum[1] = real::fma(x[r].at[1], z.at[1], real::fma(x[r].at[0], other, sum[1]));
                    }
                }
            }
        }
    }

private:
    __device__ static inline TwoFloats at(const float* place) {
        return *reinterpret_cast<const TwoFloats*>(place);
    }

    template <bool TRANSPOSED>
    __device__ static inline TwoFloats pairOf(const float* a, int pitch, int row, int k) {
        return TRANSPOSED ? TwoFloats{{a[k * pitch + row], a[(k + 1) * pitch + row]}} : at(a + row * pitch + k);
    }
};

struct Tf32 {
    typedef float Number;

    __device__ static inline float of(float x) { return tf32Of(x); }
    __device__ static inline float valueOf(float x) { return x; }

    template <int M, bool TRANSPOSED_A, bool TRANSPOSED_B>
    __device__ static inline void multiply(
            Tile<M>& sums, const float* a, int pitchA, const float* b, int pitchB, int depth, int used) {
        const int group = groupOfLane();
        const int member = memberOfGroup();
#pragma unroll 1
        for (int k = 0; k < depth; k += 8) {
            unsigned x[M][4];
#pragma unroll
            for (int m = 0; m < M; m++) {
#pragma unroll
                for (int r = 0; r < 4; r++) {
                    x[m][r] = bitsAt<TRANSPOSED_A>(
                            a, pitchA, FRAGMENT_ROWS * m + group + 8 * (r % 2), k + member + 4 * (r / 2));
                }
            }
#pragma unroll
            for (int f = 0; f < FRAGMENTS; f++) {
                if (f < used) {
                    const int column = FRAGMENT_COLUMNS * f + group;
                    const unsigned y = bitsAt<TRANSPOSED_B>(b, pitchB, column, k + member);
                    const unsigned z = bitsAt<TRANSPOSED_B>(b, pitchB, column, k + member + 4);
#pragma unroll
                    for (int m = 0; m < M; m++) {
                        mmaTf32(sums.at[m][f], x[m], y, z);
                    }
                }
            }
        }
    }

private:
    template <bool TRANSPOSED>
    __device__ static inline unsigned bitsAt(const float* a, int pitch, int row, int k) {
        return __float_as_uint(a[TRANSPOSED ? k * pitch + row : row * pitch + k]);
    }
};

struct Bf16 {
    typedef unsigned short Number;

    __device__ static inline unsigned short of(float x) { return bf16Of(x); }
    __device__ static inline float valueOf(unsigned short x) { return __uint_as_float(unsigned(x) << 16); }

    template <int M, bool TRANSPOSED_A, bool TRANSPOSED_B>
    __device__ static inline void multiply(
            Tile<M>& sums, const unsigned short* a, int pitchA, const unsigned short* b, int pitchB, int depth,
            int used) {
        // Which row of which of four matrices this lane gives the address of: two by two they make 16 x 16.
        const int lane = int(threadIdx.x) % WARP;
        const int along = lane % 8 + 8 * (lane / 8 % 2);
        const int across = 8 * (lane / 16);
        const int down = lane % 8 + 8 * (lane / 16);
        const int aside = 8 * (lane / 8 % 2);
#pragma unroll 1
        for (int k = 0; k < depth; k += 16) {
            unsigned x[M][4];
#pragma unroll
            for (int m = 0; m < M; m++) {
                const int row = FRAGMENT_ROWS * m;
                fragments<TRANSPOSED_A>(
                        x[m], a + (TRANSPOSED_A ? (k + down) * pitchA + row + aside
                                                : (row + along) * pitchA + k + across));
            }
#pragma unroll
            for (int f = 0; f < FRAGMENTS; f += 2) {
                if (f < used) {
                    const int column = FRAGMENT_COLUMNS * f;
                    unsigned y[4];
                    fragments<TRANSPOSED_B>(
                            y, b + (TRANSPOSED_B ? (k + along) * pitchB + column + across
                                                 : (column + down) * pitchB + k + aside));
#pragma unroll
                    for (int m = 0; m < M; m++) {
                        mmaBf16(sums.at[m][f], x[m], y[0], y[1]);
                        mmaBf16(sums.at[m][f + 1], x[m], y[2], y[3]);
                    }
                }
            }
        }
    }
};

}  // namespace narrow

}  // namespace cresset

#endif
