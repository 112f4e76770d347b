// The last layer of a classifier with few classes: its product, softmax, cross-entropy and their gradient in one
// launch; the gradients of its weight and bias in a second.
//
//   stepClassify          z_ik = sum over c of a_ic w_kc, + bias_k; then as softmaxCrossEntropy (crossentropy.cu):
//                         dz_ik <- (softmax_ik sum_j q_ij - q_ik) / divisor, partials_b <- cost of the rows of block b
//   stepClassifyGradient  dw_kc <- sum over i of dz_ik a_ic, dbias_k <- sum over i of dz_ik
//   stepClassifyBf16, stepClassifyGradientBf16   the same where a is stored as bfloat16 (step_bf16.cuh)
//
// Shapes: a rows x inputs; w, dw classes x inputs; bias, dbias, class weights 1 x classes; dz rows x classes; target as
// there; partials double[blocks]; divisor double[1]. classes 1 .. 32. a, w and dw begin at a multiple of 16 bytes.
// Grid: stepClassify any number of blocks of ROWS, a warp for each row, the number part of the order of addition
// (derive it from the shape alone); stepClassifyGradient exactly ceil(inputs / 16) x ceil(classes / 8) blocks of
// ELEMENTS (tile.cuh).
// Bytes: stepClassify reads a once and w once for each block (from the cache), writes rows x classes;
// stepClassifyGradient reads a and dz once for each 8 classes, writes classes x (inputs + 1).
// Order: of z a lane adds every 32nd quad of inputs, lanes by a tree; of dw a lane adds every 64th row, lanes of a warp
// by a tree, warps from first to last. Products are added in float, as cuBLAS does.
// Reference: the verbs gemm, addRow, softmaxCrossEntropy, columnSums. Test: CudaFusedProgramTest,
// CudaBf16ProgramTest.

namespace cresset {

__device__ inline float warpSumOfFloats(float value) {
#pragma unroll
    for (int lane = WARP / 2; lane > 0; lane /= 2) {
        value += __shfl_xor_sync(ALL_LANES, value, lane);
    }
    return value;
}

constexpr int LOGITS = 16;  // that a warp adds up at once

// The logit of class `lane` of one row; minus infinity where there is no such class.
template <bool WIDE, typename From>
__device__ inline float logitOfLane(const From* a, const float* weight, const float* bias, Long inputs, Long classes) {
    const Long lane = threadIdx.x;
    float logit = minusInfinity<float>();
#pragma unroll 1
    for (Long first = 0; first < classes; first += LOGITS) {
        float sums[LOGITS];
#pragma unroll
        for (int k = 0; k < LOGITS; k++) {
            sums[k] = 0;
        }
#pragma unroll 1
        for (Long c = lane * QUAD; c < inputs; c += WARP * QUAD) {
            const Quad x = quadOf<WIDE>(a, c, inputs);
#pragma unroll
            for (int k = 0; k < LOGITS; k++) {
                if (first + k < classes) {
                    const Quad w = quadOf<WIDE>(weight + (first + k) * inputs, c, inputs);
#pragma unroll
                    for (int e = 0; e < QUAD; e++) {
                        sums[k] = real::fma(x.at[e], w.at[e], sums[k]);  // +=, of this thread
                    }
                }
            }
        }
#pragma unroll
        for (int k = 0; k < LOGITS; k++) {
            if (first + k < classes) {
                const float sum = warpSumOfFloats(sums[k]);
                logit = lane == first + k ? sum + bias[first + k] : logit;
            }
        }
    }
    return logit;
}

template <typename From>
__device__ inline void stepClassify(
        const From* a, const float* weight, const float* bias, const float* target, const float* classWeights,
        const double* divisor, float* dz, double* partials, int indices, float smoothing, Long rows, Long inputs,
        Long classes) {
    const float by = float(*divisor);
    const Long lane = threadIdx.x;
    double cost = 0;
    rowsOfWarp(rows, [=, &cost](Long i) {
        const float z = inputs % QUAD == 0 ? logitOfLane<true>(a + i * inputs, weight, bias, inputs, classes)
                                           : logitOfLane<false>(a + i * inputs, weight, bias, inputs, classes);
        const float largest = warpMax(z);
        const bool inside = lane < classes;
        const float log = real::log(float(warpSum(inside ? double(real::exp(z - largest)) : 0.0)));
        const Shares<float> shares = sharesOf(i, target, classWeights, indices, smoothing, classes);
        const float total = totalShare(shares, classes);
        if (inside) {
            const Term<float> term = {shares.at(lane), z - largest - log};
            cost = plusCost(cost, term);                             // +=, of this thread
            dz[i * classes + lane] = gradientAt(term, total, by);    // =
        }
    });
    cost = blockSum(cost);
    if (threadOfBlock() == 0) {
        partials[blockIdx.x] = cost;  // =
    }
}

CRESSET_KERNEL(ROWS)
stepClassify_f32(
        const float* a, const float* weight, const float* bias, const float* target, const float* classWeights,
        const double* divisor, float* dz, double* partials, int indices, float smoothing, Long rows, Long inputs,
        Long classes) {
    stepClassify(
            a, weight, bias, target, classWeights, divisor, dz, partials, indices, smoothing, rows, inputs, classes);
}

CRESSET_KERNEL(ROWS)
stepClassifyBf16_f32(
        const unsigned short* a, const float* weight, const float* bias, const float* target, const float* classWeights,
        const double* divisor, float* dz, double* partials, int indices, float smoothing, Long rows, Long inputs,
        Long classes) {
    stepClassify(
            a, weight, bias, target, classWeights, divisor, dz, partials, indices, smoothing, rows, inputs, classes);
}

constexpr int CLASS_GROUP = 8;  // classes of a block of stepClassifyGradient

template <bool WIDE, typename From>
__device__ inline void stepClassifyGradient(
        const From* a, const float* dz, float* dweight, float* dbias, Long rows, Long inputs, Long classes) {
    constexpr int WARPS = ELEMENTS / WARP;
    __shared__ float products[WARPS][CLASS_GROUP][TILE_COLUMNS];
    __shared__ float sums[WARPS][CLASS_GROUP];
    const TileThread own = tileThread();
    const Long first = Long(blockIdx.y) * CLASS_GROUP;
    Quad product[CLASS_GROUP];
    float sum[CLASS_GROUP];
#pragma unroll
    for (int k = 0; k < CLASS_GROUP; k++) {
        product[k] = {{0, 0, 0, 0}};
        sum[k] = 0;
    }
#pragma unroll 2
    for (Long row = own.lane; row < rows; row += TILE_LANES) {
        const Quad x = quadOf<WIDE>(a + row * inputs, own.column, inputs);
#pragma unroll
        for (int k = 0; k < CLASS_GROUP; k++) {
            const float d = first + k < classes ? dz[row * classes + first + k] : 0.0f;
            sum[k] += d;  // +=, of this thread
#pragma unroll
            for (int e = 0; e < QUAD; e++) {
                product[k].at[e] = real::fma(d, x.at[e], product[k].at[e]);  // +=, of this thread
            }
        }
    }
    const int warp = threadIdx.x / WARP;
#pragma unroll
    for (int k = 0; k < CLASS_GROUP; k++) {
#pragma unroll
        for (int lane = WARP / 2; lane >= TILE_QUADS; lane /= 2) {
            sum[k] += __shfl_xor_sync(ALL_LANES, sum[k], lane);
#pragma unroll
            for (int e = 0; e < QUAD; e++) {
                product[k].at[e] += __shfl_xor_sync(ALL_LANES, product[k].at[e], lane);
            }
        }
        if (threadIdx.x % WARP < TILE_QUADS) {
#pragma unroll
            for (int e = 0; e < QUAD; e++) {
                products[warp][k][own.quad * QUAD + e] = product[k].at[e];  // =
            }
        }
        if (threadIdx.x % WARP == 0) {
            sums[warp][k] = sum[k];  // =
        }
    }
    // Closes the race between the warps that write their sums and the threads that add all of them.
    __syncthreads();
    if (threadIdx.x < CLASS_GROUP * TILE_COLUMNS) {
        const int k = threadIdx.x / TILE_COLUMNS;
        const int e = threadIdx.x % TILE_COLUMNS;
        const Long column = Long(blockIdx.x) * TILE_COLUMNS + e;
        float total = 0;
        float biasTotal = 0;
        for (int from = 0; from < WARPS; from++) {
            total += products[from][k][e];
            biasTotal += sums[from][k];
        }
        if (first + k < classes && column < inputs) {
            dweight[(first + k) * inputs + column] = total;  // =
        }
        if (first + k < classes && column == 0) {
            dbias[first + k] = biasTotal;  // =
        }
    }
}

CRESSET_KERNEL(ELEMENTS)
stepClassifyGradient_f32(
        const float* a, const float* dz, float* dweight, float* dbias, Long rows, Long inputs, Long classes) {
    if (inputs % QUAD == 0) {
        stepClassifyGradient<true>(a, dz, dweight, dbias, rows, inputs, classes);
    } else {
        stepClassifyGradient<false>(a, dz, dweight, dbias, rows, inputs, classes);
    }
}

CRESSET_KERNEL(ELEMENTS)
stepClassifyGradientBf16_f32(
        const unsigned short* a, const float* dz, float* dweight, float* dbias, Long rows, Long inputs, Long classes) {
    if (inputs % QUAD == 0) {
        stepClassifyGradient<true>(a, dz, dweight, dbias, rows, inputs, classes);
    } else {
        stepClassifyGradient<false>(a, dz, dweight, dbias, rows, inputs, classes);
    }
}

}  // namespace cresset
