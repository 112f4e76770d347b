// Training steps whose matrices are stored as bfloat16: what such a step computes, and how numbers are stored.
//
// r(x) is x rounded to 8 significant bits, to the nearest, ties to even (bf16Of). Weights W, biases b, velocities and
// the gradients of parameters are float32; W and b are what the optimizer works on. Every other number is rounded once,
// where it is written; sums are float32 or more. For a batch X of rows i:
//
//   X~ = r(X),  W~ = r(W),  b~ = r(b)                                   A~ of the first layer is X~
//   hidden layer   Z~ = r(A~ W~^T + 1 b~^T),  A~ of the next = r(f(Z~))
//     normalised   Z  = A~ W~^T in float32,  A~ of the next = r(A) of stepNormalize, with b as it is
//   last layer     Z  = A~ W~^T + 1 b^T,  A = f(Z)                      float32: b as it is, nothing rounded
//   loss           from A and the targets in float32
//   last layer     dZ~ = r(f'(Z) dL/dA);  of cross-entropy r(dL/dZ)
//   hidden layer   dZ~ = r(f'(Z~) (dZ~ W~ of the layer above))
//     normalised   dZ~ = r(dZ) of stepNormalizeGradient, from Z and dA = dZ~ W~ of the layer above in float32
//   every layer    dW  = dZ~^T A~ in float32,  db = the sums of dZ~ over rows in float64, as float32
//   few classes    a last layer above a normalised one is stepClassify and its gradients: Z, dZ and dZ W in float32,
//                  from A~ and from W as it is
//   update         as step_update.cu says, in float32; it also writes W~ and b~ of the next step (the shadow)
//
// ReLU and the identity keep no Z~: r(f(Z~)) says as much. A hidden bias is rounded because a product that adds it
// takes it in the type of its result; sums of dZ~ are not left to the product for the same reason: they would have 8
// bits.
//
// Test: CudaBf16ProgramTest holds each stored matrix against these lines in float64.
#ifndef CRESSET_STEP_BF16_CUH
#define CRESSET_STEP_BF16_CUH

namespace cresset {

// Four neighbouring numbers of 16 bits, moved together.
struct alignas(8) QuadOfBf16 {
    unsigned short at[QUAD];
};

__device__ inline float floatOf(unsigned short bits) {
    return __uint_as_float(unsigned(bits) << 16);
}

// x as it is once it has been stored.
__device__ inline float storedOf(float x) {
    return floatOf(bf16Of(x));
}

__device__ inline QuadOfBf16 bf16Of(const Quad& quad) {
    QuadOfBf16 bits;
#pragma unroll
    for (int k = 0; k < QUAD; k++) {
        bits.at[k] = bf16Of(quad.at[k]);
    }
    return bits;
}

__device__ inline void store(float* to, float x) {
    *to = x;  // =
}

__device__ inline void store(unsigned short* to, float x) {
    *to = bf16Of(x);  // =
}

// As those of tile.cuh, of a row that is stored in 16 bits a number and begins at a multiple of 8 bytes if WIDE.
template <bool WIDE>
__device__ inline Quad quadOf(const unsigned short* row, Long column, Long columns) {
    Quad quad = {{0, 0, 0, 0}};
    if (WIDE) {
        if (column < columns) {
            const QuadOfBf16 bits = *reinterpret_cast<const QuadOfBf16*>(row + column);
#pragma unroll
            for (int k = 0; k < QUAD; k++) {
                quad.at[k] = floatOf(bits.at[k]);
            }
        }
    } else {
#pragma unroll
        for (int k = 0; k < QUAD; k++) {
            if (column + k < columns) {
                quad.at[k] = floatOf(row[column + k]);
            }
        }
    }
    return quad;
}

template <bool WIDE>
__device__ inline void putQuad(unsigned short* row, Long column, Long columns, const Quad& quad) {
    if (WIDE) {
        if (column < columns) {
            *reinterpret_cast<QuadOfBf16*>(row + column) = bf16Of(quad);  // =
        }
    } else {
#pragma unroll
        for (int k = 0; k < QUAD; k++) {
            if (column + k < columns) {
                row[column + k] = bf16Of(quad.at[k]);  // =
            }
        }
    }
}

}  // namespace cresset

#endif
