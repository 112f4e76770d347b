// Softmax and log-softmax of rows, and their gradients.
//
//   softmax             a_ic  <- e^(z_ic - m_i) / sum_k e^(z_ik - m_i),  m_i the largest of row i
//   softmaxGradient     dz_ic <- a_ic (da_ic - sum_k a_ik da_ik)
//   logSoftmax          a_ic  <- z_ic - m_i - log sum_k e^(z_ik - m_i)
//   logSoftmaxGradient  dz_ic <- da_ic - e^(a_ic) sum_k da_ik
//
// Shapes: all rows x columns, any number of columns. a may be z; dz may be da or a.
// Grid: any number of blocks of ROWS (a warp a row, 4 rows a block), grid-stride over rows.
// Bytes: the forward ones read n three times (twice from the cache while a row fits it), write n; the gradients read 2n
// twice, write n.
// In place: in each pass a lane reads only the columns lane, lane + 32, ... and only the last pass writes, each element
// after its own reads: nothing is read that another lane may have overwritten.
// A row with a NaN, with +infinity, or with nothing above -infinity is NaN throughout, by itself: NaN counts for
// nothing in m_i, but e^(NaN - m_i) and e^(inf - inf) are NaN and so is the sum.
// Reference: ReferenceOps.softmax ... logSoftmaxGradient. Test: SoftmaxContractTest.

namespace cresset {

// each(i) for the rows of this warp; all lanes of the warp go through it together.
template <typename Each>
__device__ inline void rowsOfWarp(Long rows, Each each) {
#pragma unroll 1
    for (Long i = Long(blockIdx.x) * ROWS_Y + threadIdx.y; i < rows; i += Long(gridDim.x) * ROWS_Y) {
        each(i);
    }
}

// use(j, read(j)) for the columns j of this lane.
template <typename Read, typename Use>
__device__ inline void columnsOfLane(Long columns, Read read, Use use) {
    walk<HEAVY>(threadIdx.x, columns, WARP, read, use);
}

// The sum of term(read(j)) over the columns of a row, in all lanes of its warp.
template <typename Read, typename Term>
__device__ inline double rowSum(Long columns, Read read, Term term) {
    return warpSum(strideSum<HEAVY>(threadIdx.x, columns, WARP, read, term));
}

// What a softmax takes from a row: its largest number and the sum of e^(z - largest).
template <typename T>
struct Exponentials {
    T largest;
    T sum;
};

template <typename T>
__device__ inline Exponentials<T> exponentialsOf(const T* z, Long columns) {
    T lanes = minusInfinity<T>();
    walk<LIGHT>(
            threadIdx.x, columns, WARP, [=](Long j) { return z[j]; },
            [&lanes](Long, T number) { lanes = number > lanes ? number : lanes; });
    const T largest = warpMax(lanes);
    const double sum = rowSum(
            columns, [=](Long j) { return z[j]; }, [=](T number) { return real::exp(number - largest); });
    return {largest, T(sum)};
}

template <typename T>
__device__ inline void softmax(const T* z, T* a, Long rows, Long columns) {
    rowsOfWarp(rows, [=](Long i) {
        const T* from = z + i * columns;
        T* to = a + i * columns;
        const Exponentials<T> of = exponentialsOf(from, columns);
        columnsOfLane(
                columns, [=](Long j) { return from[j]; },
                [=](Long j, T number) { to[j] = real::exp(number - of.largest) / of.sum; /* = */ });
    });
}

template <typename T>
__device__ inline void softmaxGradient(const T* a, const T* da, T* dz, Long rows, Long columns) {
    rowsOfWarp(rows, [=](Long i) {
        const Long row = i * columns;
        const auto both = [=](Long j) { return Two<T>{a[row + j], da[row + j]}; };
        const T dot = T(rowSum(columns, both, [](Two<T> of) { return double(of.first) * double(of.second); }));
        columnsOfLane(columns, both, [=](Long j, Two<T> of) { dz[row + j] = of.first * (of.second - dot); /* = */ });
    });
}

template <typename T>
__device__ inline void logSoftmax(const T* z, T* a, Long rows, Long columns) {
    rowsOfWarp(rows, [=](Long i) {
        const T* from = z + i * columns;
        T* to = a + i * columns;
        const Exponentials<T> of = exponentialsOf(from, columns);
        const T log = real::log(of.sum);
        columnsOfLane(
                columns, [=](Long j) { return from[j]; },
                [=](Long j, T number) { to[j] = number - of.largest - log; /* = */ });
    });
}

template <typename T>
__device__ inline void logSoftmaxGradient(const T* a, const T* da, T* dz, Long rows, Long columns) {
    rowsOfWarp(rows, [=](Long i) {
        const Long row = i * columns;
        const T sum = T(rowSum(columns, [=](Long j) { return da[row + j]; }, [](T number) { return number; }));
        columnsOfLane(
                columns, [=](Long j) { return Two<T>{a[row + j], da[row + j]}; },
                [=](Long j, Two<T> of) {
                    dz[row + j] = real::fma(-real::exp(of.first), sum, of.second);  // =
                });
    });
}

#define CRESSET_ENTRY_POINTS(T, S)                                                                                     \
    CRESSET_KERNEL(ROWS) softmax_##S(const T* z, T* a, Long rows, Long columns) { softmax(z, a, rows, columns); }      \
    CRESSET_KERNEL(ROWS) softmaxGradient_##S(const T* a, const T* da, T* dz, Long rows, Long columns) {                \
        softmaxGradient(a, da, dz, rows, columns);                                                                     \
    }                                                                                                                  \
    CRESSET_KERNEL(ROWS) logSoftmax_##S(const T* z, T* a, Long rows, Long columns) {                                   \
        logSoftmax(z, a, rows, columns);                                                                               \
    }                                                                                                                  \
    CRESSET_KERNEL(ROWS) logSoftmaxGradient_##S(const T* a, const T* da, T* dz, Long rows, Long columns) {             \
        logSoftmaxGradient(a, da, dz, rows, columns);                                                                  \
    }
CRESSET_ENTRY_POINTS(float, f32)
CRESSET_ENTRY_POINTS(double, f64)
#undef CRESSET_ENTRY_POINTS

}  // namespace cresset
