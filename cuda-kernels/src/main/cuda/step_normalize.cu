// Batch normalisation with ReLU (or none) behind a linear layer, forward and backward, each in one launch.
//
//   z                the raw product A W^T of the layer; x_ic = z_ic + bias_c is never stored
//   stepNormalize    mean_c, inverse_c <- mean of column c of x, 1 / sqrt(variance + eps)
//                    runningMean <- keep runningMean + take mean,
//                    runningVariance <- keep runningVariance + takeVariance variance      (biased variance, over N)
//                    a_ic <- f(y_ic),  y_ic = gamma_c xhat_ic + beta_c,  xhat_ic = (x_ic - mean_c) inverse_c
//   stepNormalizeGradient   with dy = f'(y) da, everything else computed again from z:
//                    dgamma_c <- sum of dy xhat, dbeta_c <- sum of dy, dbias_c <- 0
//                    dz_ic <- gamma_c inverse_c (dy_ic - dbeta_c / N - xhat_ic dgamma_c / N)
//   stepNormalizeGradientOfClasses   the same with da = D W of the layer above, D rows x classes, W classes x columns,
//                    added over the classes from first to last, never stored
//
//   stepNormalizeBf16, stepNormalizeGradientBf16, stepNormalizeGradientOfClassesBf16   the same with a or dz rounded to
//                    bfloat16 (step_bf16.cuh)
//
// f is ReLU (relu 1) or none (0). dbias is 0 because the mean takes every shift of a column away: what a sum over dz
// would give is its roundings.
//
// Shapes: z, a, da, dz rows x columns; bias, gamma, beta, mean, inverse and the rest 1 x columns. rows 1 .. 1024,
// classes 1 .. 32.
// Grid: exactly ceil(columns / 16) blocks of ELEMENTS (tile.cuh). A thread holds up to 16 quads in registers, so
// stepNormalize reads n and writes n, stepNormalizeGradient reads 2n and writes n, the last reads n and writes n (and
// rows x classes for each block, from the cache).
// In place, in float32: a may be z where no gradient is wanted; dz may be da or z: a thread has read all its elements
// before it writes any.
// The variance is taken from the differences to the mean (two passes over registers); sums are double.
// Source of the gradient: Ioffe and Szegedy, "Batch normalization", 2015, section 3.
// Reference: the verbs addRow, columnMoments, batchNorm, blend, activate and their gradients.
// Test: CudaFusedProgramTest, CudaBf16ProgramTest.

namespace cresset {

// use(rounds, wide) with what these sizes need, as types.
template <int N>
struct Rounds {
    static constexpr int COUNT = N;
};

template <bool YES>
struct Wide {
    static constexpr bool IS = YES;
};

template <bool YES, typename Use>
__device__ inline void withRounds(Long rows, Wide<YES> wide, Use use) {
    if (rows <= 2 * TILE_LANES) {
        use(Rounds<2>{}, wide);
    } else if (rows <= 4 * TILE_LANES) {
        use(Rounds<4>{}, wide);
    } else {
        use(Rounds<16>{}, wide);
    }
}

template <typename Use>
__device__ inline void withTile(Long rows, Long columns, Use use) {
    if (columns % QUAD == 0) {
        withRounds(rows, Wide<true>{}, use);
    } else {
        withRounds(rows, Wide<false>{}, use);
    }
}

template <typename To>
struct Normalize {
    const ToNormalize<To>& of;

    template <int N, bool YES>
    __device__ inline void operator()(Rounds<N>, Wide<YES>) const {
        stepNormalize<N, YES>(of);
    }
};

template <typename Source, typename To>
struct NormalizeGradient {
    const ToDeriveNormal<To>& of;
    const Source& source;

    template <int N, bool YES>
    __device__ inline void operator()(Rounds<N>, Wide<YES>) const {
        stepNormalizeGradient<N, YES>(of, source);
    }
};

CRESSET_KERNEL(ELEMENTS)
stepNormalize_f32(
        const float* z, const float* bias, const float* gamma, const float* beta, float* runningMean,
        float* runningVariance, float* mean, float* inverse, float* a, float keep, float take, float takeVariance,
        float epsilon, int relu, Long rows, Long columns) {
    const ToNormalize<float> of = {z,       bias, gamma, beta, runningMean,  runningVariance, mean, inverse,
                            a,       keep, take,  takeVariance, epsilon, relu,         rows, columns};
    withTile(rows, columns, Normalize<float>{of});
}

CRESSET_KERNEL(ELEMENTS)
stepNormalizeGradient_f32(
        const float* z, const float* bias, const float* mean, const float* inverse, const float* gamma,
        const float* beta, const float* da, float* dz, float* dgamma, float* dbeta, float* dbias, int relu, Long rows,
        Long columns) {
    const ToDeriveNormal<float> of = {z,  bias,   mean,  inverse, gamma, beta,
                               dz, dgamma, dbeta, dbias,   relu,  rows, columns};
    withTile(rows, columns, NormalizeGradient<Stored, float>{of, Stored{da}});
}

CRESSET_KERNEL(ELEMENTS)
stepNormalizeGradientOfClasses_f32(
        const float* z, const float* bias, const float* mean, const float* inverse, const float* gamma,
        const float* beta, const float* gradient, const float* weight, float* dz, float* dgamma, float* dbeta,
        float* dbias, int relu, Long rows, Long columns, Long classes) {
    __shared__ float tile[MOST_CLASSES][TILE_COLUMNS];
    const ToDeriveNormal<float> of = {z,  bias,   mean,  inverse, gamma, beta,
                               dz, dgamma, dbeta, dbias,   relu,  rows, columns};
    withTile(rows, columns, NormalizeGradient<OfClasses, float>{of, OfClasses{gradient, weight, int(classes), tile}});
}

CRESSET_KERNEL(ELEMENTS)
stepNormalizeBf16_f32(
        const float* z, const float* bias, const float* gamma, const float* beta, float* runningMean,
        float* runningVariance, float* mean, float* inverse, unsigned short* a, float keep, float take,
        float takeVariance, float epsilon, int relu, Long rows, Long columns) {
    const ToNormalize<unsigned short> of = {z, bias, gamma, beta,         runningMean, runningVariance, mean, inverse,
                                            a, keep, take,  takeVariance, epsilon,     relu,            rows, columns};
    withTile(rows, columns, Normalize<unsigned short>{of});
}

CRESSET_KERNEL(ELEMENTS)
stepNormalizeGradientBf16_f32(
        const float* z, const float* bias, const float* mean, const float* inverse, const float* gamma,
        const float* beta, const float* da, unsigned short* dz, float* dgamma, float* dbeta, float* dbias, int relu,
        Long rows, Long columns) {
    const ToDeriveNormal<unsigned short> of = {z,  bias,   mean,  inverse, gamma, beta,
                                               dz, dgamma, dbeta, dbias,   relu,  rows, columns};
    withTile(rows, columns, NormalizeGradient<Stored, unsigned short>{of, Stored{da}});
}

CRESSET_KERNEL(ELEMENTS)
stepNormalizeGradientOfClassesBf16_f32(
        const float* z, const float* bias, const float* mean, const float* inverse, const float* gamma,
        const float* beta, const float* gradient, const float* weight, unsigned short* dz, float* dgamma, float* dbeta,
        float* dbias, int relu, Long rows, Long columns, Long classes) {
    __shared__ float tile[MOST_CLASSES][TILE_COLUMNS];
    const ToDeriveNormal<unsigned short> of = {z,  bias,   mean,  inverse, gamma, beta,
                                               dz, dgamma, dbeta, dbias,   relu,  rows, columns};
    const OfClasses source = {gradient, weight, int(classes), tile};
    withTile(rows, columns, NormalizeGradient<OfClasses, unsigned short>{of, source});
}

}  // namespace cresset
