// Cross-entropy of log-probabilities over C classes, its gradient to the logits, and both with the log-softmax before.
//
//   row i costs -sum_c q_ic logp_ic, where with class weights w and smoothing s
//     indices 1 (class numbers y_i):    q_ic = w_c ((1 - s) [c = y_i] + s / C)
//     indices 0 (probabilities t_ic):   q_ic = w_c ((1 - s) t_ic      + s / C)
//
//   crossEntropyDivisor   divisor <- 1 (rule 0), rows (rule 1), sum_i w_(y_i) (rule 2)     one block
//   crossEntropy          partials_b <- cost of the rows of block b                        reads n (2n)
//   crossEntropyFinish    loss <- sum of the partials / divisor                            one block
//   crossEntropyGradient  dz_ic <- (e^logp_ic sum_k q_ik - q_ic) / divisor                 reads n (2n), writes n
//   softmaxCrossEntropy   logp <- log-softmax(z), partials as crossEntropy, dz as above    reads 3n (+ 2n), writes 2n
//                         (of the reads only the first n come from memory while a row fits the cache)
//
// Shapes: z, logp, dz rows x columns (n elements); target rows x 1 or rows x columns; weights 1 x columns; partials
// double[blocks]; divisor double[1]; loss one T.
// Grid: blocks of ROWS (a warp a row), grid-stride over rows; of the two with partials the number of blocks is part of
// the order of addition: derive it from the shape alone.
// In place: dz may be logp; logp may be z, dz may be z or logp (which then is lost). A lane writes an element after its
// last read of it, and no lane reads another's elements: as in softmax.cu.
// softmaxCrossEntropy gives the bits of logSoftmax, crossEntropy and crossEntropyGradient on the same grid: the same
// functions on the same rounded logp, in the same order.
// A class number that is no whole number in 0 .. columns - 1 is never an index: its row of q is NaN, so the loss and
// the row of dz are NaN, and by rule 2 the divisor. A class without a share costs nothing, even at log 0.
// Reference: ReferenceCrossEntropy, ReferenceOps.crossEntropy. Test: CrossEntropyContractTest.

namespace cresset {

// The shares q of one row.
template <typename T>
struct Shares {
    const T* target;   // of this row: a class number or the probabilities
    const T* weights;
    int indices;
    Long label;        // the class, -1 if the target is none; unused for probabilities
    T kept;            // 1 - s
    T smooth;          // s / C

    __device__ inline T at(Long j) const {
        if (indices && label < 0) {
            return notANumber<T>();
        }
        const T hit = indices ? T(j == label ? 1 : 0) : target[j];
        return real::product(weights[j], real::fma(kept, hit, smooth));
    }
};

template <typename T>
__device__ inline Shares<T> sharesOf(
        Long row, const T* target, const T* weights, int indices, T smoothing, Long columns) {
    const T* own = target + (indices ? row : row * columns);
    const Long label = indices ? indexBelow(*own, columns) : 0;
    return {own, weights, indices, label, T(1) - smoothing, smoothing / T(columns)};
}

// sum_k q_k of a row, in all lanes.
template <typename T>
__device__ inline T totalShare(Shares<T> shares, Long columns) {
    return T(rowSum(columns, [=](Long j) { return shares.at(j); }, [](T share) { return share; }));
}

// One class of a row.
template <typename T>
struct Term {
    T share;
    T logp;
};

// The cost with that of one more class.
template <typename T>
__device__ inline double plusCost(double cost, Term<T> term) {
    return term.share == T(0) ? cost : fma(-double(term.share), double(term.logp), cost);
}

template <typename T>
__device__ inline T gradientAt(Term<T> term, T total, T divisor) {
    return real::fma(real::exp(term.logp), total, -term.share) / divisor;
}

constexpr int LABELS = 8;  // of a batch: one block must read all of them

template <typename T>
__device__ inline void crossEntropyDivisor(
        const T* target, const T* weights, double* divisor, int rule, Long rows, Long columns) {
    double sum = 0;
    if (rule == 2) {
        sum = strideSum<LABELS>(threadIdx.x, rows, blockDim.x, [=](Long i) {
            const Long label = indexBelow(target[i], columns);
            const T weight = readOr(label >= 0, weights + label, target + i);
            return double(label < 0 ? notANumber<T>() : weight);
        });
    }
    sum = blockSum(sum);
    if (thread() == 0) {
        *divisor = rule == 2 ? sum : rule == 1 ? double(rows) : 1.0;  // =
    }
}

template <typename T>
__device__ inline void crossEntropy(
        const T* logp, const T* target, const T* weights, double* partials, int indices, T smoothing, Long rows,
        Long columns) {
    double cost = 0;
    rowsOfWarp(rows, [=, &cost](Long i) {
        const Shares<T> shares = sharesOf(i, target, weights, indices, smoothing, columns);
        columnsOfLane(
                columns, [=](Long j) { return Term<T>{shares.at(j), logp[i * columns + j]}; },
                [&cost](Long, Term<T> term) { cost = plusCost(cost, term); /* +=, of this thread */ });
    });
    cost = blockSum(cost);
    if (threadOfBlock() == 0) {
        partials[blockIdx.x] = cost;  // =
    }
}

template <typename T>
__device__ inline void crossEntropyFinish(const double* partials, const double* divisor, T* loss, Long count) {
    const double sum = sumOfPartials(partials, count);
    if (thread() == 0) {
        *loss = T(sum / *divisor);  // =
    }
}

template <typename T>
__device__ inline void crossEntropyGradient(
        const T* logp, const T* target, const T* weights, const double* divisor, T* dz, int indices, T smoothing,
        Long rows, Long columns) {
    const T by = T(*divisor);
    rowsOfWarp(rows, [=](Long i) {
        const Shares<T> shares = sharesOf(i, target, weights, indices, smoothing, columns);
        const T total = totalShare(shares, columns);
        columnsOfLane(
                columns,
                [=](Long j) { return Term<T>{shares.at(j), logp[i * columns + j]}; },
                [=](Long j, Term<T> term) { dz[i * columns + j] = gradientAt(term, total, by); /* = */ });
    });
}

template <typename T>
__device__ inline void softmaxCrossEntropy(
        const T* z, const T* target, const T* weights, const double* divisor, T* logp, double* partials, T* dz,
        int indices, T smoothing, Long rows, Long columns) {
    const T by = T(*divisor);
    double cost = 0;
    rowsOfWarp(rows, [=, &cost](Long i) {
        const Shares<T> shares = sharesOf(i, target, weights, indices, smoothing, columns);
        const T total = totalShare(shares, columns);
        const Exponentials<T> of = exponentialsOf(z + i * columns, columns);
        const T log = real::log(of.sum);
        columnsOfLane(
                columns,
                [=](Long j) { return Term<T>{shares.at(j), z[i * columns + j] - of.largest - log}; },
                [=, &cost](Long j, Term<T> term) {
                    cost = plusCost(cost, term);                            // +=, of this thread
                    logp[i * columns + j] = term.logp;                      // =
                    dz[i * columns + j] = gradientAt(term, total, by);      // =, after logp, which it may be
                });
    });
    cost = blockSum(cost);
    if (threadOfBlock() == 0) {
        partials[blockIdx.x] = cost;  // =
    }
}

#define CRESSET_ENTRY_POINTS(T, S)                                                                                     \
    CRESSET_KERNEL(ELEMENTS)                                                                                           \
    crossEntropyDivisor_##S(                                                                                           \
            const T* target, const T* weights, double* divisor, int rule, Long rows, Long columns) {                   \
        crossEntropyDivisor(target, weights, divisor, rule, rows, columns);                                            \
    }                                                                                                                  \
    CRESSET_KERNEL(ROWS)                                                                                               \
    crossEntropy_##S(                                                                                                  \
            const T* logp, const T* target, const T* weights, double* partials, int indices, T smoothing, Long rows,   \
            Long columns) {                                                                                            \
        crossEntropy(logp, target, weights, partials, indices, smoothing, rows, columns);                              \
    }                                                                                                                  \
    CRESSET_KERNEL(ELEMENTS)                                                                                           \
    crossEntropyFinish_##S(const double* partials, const double* divisor, T* loss, Long count) {                       \
        crossEntropyFinish(partials, divisor, loss, count);                                                            \
    }                                                                                                                  \
    CRESSET_KERNEL(ROWS)                                                                                               \
    crossEntropyGradient_##S(                                                                                          \
            const T* logp, const T* target, const T* weights, const double* divisor, T* dz, int indices, T smoothing,  \
            Long rows, Long columns) {                                                                                 \
        crossEntropyGradient(logp, target, weights, divisor, dz, indices, smoothing, rows, columns);                   \
    }                                                                                                                  \
    CRESSET_KERNEL(ROWS)                                                                                               \
    softmaxCrossEntropy_##S(                                                                                           \
            const T* z, const T* target, const T* weights, const double* divisor, T* logp, double* partials, T* dz,    \
            int indices, T smoothing, Long rows, Long columns) {                                                       \
        softmaxCrossEntropy(                                                                                           \
                z, target, weights, divisor, logp, partials, dz, indices, smoothing, rows, columns);                   \
    }
CRESSET_ENTRY_POINTS(float, f32)
CRESSET_ENTRY_POINTS(double, f64)
#undef CRESSET_ENTRY_POINTS

}  // namespace cresset
