// Numbers: the integer types, the constants, and the scalar functions under one name for float and double.
//
// A kernel is a template over T, float or double. Scalars are computed in T, by the accurate functions (never the fast
// intrinsics); sums are double in both. A compiler may or may not contract `a * b + c`; where that matters, because a
// difference cancels or because two kernels must agree bit by bit, it says `real::fma` or `real::product`.
#ifndef CRESSET_REAL_CUH
#define CRESSET_REAL_CUH

namespace cresset {

typedef long long Long;  // every size and index: n may be beyond 2^31
typedef unsigned long long ULong;

// The shapes of blocks (dev.cresset.kernels.Block) and their number of threads.
constexpr int WARP = 32;
constexpr int ELEMENTS = 256;         // 256 x 1: elements, one to one
constexpr int COLUMNS_X = WARP;       // 32 neighbouring columns ...
constexpr int COLUMNS_Y = 8;          // ... x 8 lanes that share their rows
constexpr int COLUMNS = COLUMNS_X * COLUMNS_Y;
constexpr int ROWS_Y = 4;             // 4 rows, a warp for each
constexpr int ROWS = WARP * ROWS_Y;

// The head of an entry point: blocks have exactly this many threads, as the table promises. (The 1 asks for one block
// an SM at least: without it ptxas spills a few registers in order to fit more.)
#define CRESSET_KERNEL(threads) extern "C" __global__ void __launch_bounds__(threads, 1)

// Declares the shared memory that the launch asks for, as bytes aligned to 16. (The stand-in has its own.)
#ifndef CRESSET_DYNAMIC_SHARED
#define CRESSET_DYNAMIC_SHARED(name) extern __shared__ __align__(16) unsigned char name[]
#endif

template <typename T>
__device__ inline T notANumber() {
    return T(nan(""));
}

// Below every number.
template <typename T>
__device__ inline T minusInfinity() {
    return T(-1.0 / 0.0);
}

namespace real {

__device__ inline float abs(float x) { return fabsf(x); }
__device__ inline double abs(double x) { return fabs(x); }
__device__ inline float sqrt(float x) { return sqrtf(x); }
__device__ inline double sqrt(double x) { return ::sqrt(x); }
__device__ inline float exp(float x) { return expf(x); }
__device__ inline double exp(double x) { return ::exp(x); }
__device__ inline float expm1(float x) { return expm1f(x); }
__device__ inline double expm1(double x) { return ::expm1(x); }
__device__ inline float log(float x) { return logf(x); }
__device__ inline double log(double x) { return ::log(x); }
__device__ inline float log1p(float x) { return log1pf(x); }
__device__ inline double log1p(double x) { return ::log1p(x); }
__device__ inline float tanh(float x) { return tanhf(x); }
__device__ inline double tanh(double x) { return ::tanh(x); }

// a * b + c with one rounding.
__device__ inline float fma(float a, float b, float c) { return fmaf(a, b, c); }
__device__ inline double fma(double a, double b, double c) { return ::fma(a, b, c); }

// a * b, rounded by itself: never made part of a fused operation.
__device__ inline float product(float a, float b) { return __fmul_rn(a, b); }
__device__ inline double product(double a, double b) { return __dmul_rn(a, b); }

// The larger of x and bound; NaN stays NaN, which fmax would replace.
template <typename T>
__device__ inline T atLeast(T x, T bound) {
    return x < bound ? bound : x;
}

}  // namespace real

// `number` as an index if it is a whole number in 0 .. bound - 1, else -1. NaN, infinities, fractions and numbers too
// large for any index give -1 and are never converted.
template <typename T>
__device__ inline Long indexBelow(T number, Long bound) {
    const T LARGEST = T(4611686018427387904.0);  // 2^62
    const bool fits = number >= T(0) && number < LARGEST;
    const Long index = Long(fits ? number : T(0));
    return fits && T(index) == number && index < bound ? index : -1;
}

// What is at `place` if it may be read, else what is at `other`: a choice of addresses, not a branch, so that the reads
// of a batch stay together.
template <typename T>
__device__ inline T readOr(bool mayBeRead, const T* place, const T* other) {
    return *(mayBeRead ? place : other);
}

}  // namespace cresset

#endif
