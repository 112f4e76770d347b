// What stepNormalize of step_normalize.cu does, and what a layer is to it and to its gradient.
// Test: CudaFusedProgramTest, CudaBf16ProgramTest.
#ifndef CRESSET_STEP_NORMALIZE_FORWARD_CUH
#define CRESSET_STEP_NORMALIZE_FORWARD_CUH

namespace cresset {

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

}  // namespace cresset

#endif
