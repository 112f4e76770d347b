// Losses that compare prediction a and target y element by element, and their gradients.
//
//   kind (the ordinal of PointwiseLoss.Kind)   l(a, y)                                        dl/da
//   0 SQUARED                                  (a - y)^2                                      2 (a - y)
//   1 ABSOLUTE                                 |a - y|                                        sign(a - y)
//   2 SMOOTH_ABSOLUTE                          (a - y)^2 / (2 beta) where |a - y| < beta,     (a - y) / beta,
//                                              else |a - y| - beta / 2                        else sign(a - y)
//   3 BINARY_CROSS_ENTROPY                     -y log a - (1 - y) log(1 - a),                 (a - y) / (a (1 - a)),
//                                              logarithms at least -100                       divisor at least 1e-12
//   4 BINARY_CROSS_ENTROPY_LOGITS              max(a, 0) - a y + log(1 + e^-|a|)              sigma(a) - y
//
//   pointwiseLoss          partials_b <- sum of l over the elements of block b    reads 2n, writes a double a block
//   pointwiseLossFinish    loss <- scale * sum of the partials                    one block
//   pointwiseLossGradient  da_e <- scale * dl/da(a_e, y_e)                        reads 2n, writes n; da may be a or y
//
// Shapes: a, y, da n elements; partials double[blocks]; loss one T. A NaN makes the loss NaN.
// Grid: any number of blocks of ELEMENTS threads; of pointwiseLoss the number is part of the order of addition: derive
// it from n alone.
// Reference: ReferenceFunctions, ReferenceOps.pointwiseLoss. Test: PointwiseLossContractTest.

namespace cresset {

// -1, 0, 1 or NaN.
template <typename T>
__device__ inline T sign(T x) {
    return x > T(0) ? T(1) : x < T(0) ? T(-1) : x;
}

template <typename T>
struct Squared {
    __device__ inline T value(T a, T y) const { return (a - y) * (a - y); }
    __device__ inline T slope(T a, T y) const { return T(2) * (a - y); }
};

template <typename T>
struct Absolute {
    __device__ inline T value(T a, T y) const { return real::abs(a - y); }
    __device__ inline T slope(T a, T y) const { return sign(a - y); }
};

template <typename T>
struct SmoothAbsolute {
    T beta;
    __device__ inline T value(T a, T y) const {
        const T d = real::abs(a - y);
        return d < beta ? d * d / (T(2) * beta) : d - beta / T(2);
    }
    __device__ inline T slope(T a, T y) const {
        const T d = a - y;
        return real::abs(d) < beta ? d / beta : sign(d);
    }
};

template <typename T>
struct BinaryCrossEntropy {
    __device__ inline T value(T a, T y) const {
        const T SMALLEST_LOG = T(-100);
        const T logOne = real::atLeast(real::log(a), SMALLEST_LOG);
        const T logZero = real::atLeast(real::log1p(-a), SMALLEST_LOG);
        return -y * logOne - (T(1) - y) * logZero;
    }
    __device__ inline T slope(T a, T y) const {
        const T SMALLEST_VARIANCE = T(1e-12);
        return (a - y) / real::atLeast(a * (T(1) - a), SMALLEST_VARIANCE);
    }
};

template <typename T>
struct BinaryCrossEntropyLogits {
    // a - a y with one rounding: it cancels where a large logit is right.
    __device__ inline T value(T a, T y) const {
        const T hinge = real::fma(-a, y, a > T(0) ? a : T(0));
        return hinge + real::log1p(real::exp(-real::abs(a)));
    }
    __device__ inline T slope(T a, T y) const { return sigmoid(a) - y; }
};

// A kind that the table does not have: its result is NaN, which nobody overlooks.
template <typename T>
struct NoLoss {
    __device__ inline T value(T, T) const { return notANumber<T>(); }
    __device__ inline T slope(T, T) const { return notANumber<T>(); }
};

// use(l) with the loss of that kind: the choice is made once, outside the loops.
template <typename T, typename Use>
__device__ inline auto withLoss(int kind, T beta, Use use) {
    switch (kind) {
        case 0: return use(Squared<T>{});
        case 1: return use(Absolute<T>{});
        case 2: return use(SmoothAbsolute<T>{beta});
        case 3: return use(BinaryCrossEntropy<T>{});
        case 4: return use(BinaryCrossEntropyLogits<T>{});
        default: return use(NoLoss<T>{});
    }
}

// The sum over the elements of this thread.
template <typename T>
struct SumOfLosses {
    const T* a;
    const T* y;
    Long n;

    template <typename Loss>
    __device__ inline double operator()(Loss loss) const {
        return strideSum<HEAVY>(
                thread(), n, threads(), [a = a, y = y](Long e) { return Two<T>{a[e], y[e]}; },
                [loss](Two<T> of) { return loss.value(of.first, of.second); });
    }
};

template <typename T>
__device__ inline void pointwiseLoss(const T* a, const T* y, double* partials, int kind, T beta, Long n) {
    const double sum = blockSum(withLoss(kind, beta, SumOfLosses<T>{a, y, n}));
    if (threadIdx.x == 0) {
        partials[blockIdx.x] = sum;  // =
    }
}

template <typename T>
__device__ inline void pointwiseLossFinish(const double* partials, T* loss, T scale, Long count) {
    const double sum = sumOfPartials(partials, count);
    if (thread() == 0) {
        *loss = T(double(scale) * sum);  // =
    }
}

template <typename T>
struct LossGradient {
    const T* a;
    const T* y;
    T* da;
    T scale;
    Long n;

    template <typename Loss>
    __device__ inline void operator()(Loss loss) const {
        elements<HEAVY>(
                n, [a = a, y = y](Long e) { return Two<T>{a[e], y[e]}; },
                [loss, da = da, scale = scale](Long e, Two<T> of) {
                    da[e] = scale * loss.slope(of.first, of.second);  // =
                });
    }
};

#define CRESSET_ENTRY_POINTS(T, S)                                                                                     \
    CRESSET_KERNEL(ELEMENTS)                                                                                           \
    pointwiseLoss_##S(const T* a, const T* y, double* partials, int kind, T beta, Long n) {                            \
        pointwiseLoss(a, y, partials, kind, beta, n);                                                                  \
    }                                                                                                                  \
    CRESSET_KERNEL(ELEMENTS) pointwiseLossFinish_##S(const double* partials, T* loss, T scale, Long count) {           \
        pointwiseLossFinish(partials, loss, scale, count);                                                             \
    }                                                                                                                  \
    CRESSET_KERNEL(ELEMENTS)                                                                                           \
    pointwiseLossGradient_##S(const T* a, const T* y, T* da, int kind, T beta, T scale, Long n) {                      \
        withLoss(kind, beta, LossGradient<T>{a, y, da, scale, n});                                                     \
    }
CRESSET_ENTRY_POINTS(float, f32)
CRESSET_ENTRY_POINTS(double, f64)
#undef CRESSET_ENTRY_POINTS

}  // namespace cresset
