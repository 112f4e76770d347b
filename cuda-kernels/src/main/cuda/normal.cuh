// The standard normal distribution Phi and its density phi, for GELU: accurate relative to the result in the far left
// tail too, where erfc of a rounded argument is not.
//
// With x = |z|, Mills' ratio (1 - Phi(x)) / phi(x) is P(t) / (1 + x), where t = (x - 5.5) / (x + 5.5) and P is a
// polynomial: the truncated Chebyshev series of (1 + x) * Mills(x) on t in [-1, 1], of degree 23 for double (what was
// cut off is below 2e-17) and 12 for float (below 2e-9). That t makes such series short: Shepherd and Laframboise,
// "Chebyshev approximation of (1 + 2x) exp(x^2) erfc x in 0 <= x < infinity", 1981.
//
// Reference: NormalDistribution. Test: ActivationContractTest.
#ifndef CRESSET_NORMAL_CUH
#define CRESSET_NORMAL_CUH

namespace cresset {

// P(t), Horner's rule from the highest power down.
__device__ inline float millsPolynomial(float t) {
    float p = 6.350838e-05f;
    p = fmaf(p, t, -2.1812902e-04f);
    p = fmaf(p, t, -1.6070946e-04f);
    p = fmaf(p, t, 0.002888872f);
    p = fmaf(p, t, -0.010687842f);
    p = fmaf(p, t, 0.025632024f);
    p = fmaf(p, t, -0.045685925f);
    p = fmaf(p, t, 0.060920518f);
    p = fmaf(p, t, -0.053677637f);
    p = fmaf(p, t, 0.0055526705f);
    p = fmaf(p, t, 0.09070627f);
    p = fmaf(p, t, -0.22143303f);
    return fmaf(p, t, 1.1460994f);
}

__device__ inline double millsPolynomial(double t) {
    double p = 9.268819861570175e-10;
    p = fma(p, t, -4.805853626226139e-10);
    p = fma(p, t, -1.141408359337876e-8);
    p = fma(p, t, 7.944701516384817e-9);
    p = fma(p, t, 8.573162491660859e-8);
    p = fma(p, t, -9.721360542965301e-8);
    p = fma(p, t, -5.353000527868096e-7);
    p = fma(p, t, 1.1162702772037198e-6);
    p = fma(p, t, 2.6526761525629147e-6);
    p = fma(p, t, -1.1761467008378759e-5);
    p = fma(p, t, -1.213499660690903e-6);
    p = fma(p, t, 9.740295487086948e-5);
    p = fma(p, t, -0.0002269998184824636);
    p = fma(p, t, -0.000204216745563551);
    p = fma(p, t, 0.00290446404635441);
    p = fma(p, t, -0.010659188443900604);
    p = fma(p, t, 0.025621454176123843);
    p = fma(p, t, -0.04569574901798504);
    p = fma(p, t, 0.06092379690183981);
    p = fma(p, t, -0.053676021870198716);
    p = fma(p, t, 0.0055522446067832075);
    p = fma(p, t, 0.09070616930558004);
    p = fma(p, t, -0.22143300769123134);
    return fma(p, t, 1.1460994074211677);
}

// Everything about one z that value and slope of GELU need.
template <typename T>
struct Normal {
    T z;      // between -40 and 40: beyond, the bell is 0 in double too; infinities stay out of the arithmetic
    T bell;   // e^(-z^2 / 2)
    T mills;  // Mills' ratio at |z|, over sqrt(2 pi): Phi(-|z|) is bell * mills
};

template <typename T>
__device__ inline Normal<T> normalAt(T z) {
    const T ONE_OVER_ROOT_OF_2_PI = T(0.3989422804014327);
    const T CENTRE = T(5.5);
    const T FARTHEST = T(40);
    T x = real::abs(z);
    x = x > FARTHEST ? FARTHEST : x;  // NaN stays
    const T square = x * x;
    const T lost = real::fma(x, x, -square);  // what rounding took from x^2 is put back
    const T bell = real::exp(T(-0.5) * square) * real::fma(T(-0.5), lost, T(1));
    const T mills = millsPolynomial((x - CENTRE) / (x + CENTRE)) / (T(1) + x) * ONE_OVER_ROOT_OF_2_PI;
    return {z < T(0) ? -x : x, bell, mills};
}

// z * Phi(z). The bell comes last: near the smallest numbers only the result is rounded to few digits.
template <typename T>
__device__ inline T timesDistribution(T z) {
    const Normal<T> at = normalAt(z);
    const T tail = at.z * at.mills * at.bell;
    return z < T(0) ? tail : z - tail;
}

// Phi(z) + z * phi(z).
template <typename T>
__device__ inline T distributionPlusDensity(T z) {
    const T ONE_OVER_ROOT_OF_2_PI = T(0.3989422804014327);
    const Normal<T> at = normalAt(z);
    return z < T(0) ? at.bell * real::fma(at.z, ONE_OVER_ROOT_OF_2_PI, at.mills)
                    : real::fma(at.bell, real::fma(at.z, ONE_OVER_ROOT_OF_2_PI, -at.mills), T(1));
}

}  // namespace cresset

#endif
