// Sums of columns, alone and on the way of an activation's gradient (whose column sums are the bias gradient).
//
//   columnSums            partials_kc <- sum of x_ic over the rows i of chunk k     reads n, writes the partials
//   activateGradientSums  dz_ic <- f'(z_ic) * da_ic, and partials of dz             reads 2n, writes n and the partials
//   columnSumsFinish      sums_c <- sum over k of partials_kc                       reads the partials
//
// Shapes: x, z, a, da, dz rows x columns; partials double[chunks][columns] with chunks = ceil(rows / chunk), at least 1
// (without rows the one partial is 0); sums 1 x columns of T. dz may be da, z or a. kind, parameter: activations.cuh.
// Grid: blocks of COLUMNS (32 columns x 8 lanes); blockIdx.x strides over groups of 32 columns, blockIdx.y over chunks;
// columnSumsFinish any number of blocks of ELEMENTS. `chunk` (1 or more) is part of the order of addition: derive it
// from the shape alone.
// Order: lane y adds the rows y, y + 8, ... of its chunk; the lanes are added from 0 to 7, the chunks from first to
// last.
// Summed is the dz that is stored, rounded: the same bits as activateGradient and then columnSums.
// Reference: ReferenceOps.columnSums, activateGradient. Test: ReductionContractTest, ActivationContractTest.

namespace cresset {

// ceil(rows / chunk), at least 1.
__device__ inline Long chunksOf(Long rows, Long chunk) {
    return rows <= chunk ? 1 : (rows + chunk - 1) / chunk;
}

// The rows first .. end - 1 of chunk k.
struct Chunk {
    Long first;
    Long end;
};

__device__ inline Chunk chunkOf(Long k, Long rows, Long chunk) {
    const Long first = k * chunk;
    return {first, rows - first < chunk ? rows : first + chunk};
}

// each(k, rows of chunk k, column) for the chunks and columns of this thread. All threads of a block go through it
// together, so `each` may use columnTotal; a column may lie beyond the last.
template <typename Each>
__device__ inline void chunksAndColumns(Long rows, Long columns, Long chunk, Each each) {
    const Long chunks = chunksOf(rows, chunk);
#pragma unroll 1
    for (Long k = blockIdx.y; k < chunks; k += gridDim.y) {
#pragma unroll 1
        for (Long group = Long(blockIdx.x) * COLUMNS_X; group < columns; group += Long(gridDim.x) * COLUMNS_X) {
            each(k, chunkOf(k, rows, chunk), group + threadIdx.x);
        }
    }
}

// The sum of term(read(i)) over this lane's rows i of the chunk.
template <typename Read, typename Term>
__device__ inline double laneSum(Chunk rows, Read read, Term term) {
    return strideSum<LIGHT>(rows.first + threadIdx.y, rows.end, COLUMNS_Y, read, term);
}

template <typename T>
__device__ inline void columnSums(const T* x, double* partials, Long rows, Long columns, Long chunk) {
    chunksAndColumns(rows, columns, chunk, [=](Long k, Chunk of, Long c) {
        const bool inside = c < columns;
        const auto number = [=](Long i) { return x[i * columns + c]; };
        const double total = columnTotal(inside ? laneSum(of, number, [](T x) { return x; }) : 0);
        if (inside && threadIdx.y == 0) {
            partials[k * columns + c] = total;  // =
        }
    });
}

template <typename T>
struct ActivateGradientSums {
    const T* z;
    const T* a;
    const T* da;
    T* dz;
    double* partials;
    Long rows;
    Long columns;
    Long chunk;

    template <typename F>
    __device__ inline void operator()(F f) const {
        chunksAndColumns(rows, columns, chunk, [f, s = *this](Long k, Chunk rows, Long c) {
            double sum = 0;
            if (c < s.columns) {
                walk<HEAVY>(
                        rows.first + threadIdx.y, rows.end, COLUMNS_Y,
                        [s, c](Long i) {
                            const Long e = i * s.columns + c;
                            return Two<T>{(F::BY_OUTPUT ? s.a : s.z)[e], s.da[e]};
                        },
                        [f, s, c, &sum](Long i, Two<T> numbers) {
                            const T gradient = passedOn(f, numbers.first, numbers.second);
                            s.dz[i * s.columns + c] = gradient;  // =
                            sum += double(gradient);             // +=, of this thread
                        });
            }
            const double total = columnTotal(sum);
            if (c < s.columns && threadIdx.y == 0) {
                s.partials[k * s.columns + c] = total;  // =
            }
        });
    }
};

// The sum of column c of partials[chunks][columns], from the first chunk to the last.
__device__ inline double sumOfChunks(const double* partials, Long chunks, Long columns, Long c) {
    return strideSum<LIGHT>(0, chunks, 1, [=](Long k) { return partials[k * columns + c]; });
}

template <typename T>
__device__ inline void columnSumsFinish(const double* partials, T* sums, Long chunks, Long columns) {
    elements<1>(
            columns, [=](Long c) { return T(sumOfChunks(partials, chunks, columns, c)); },
            [=](Long c, T sum) { sums[c] = sum; /* = */ });
}

#define CRESSET_ENTRY_POINTS(T, S)                                                                                     \
    CRESSET_KERNEL(COLUMNS) columnSums_##S(const T* x, double* partials, Long rows, Long columns, Long chunk) {        \
        columnSums(x, partials, rows, columns, chunk);                                                                 \
    }                                                                                                                  \
    CRESSET_KERNEL(ELEMENTS) columnSumsFinish_##S(const double* partials, T* sums, Long chunks, Long columns) {        \
        columnSumsFinish(partials, sums, chunks, columns);                                                             \
    }                                                                                                                  \
    CRESSET_KERNEL(COLUMNS)                                                                                            \
    activateGradientSums_##S(                                                                                          \
            const T* z, const T* a, const T* da, T* dz, double* partials, int kind, T parameter, Long rows,            \
            Long columns, Long chunk) {                                                                                \
        withActivation(                                                                                                \
                kind, parameter, ActivateGradientSums<T>{z, a, da, dz, partials, rows, columns, chunk});               \
    }
CRESSET_ENTRY_POINTS(float, f32)
CRESSET_ENTRY_POINTS(double, f64)
#undef CRESSET_ENTRY_POINTS

}  // namespace cresset
