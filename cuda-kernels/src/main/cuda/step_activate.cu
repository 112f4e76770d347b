// What is between products where matrices are stored as bfloat16 (step_bf16.cuh): bias and activation, its gradient
// with the sums for the bias's, and those sums alone.
//
//   stepActivateBf16          z~_ic <- r(x_ic + row_c), a_ic <- r(f(z~_ic))           reads 4 a number, writes 2 (4)
//   stepActivateGradientBf16  dz_ic <- r(f'(z~_ic) da_ic), partials of dz             reads 6 a number, writes 2
//   stepColumnSumsBf16        partials_kc <- sum of x_ic over the rows i of chunk k   reads 2 a number
//
// Shapes: x, da rows x columns of float32; row 1 x columns, z, a, dz (and x of the sums) rows x columns of 16 bits;
// partials double[chunks][columns], to be added by columnSumsFinish. kind, parameter: activations.cu. z may be null
// where nobody wants it; for ReLU and the identity the gradient takes a in its place. Slopes by output take f(z~) in
// float32. dz may be z.
// Grid: stepActivateBf16 any number of blocks of ELEMENTS; the others blocks of COLUMNS: blockIdx.x strides over groups
// of 128 columns, of which a thread has 4 neighbouring ones, blockIdx.y over chunks of rows (columns.cu). `chunk` (1 or
// more) is part of the order of addition: derive it from the shape alone.
// Order: as columnSums. Summed is the dz that is stored. Sums are double.
// Where columns are a multiple of 4, four numbers are one access of 16 or 8 bytes. Requirement: matrices begin at a
// multiple of 16 bytes.
// Reference and test: CudaBf16ProgramTest.

namespace cresset {

struct StoreActivations {
    const float* x;
    const unsigned short* row;
    unsigned short* z;
    unsigned short* a;
    Long rows;
    Long columns;

    template <bool WIDE, typename F>
    __device__ inline void quads(F f) const {
        const Long quads = (columns + QUAD - 1) / QUAD;
#pragma unroll 1
        for (Long e = thread(); e < rows * quads; e += threads()) {
            const Long i = e / quads;
            const Long column = (e - i * quads) * QUAD;
            const Quad product = quadOf<WIDE>(x + i * columns, column, columns);
            const Quad bias = quadOf<WIDE>(row, column, columns);
            Quad sum;
            Quad value;
#pragma unroll
            for (int k = 0; k < QUAD; k++) {
                sum.at[k] = storedOf(product.at[k] + bias.at[k]);
                value.at[k] = f.value(sum.at[k]);
            }
            if (z != nullptr) {
                putQuad<WIDE>(z + i * columns, column, columns, sum);
            }
            putQuad<WIDE>(a + i * columns, column, columns, value);
        }
    }

    template <typename F>
    __device__ inline void operator()(F f) const {
        if (columns % QUAD == 0) {
            quads<true>(f);
        } else {
            quads<false>(f);
        }
    }
};

CRESSET_KERNEL(ELEMENTS)
stepActivateBf16_f32(
        const float* x, const unsigned short* row, unsigned short* z, unsigned short* a, int kind, float parameter,
        Long rows, Long columns) {
    withActivation(kind, parameter, StoreActivations{x, row, z, a, rows, columns});
}

// partials <- the sums of what use(i, column, read(i, column)) gives for each row i of a chunk and quad of columns.
template <int BATCH, typename Read, typename Use>
__device__ inline void sumsOfQuads(double* partials, Long rows, Long columns, Long chunk, Read read, Use use) {
    const Long chunks = chunksOf(rows, chunk);
#pragma unroll 1
    for (Long k = blockIdx.y; k < chunks; k += gridDim.y) {
        const Chunk of = chunkOf(k, rows, chunk);
#pragma unroll 1
        for (Long group = Long(blockIdx.x) * COLUMNS_X * QUAD; group < columns;
             group += Long(gridDim.x) * COLUMNS_X * QUAD) {
            const Long column = group + threadIdx.x * QUAD;
            Sums sums = {{0, 0, 0, 0}};
            walk<BATCH>(
                    of.first + threadIdx.y, of.end, COLUMNS_Y, [=](Long i) { return read(i, column); },
                    [=, &sums](Long i, decltype(read(0, 0)) numbers) {
                        const Quad stored = use(i, column, numbers);
#pragma unroll
                        for (int e = 0; e < QUAD; e++) {
                            sums.at[e] += double(stored.at[e]);  // +=, of this thread
                        }
                    });
#pragma unroll
            for (int e = 0; e < QUAD; e++) {
                const double total = columnTotal(sums.at[e]);
                if (column + e < columns && threadIdx.y == 0) {
                    partials[k * columns + column + e] = total;  // =
                }
            }
        }
    }
}

struct StoreGradients {
    const unsigned short* z;
    const float* da;
    unsigned short* dz;
    double* partials;
    Long rows;
    Long columns;
    Long chunk;

    template <bool WIDE, typename F>
    __device__ inline void quads(F f) const {
        sumsOfQuads<HEAVY>(
                partials, rows, columns, chunk,
                [s = *this](Long i, Long column) {
                    return Two<Quad>{
                        quadOf<WIDE>(s.z + i * s.columns, column, s.columns),
                        quadOf<WIDE>(s.da + i * s.columns, column, s.columns)};
                },
                [s = *this, f](Long i, Long column, const Two<Quad>& of) {
                    Quad gradient;
#pragma unroll
                    for (int k = 0; k < QUAD; k++) {
                        const float z = of.first.at[k];
                        gradient.at[k] = storedOf(passedOn(f, F::BY_OUTPUT ? f.value(z) : z, of.second.at[k]));
                    }
                    putQuad<WIDE>(s.dz + i * s.columns, column, s.columns, gradient);
                    return gradient;
                });
    }

    template <typename F>
    __device__ inline void operator()(F f) const {
        if (columns % QUAD == 0) {
            quads<true>(f);
        } else {
            quads<false>(f);
        }
    }
};

CRESSET_KERNEL(COLUMNS)
stepActivateGradientBf16_f32(
        const unsigned short* z, const float* da, unsigned short* dz, double* partials, int kind, float parameter,
        Long rows, Long columns, Long chunk) {
    withActivation(kind, parameter, StoreGradients{z, da, dz, partials, rows, columns, chunk});
}

template <bool WIDE>
__device__ inline void stepColumnSums(
        const unsigned short* x, double* partials, Long rows, Long columns, Long chunk) {
    sumsOfQuads<LIGHT>(
            partials, rows, columns, chunk,
            [=](Long i, Long column) { return quadOf<WIDE>(x + i * columns, column, columns); },
            [](Long, Long, const Quad& numbers) { return numbers; });
}

CRESSET_KERNEL(COLUMNS)
stepColumnSumsBf16_f32(const unsigned short* x, double* partials, Long rows, Long columns, Long chunk) {
    if (columns % QUAD == 0) {
        stepColumnSums<true>(x, partials, rows, columns, chunk);
    } else {
        stepColumnSums<false>(x, partials, rows, columns, chunk);
    }
}

}  // namespace cresset
