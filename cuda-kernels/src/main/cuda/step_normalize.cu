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

constexpr int MOST_CLASSES = WARP;

// A layer's numbers for one quad of columns.
struct Layer {
    Quad bias;
    Quad mean;
    Quad inverse;
    Quad gamma;
    Quad beta;

    __device__ inline float xhat(int k, float z) const { return (z + bias.at[k] - mean.at[k]) * inverse.at[k]; }
    __device__ inline float y(int k, float xhat) const { return real::fma(gamma.at[k], xhat, beta.at[k]); }
};

template <typename To>
struct ToNormalize {
    const float* z;
    const float* bias;
    const float* gamma;
    const float* beta;
    float* runningMean;
    float* runningVariance;
    float* mean;
    float* inverse;
    To* a;
    float keep;
    float take;
    float takeVariance;
    float epsilon;
    int relu;
    Long rows;
    Long columns;
};

// ROUNDS: rows are at most ROUNDS x 64.
template <int ROUNDS, bool WIDE, typename To>
__device__ inline void stepNormalize(const ToNormalize<To>& s) {
    const TileThread own = tileThread();
    const double count = double(s.rows);
    Layer of;
    of.bias = quadOf<WIDE>(s.bias, own.column, s.columns);
    Quad z[ROUNDS];
    Sums sums = {{0, 0, 0, 0}};
#pragma unroll
    for (int j = 0; j < ROUNDS; j++) {
        const Long row = own.lane + j * TILE_LANES;
        if (row < s.rows) {
            z[j] = quadOf<WIDE>(s.z + row * s.columns, own.column, s.columns);
#pragma unroll
            for (int k = 0; k < QUAD; k++) {
                sums.at[k] += double(z[j].at[k] + of.bias.at[k]);  // +=, of this thread
            }
        }
    }
    Sums mean = tileSums(sums);
    sums = {{0, 0, 0, 0}};
#pragma unroll
    for (int k = 0; k < QUAD; k++) {
        mean.at[k] /= count;
    }
#pragma unroll
    for (int j = 0; j < ROUNDS; j++) {
        if (own.lane + j * TILE_LANES < s.rows) {
#pragma unroll
            for (int k = 0; k < QUAD; k++) {
                const double difference = double(z[j].at[k] + of.bias.at[k]) - mean.at[k];
                sums.at[k] = fma(difference, difference, sums.at[k]);  // +=, of this thread
            }
        }
    }
    const Sums squares = tileSums(sums);
    Quad variance;
#pragma unroll
    for (int k = 0; k < QUAD; k++) {
        of.mean.at[k] = float(mean.at[k]);
        variance.at[k] = float(squares.at[k] / count);
        of.inverse.at[k] = 1.0f / real::sqrt(variance.at[k] + s.epsilon);
    }
    of.gamma = quadOf<WIDE>(s.gamma, own.column, s.columns);
    of.beta = quadOf<WIDE>(s.beta, own.column, s.columns);
#pragma unroll
    for (int j = 0; j < ROUNDS; j++) {
        const Long row = own.lane + j * TILE_LANES;
        if (row < s.rows) {
            Quad a;
#pragma unroll
            for (int k = 0; k < QUAD; k++) {
                const float y = of.y(k, of.xhat(k, z[j].at[k]));
                a.at[k] = s.relu && y <= 0.0f ? 0.0f : y;
            }
            putQuad<WIDE>(s.a + row * s.columns, own.column, s.columns, a);
        }
    }
    if (own.lane == 0) {
        Quad meanKept = quadOf<WIDE>(s.runningMean, own.column, s.columns);
        Quad varianceKept = quadOf<WIDE>(s.runningVariance, own.column, s.columns);
#pragma unroll
        for (int k = 0; k < QUAD; k++) {
            meanKept.at[k] = real::fma(s.keep, meanKept.at[k], s.take * of.mean.at[k]);
            varianceKept.at[k] = real::fma(s.keep, varianceKept.at[k], s.takeVariance * variance.at[k]);
        }
        putQuad<WIDE>(s.runningMean, own.column, s.columns, meanKept);
        putQuad<WIDE>(s.runningVariance, own.column, s.columns, varianceKept);
        putQuad<WIDE>(s.mean, own.column, s.columns, of.mean);
        putQuad<WIDE>(s.inverse, own.column, s.columns, of.inverse);
    }
}

// da as it lies in memory.
struct Stored {
    const float* da;

    __device__ inline void prepare(Long) const {}

    template <bool WIDE>
    __device__ inline Quad at(Long row, TileThread own, Long columns) const {
        return quadOf<WIDE>(da + row * columns, own.column, columns);
    }
};

// da = D W, with this block's columns of W in shared memory.
struct OfClasses {
    const float* gradient;
    const float* weight;
    int classes;
    float (*tile)[TILE_COLUMNS];

    __device__ inline void prepare(Long columns) const {
        for (int e = threadIdx.x; e < classes * TILE_COLUMNS; e += ELEMENTS) {
            const Long column = Long(blockIdx.x) * TILE_COLUMNS + e % TILE_COLUMNS;
            const Long k = e / TILE_COLUMNS;
            tile[k][e % TILE_COLUMNS] = column < columns ? weight[k * columns + column] : 0.0f;  // =
        }
        // Closes the race between the threads that write the tile and those that read it.
        __syncthreads();
    }

    template <bool WIDE>
    __device__ inline Quad at(Long row, TileThread own, Long) const {
        Quad da = {{0, 0, 0, 0}};
#pragma unroll 4
        for (int c = 0; c < classes; c++) {
            const float d = gradient[row * classes + c];
#pragma unroll
            for (int k = 0; k < QUAD; k++) {
                da.at[k] = real::fma(d, tile[c][own.quad * QUAD + k], da.at[k]);
            }
        }
        return da;
    }
};

template <typename To>
struct ToDeriveNormal {
    const float* z;
    const float* bias;
    const float* mean;
    const float* inverse;
    const float* gamma;
    const float* beta;
    To* dz;
    float* dgamma;
    float* dbeta;
    float* dbias;
    int relu;
    Long rows;
    Long columns;
};

template <int ROUNDS, bool WIDE, typename Source, typename To>
__device__ inline void stepNormalizeGradient(const ToDeriveNormal<To>& s, const Source& source) {
    const TileThread own = tileThread();
    source.prepare(s.columns);
    const Layer of = {
            quadOf<WIDE>(s.bias, own.column, s.columns), quadOf<WIDE>(s.mean, own.column, s.columns),
            quadOf<WIDE>(s.inverse, own.column, s.columns), quadOf<WIDE>(s.gamma, own.column, s.columns),
            quadOf<WIDE>(s.beta, own.column, s.columns)};
    Quad xhat[ROUNDS];
    Quad dy[ROUNDS];
    Sums products = {{0, 0, 0, 0}};
    Sums sums = {{0, 0, 0, 0}};
#pragma unroll
    for (int j = 0; j < ROUNDS; j++) {
        const Long row = own.lane + j * TILE_LANES;
        if (row < s.rows) {
            const Quad z = quadOf<WIDE>(s.z + row * s.columns, own.column, s.columns);
            dy[j] = source.template at<WIDE>(row, own, s.columns);
#pragma unroll
            for (int k = 0; k < QUAD; k++) {
                xhat[j].at[k] = of.xhat(k, z.at[k]);
                dy[j].at[k] = s.relu && of.y(k, xhat[j].at[k]) <= 0.0f ? 0.0f : dy[j].at[k];
                products.at[k] = fma(double(dy[j].at[k]), double(xhat[j].at[k]), products.at[k]);  // +=, of this thread
                sums.at[k] += double(dy[j].at[k]);                                                 // +=, of this thread
            }
        }
    }
    products = tileSums(products);
    sums = tileSums(sums);
    Quad dgamma;
    Quad dbeta;
    Quad scale;
    Quad shift;
    Quad slope;
#pragma unroll
    for (int k = 0; k < QUAD; k++) {
        dgamma.at[k] = float(products.at[k]);
        dbeta.at[k] = float(sums.at[k]);
        scale.at[k] = of.gamma.at[k] * of.inverse.at[k];
        shift.at[k] = dbeta.at[k] / float(s.rows);
        slope.at[k] = dgamma.at[k] / float(s.rows);
    }
#pragma unroll
    for (int j = 0; j < ROUNDS; j++) {
        const Long row = own.lane + j * TILE_LANES;
        if (row < s.rows) {
            Quad dz;
#pragma unroll
            for (int k = 0; k < QUAD; k++) {
                dz.at[k] = scale.at[k] * real::fma(-xhat[j].at[k], slope.at[k], dy[j].at[k] - shift.at[k]);
            }
            putQuad<WIDE>(s.dz + row * s.columns, own.column, s.columns, dz);
        }
    }
    if (own.lane == 0) {
        putQuad<WIDE>(s.dgamma, own.column, s.columns, dgamma);
        putQuad<WIDE>(s.dbeta, own.column, s.columns, dbeta);
        putQuad<WIDE>(s.dbias, own.column, s.columns, {{0, 0, 0, 0}});
    }
}

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
