// What stepNormalizeGradient of step_normalize.cu does, with the gradient that it is given, or computes from classes.
// Test: CudaFusedProgramTest, CudaBf16ProgramTest.
#ifndef CRESSET_STEP_NORMALIZE_GRADIENT_CUH
#define CRESSET_STEP_NORMALIZE_GRADIENT_CUH

namespace cresset {

constexpr int MOST_CLASSES = WARP;

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

}  // namespace cresset

#endif
