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
// spreads them over the banks (only Tf32 transposed meets pairs); depth is a multiple of 16, 16 or more.
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

// The matrices of a product, as a lane sees them.
template <typename Number>
struct Matrices {
    const Number* a;
    int pitchA;
    const Number* b;
    int pitchB;
    int used;  // how many of the fragments side by side there are; the same for all lanes
};

// A product on the matrix units: factors of the next terms are fetched while the present ones are multiplied. Else a
// warp would wait for shared memory and for its products in turn, and there are few warps to wait beside it. (Float32
// has so many products for each fetch that this would only take registers that are not there.) F has
//   TERMS                           how many terms are multiplied at a time
//   Factors<M>                      a lane's numbers of so many terms
//   fetch<A, B>(factors, of, k)     fetches those of the terms from k on
//   add(sums, factors, used)        adds their products
template <typename F>
struct Pipelined {
    template <int M, bool TRANSPOSED_A, bool TRANSPOSED_B, typename Number>
    __device__ static inline void multiply(
            Tile<M>& sums, const Number* a, int pitchA, const Number* b, int pitchB, int depth, int used) {
        const Matrices<Number> of = {a, pitchA, b, pitchB, used};
        typename F::template Factors<M> factors;
        F::template fetch<TRANSPOSED_A, TRANSPOSED_B>(factors, of, 0);
#pragma unroll 2
        for (int k = F::TERMS; k < depth; k += F::TERMS) {
            typename F::template Factors<M> next;
            F::template fetch<TRANSPOSED_A, TRANSPOSED_B>(next, of, k);
            F::add(sums, factors, used);
            factors = next;
        }
        F::add(sums, factors, used);
    }
};

struct Tf32 : Pipelined<Tf32> {
    typedef float Number;

    static constexpr int TERMS = 8;

    template <int M>
    struct Factors {
        unsigned x[M][4];
        unsigned y[FRAGMENTS][2];
    };

    __device__ static inline float of(float x) { return tf32Of(x); }
    __device__ static inline float valueOf(float x) { return x; }

    template <bool TRANSPOSED_A, bool TRANSPOSED_B, int M>
    __device__ static inline void fetch(Factors<M>& factors, const Matrices<float>& of, int k) {
        const int group = groupOfLane();
        const int member = memberOfGroup();
#pragma unroll
        for (int m = 0; m < M; m++) {
#pragma unroll
            for (int r = 0; r < 4; r++) {
                factors.x[m][r] = bitsAt<TRANSPOSED_A>(
                        of.a, of.pitchA, FRAGMENT_ROWS * m + group + 8 * (r % 2), k + member + 4 * (r / 2));
            }
        }
#pragma unroll
        for (int f = 0; f < FRAGMENTS; f++) {
            if (f < of.used) {
                const int column = FRAGMENT_COLUMNS * f + group;
                factors.y[f][0] = bitsAt<TRANSPOSED_B>(of.b, of.pitchB, column, k + member);
                factors.y[f][1] = bitsAt<TRANSPOSED_B>(of.b, of.pitchB, column, k + member + 4);
            }
        }
    }

    template <int M>
    __device__ static inline void add(Tile<M>& sums, const Factors<M>& factors, int used) {
#pragma unroll
        for (int f = 0; f < FRAGMENTS; f++) {
            if (f < used) {
#pragma unroll
                for (int m = 0; m < M; m++) {
                    mmaTf32(sums.at[m][f], factors.x[m], factors.y[f][0], factors.y[f][1]);
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

struct Bf16 : Pipelined<Bf16> {
    typedef unsigned short Number;

    static constexpr int TERMS = 16;

    template <int M>
    struct Factors {
        unsigned x[M][4];
        unsigned y[FRAGMENTS / 2][4];
    };

    __device__ static inline unsigned short of(float x) { return bf16Of(x); }
    __device__ static inline float valueOf(unsigned short x) { return __uint_as_float(unsigned(x) << 16); }

    template <bool TRANSPOSED_A, bool TRANSPOSED_B, int M>
    __device__ static inline void fetch(Factors<M>& factors, const Matrices<unsigned short>& of, int k) {
        // Which row of which of four matrices this lane gives the address of: two by two they make 16 x 16.
        const int lane = int(threadIdx.x) % WARP;
        const int along = lane % 8 + 8 * (lane / 8 % 2);
        const int across = 8 * (lane / 16);
        const int down = lane % 8 + 8 * (lane / 16);
        const int aside = 8 * (lane / 8 % 2);
#pragma unroll
        for (int m = 0; m < M; m++) {
            const int row = FRAGMENT_ROWS * m;
            fragments<TRANSPOSED_A>(
                    factors.x[m], of.a + (TRANSPOSED_A ? (k + down) * of.pitchA + row + aside
                                                       : (row + along) * of.pitchA + k + across));
        }
#pragma unroll
        for (int f = 0; f < FRAGMENTS; f += 2) {
            if (f < of.used) {
                const int column = FRAGMENT_COLUMNS * f;
                fragments<TRANSPOSED_B>(
                        factors.y[f / 2], of.b + (TRANSPOSED_B ? (k + along) * of.pitchB + column + across
                                                               : (column + down) * of.pitchB + k + aside));
            }
        }
    }

    template <int M>
    __device__ static inline void add(Tile<M>& sums, const Factors<M>& factors, int used) {
#pragma unroll
        for (int f = 0; f < FRAGMENTS; f += 2) {
            if (f < used) {
                const unsigned (&y)[4] = factors.y[f / 2];
#pragma unroll
                for (int m = 0; m < M; m++) {
                    mmaBf16(sums.at[m][f], factors.x[m], y[0], y[1]);
                    mmaBf16(sums.at[m][f + 1], factors.x[m], y[2], y[3]);
                }
            }
        }
    }
};

}  // namespace narrow

}  // namespace cresset

#endif
