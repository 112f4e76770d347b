// Batch normalisation: the moments of columns, forward, backward.
//
//   columnMoments        mean and sum of (x - mean)^2 of each chunk of rows          reads 2n (n from the cache)
//   columnMomentsFinish  mean_c, variance_c <- of all rows (biased: over N)          reads 2 x chunks x columns
//   batchNorm            xhat <- (x - mean) / sqrt(variance + eps),                  reads n, writes 2n
//                        y <- gamma xhat + beta                                      xhat may be x
//   batchNormSums        sums of dy xhat and of dy of each chunk                     reads 2n
//   batchNormSumsFinish  dgamma_c, dbeta_c <- of all rows                            reads 2 x chunks x columns
//   batchNormGradient    with s = gamma / sqrt(variance + eps)                       reads 1n or 2n, writes n
//                        batch 0: dx <- s dy                                         dx may be dy
//                        batch 1: dx <- s (dy - dbeta / N - xhat dgamma / N)
//
// Shapes: x, xhat, y, dy, dx rows x columns; mean, variance, gamma, beta, dgamma, dbeta 1 x columns; partials
// double[2][chunks][columns], chunks and grids as in columns.cu; batchNorm, batchNormGradient and the Finish kernels
// any number of blocks of ELEMENTS.
// Moments do not cancel: within a chunk the squares are taken from the chunk's own mean (two passes), and chunks are
// merged by the differences of their means (Chan, Golub, LeVeque 1979), from first to last. Sums are taken of x minus
// the chunk's first row, so a constant column has exactly that mean, and the variance 0. What remains of a large mean
// is the rounding of the chunks' means to double: an error of the variance of about |mean| / deviation roundoffs of
// double, none where there is one chunk.
// No rows: NaN (Ops refuses them).
// Source of the gradient: Ioffe and Szegedy, "Batch normalization", 2015, section 3.
// Reference: ReferenceOps.columnMoments, batchNorm, batchNormGradient. Test: ReductionContractTest,
// BatchNormContractTest.

namespace cresset {

// x, or 0 if it is NaN or infinite.
__device__ inline double finiteOrZero(double x) {
    return x - x == 0 ? x : 0;
}

template <typename T>
__device__ inline void columnMoments(const T* x, double* partials, Long rows, Long columns, Long chunk) {
    const Long plane = chunksOf(rows, chunk) * columns;
    chunksAndColumns(rows, columns, chunk, [=](Long k, Chunk of, Long c) {
        const bool inside = c < columns && of.first < of.end;
        const double shift = inside ? finiteOrZero(double(x[of.first * columns + c])) : 0;
        const auto number = [=](Long i) { return x[i * columns + c]; };
        const auto shifted = [=](T x) { return double(x) - shift; };
        const double sum = columnTotal(inside ? laneSum(of, number, shifted) : 0);
        const double mean = shift + sum / double(of.end - of.first);
        const auto square = [=](T x) { return (double(x) - mean) * (double(x) - mean); };
        const double squares = columnTotal(inside ? laneSum(of, number, square) : 0);
        if (c < columns && threadIdx.y == 0) {
            partials[k * columns + c] = mean;             // =
            partials[plane + k * columns + c] = squares;  // =
        }
    });
}

// Mean and sum of squared differences of column c over all chunks: with n_k rows and mean m_k in chunk k,
// mean = sum of n_k m_k / N and squares = sum of squares_k + n_k (m_k - mean)^2. Means are taken relative to the first
// chunk's, which is near them, so that their differences do not suffer from the size of the mean.
__device__ inline Two<double> mergedMoments(const double* partials, Long rows, Long columns, Long chunk, Long c) {
    const Long chunks = chunksOf(rows, chunk);
    const double pivot = finiteOrZero(partials[c]);
    const auto count = [=](Long k) {
        const Chunk of = chunkOf(k, rows, chunk);
        return double(of.end - of.first);
    };
    const auto weighted = [=](Long k) { return count(k) * (partials[k * columns + c] - pivot); };
    const double offset = strideSum<LIGHT>(0, chunks, 1, weighted) / double(rows);
    const auto squares = [=](Long k) {
        const double difference = partials[k * columns + c] - pivot - offset;
        return fma(count(k) * difference, difference, partials[(chunks + k) * columns + c]);
    };
    return {pivot + offset, strideSum<LIGHT>(0, chunks, 1, squares)};
}

template <typename T>
__device__ inline void columnMomentsFinish(
        const double* partials, T* mean, T* variance, Long rows, Long columns, Long chunk) {
    elements<1>(
            columns, [=](Long c) { return mergedMoments(partials, rows, columns, chunk, c); },
            [=](Long c, Two<double> moments) {
                mean[c] = T(moments.first);                      // =
                variance[c] = T(moments.second / double(rows));  // =
            });
}

// What batchNorm reads for an element.
template <typename T>
struct ToNormalise {
    T x;
    T mean;
    T variance;
    T gamma;
    T beta;
};

template <typename T>
__device__ inline void batchNorm(
        const T* x, const T* mean, const T* variance, const T* gamma, const T* beta, T* xhat, T* y, T epsilon,
        Long rows, Long columns) {
    matrix<HEAVY>(
            rows, columns,
            [=](Place p) {
                const Long c = p.column;
                return ToNormalise<T>{x[p.element], mean[c], variance[c], gamma[c], beta[c]};
            },
            [=](Place p, ToNormalise<T> of) {
                const T normal = (of.x - of.mean) / real::sqrt(of.variance + epsilon);
                xhat[p.element] = normal;                             // =
                y[p.element] = real::fma(of.gamma, normal, of.beta);  // =
            });
}

template <typename T>
__device__ inline void batchNormSums(
        const T* xhat, const T* dy, double* partials, Long rows, Long columns, Long chunk) {
    const Long plane = chunksOf(rows, chunk) * columns;
    chunksAndColumns(rows, columns, chunk, [=](Long k, Chunk of, Long c) {
        double products = 0;
        double sum = 0;
        if (c < columns) {
            walk<LIGHT>(
                    of.first + threadIdx.y, of.end, COLUMNS_Y,
                    [=](Long i) { return Two<T>{dy[i * columns + c], xhat[i * columns + c]}; },
                    [&products, &sum](Long, Two<T> of) {
                        products = fma(double(of.first), double(of.second), products);  // +=, of this thread
                        sum += double(of.first);                                        // +=, of this thread
                    });
        }
        products = columnTotal(products);
        sum = columnTotal(sum);
        if (c < columns && threadIdx.y == 0) {
            partials[k * columns + c] = products;     // =
            partials[plane + k * columns + c] = sum;  // =
        }
    });
}

template <typename T>
__device__ inline void batchNormSumsFinish(const double* partials, T* dgamma, T* dbeta, Long chunks, Long columns) {
    elements<1>(
            columns,
            [=](Long c) {
                return Two<double>{
                        sumOfChunks(partials, chunks, columns, c),
                        sumOfChunks(partials + chunks * columns, chunks, columns, c)};
            },
            [=](Long c, Two<double> sums) {
                dgamma[c] = T(sums.first);  // =
                dbeta[c] = T(sums.second);  // =
            });
}

// What batchNormGradient reads for an element; the last three for the batch's statistics only.
template <typename T>
struct ToDerive {
    T dy;
    T variance;
    T gamma;
    T xhat;
    T dgamma;
    T dbeta;
};

template <typename T>
__device__ inline void batchNormGradient(
        const T* xhat, const T* variance, const T* gamma, const T* dy, const T* dgamma, const T* dbeta, T* dx,
        T epsilon, int batch, Long rows, Long columns) {
    const T count = T(rows);
    matrix<HEAVY>(
            rows, columns,
            [=](Place p) {
                const Long c = p.column;
                const T none = T(0);
                return ToDerive<T>{dy[p.element], variance[c], gamma[c], batch ? xhat[p.element] : none,
                                   batch ? dgamma[c] : none, batch ? dbeta[c] : none};
            },
            [=](Place p, ToDerive<T> of) {
                const T scale = of.gamma / real::sqrt(of.variance + epsilon);
                const T centred = batch ? of.dy - of.dbeta / count : of.dy;
                const T inner = batch ? real::fma(-of.xhat, of.dgamma / count, centred) : centred;
                dx[p.element] = scale * inner;  // =
            });
}

#define CRESSET_ENTRY_POINTS(T, S)                                                                                     \
    CRESSET_KERNEL(COLUMNS) columnMoments_##S(const T* x, double* partials, Long rows, Long columns, Long chunk) {     \
        columnMoments(x, partials, rows, columns, chunk);                                                              \
    }                                                                                                                  \
    CRESSET_KERNEL(ELEMENTS)                                                                                           \
    columnMomentsFinish_##S(                                                                                           \
            const double* partials, T* mean, T* variance, Long rows, Long columns, Long chunk) {                       \
        columnMomentsFinish(partials, mean, variance, rows, columns, chunk);                                           \
    }                                                                                                                  \
    CRESSET_KERNEL(ELEMENTS)                                                                                           \
    batchNorm_##S(                                                                                                     \
            const T* x, const T* mean, const T* variance, const T* gamma, const T* beta, T* xhat, T* y, T epsilon,     \
            Long rows, Long columns) {                                                                                 \
        batchNorm(x, mean, variance, gamma, beta, xhat, y, epsilon, rows, columns);                                    \
    }                                                                                                                  \
    CRESSET_KERNEL(COLUMNS)                                                                                            \
    batchNormSums_##S(const T* xhat, const T* dy, double* partials, Long rows, Long columns, Long chunk) {             \
        batchNormSums(xhat, dy, partials, rows, columns, chunk);                                                       \
    }                                                                                                                  \
    CRESSET_KERNEL(ELEMENTS)                                                                                           \
    batchNormSumsFinish_##S(const double* partials, T* dgamma, T* dbeta, Long chunks, Long columns) {                  \
        batchNormSumsFinish(partials, dgamma, dbeta, chunks, columns);                                                 \
    }                                                                                                                  \
    CRESSET_KERNEL(ELEMENTS)                                                                                           \
    batchNormGradient_##S(                                                                                             \
            const T* xhat, const T* variance, const T* gamma, const T* dy, const T* dgamma, const T* dbeta, T* dx,     \
            T epsilon, int batch, Long rows, Long columns) {                                                           \
        batchNormGradient(xhat, variance, gamma, dy, dgamma, dbeta, dx, epsilon, batch, rows, columns);                \
    }
CRESSET_ENTRY_POINTS(float, f32)
CRESSET_ENTRY_POINTS(double, f64)
#undef CRESSET_ENTRY_POINTS

}  // namespace cresset
