// The functions of CUDA on numbers that C++ has not.
//
// One rounding where CUDA promises one: this file and the kernels are compiled without contracting a * b + c.
#pragma once

#define STANDIN_LEAST_AND_MOST(T) \
    inline T min(T a, T b) { return b < a ? b : a; } \
    inline T max(T a, T b) { return a < b ? b : a; }
STANDIN_LEAST_AND_MOST(int)
STANDIN_LEAST_AND_MOST(unsigned)
STANDIN_LEAST_AND_MOST(long long)
STANDIN_LEAST_AND_MOST(unsigned long long)
#undef STANDIN_LEAST_AND_MOST
inline float min(float a, float b) { return fminf(a, b); }
inline float max(float a, float b) { return fmaxf(a, b); }
inline double min(double a, double b) { return fmin(a, b); }
inline double max(double a, double b) { return fmax(a, b); }

inline float rsqrtf(float x) { return float(1 / sqrt(double(x))); }
inline double rsqrt(double x) { return 1 / sqrt(x); }
inline double normcdf(double x) { return 0.5 * erfc(-x * M_SQRT1_2); }
inline float normcdff(float x) { return float(normcdf(double(x))); }

inline float __fadd_rn(float a, float b) { return a + b; }
inline float __fmul_rn(float a, float b) { return a * b; }
inline float __fdiv_rn(float a, float b) { return a / b; }
inline float __fsqrt_rn(float a) { return sqrtf(a); }
inline float __fmaf_rn(float a, float b, float c) { return fmaf(a, b, c); }
inline double __dadd_rn(double a, double b) { return a + b; }
inline double __dmul_rn(double a, double b) { return a * b; }
inline double __ddiv_rn(double a, double b) { return a / b; }
inline double __dsqrt_rn(double a) { return sqrt(a); }
inline double __fma_rn(double a, double b, double c) { return fma(a, b, c); }

inline unsigned __umulhi(unsigned a, unsigned b) { return unsigned((uint64_t(a) * b) >> 32); }
inline unsigned long long __umul64hi(unsigned long long a, unsigned long long b) {
    return (unsigned long long)(((unsigned __int128)a * b) >> 64);
}

template <typename T>
inline T __ldg(const T* address) {
    return *address;
}

template <typename To, typename From>
inline To standinBits(From from) {
    static_assert(sizeof(To) == sizeof(From), "the same bits");
    To to;
    memcpy(&to, &from, sizeof to);
    return to;
}
inline int __float_as_int(float x) { return standinBits<int>(x); }
inline unsigned __float_as_uint(float x) { return standinBits<unsigned>(x); }
inline float __int_as_float(int x) { return standinBits<float>(x); }
inline float __uint_as_float(unsigned x) { return standinBits<float>(x); }
inline long long __double_as_longlong(double x) { return standinBits<long long>(x); }
inline double __longlong_as_double(long long x) { return standinBits<double>(x); }
