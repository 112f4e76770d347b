// What a matrix product takes in place of a float32 factor. Only for float.
//
//   roundToBf16  y_e <- the bits of x_e rounded to bfloat16 (8 significant bits), to the nearest, ties to even
//   splitTf32    high_e <- x_e rounded to 11 significant bits likewise, low_e <- (x_e - high_e) rounded likewise
//
// Both are exact about what they leave out: x - high is a float. A number so large that rounding would make it
// infinite is cut off instead in splitTf32; in roundToBf16 it becomes infinite, as IEEE 754 rounds. Infinities and NaN
// stay, with a low part of 0. The low 13 bits of high and low are 0, so it does not matter whether a GPU rounds or cuts
// off what it takes as TF32. What is below 2^-136 is lost.
// Grid: any number of blocks of ELEMENTS threads. Bytes: reads 4n, writes 2n or 8n.
// Source: Henry, Tang, Heinecke, "Leveraging the bfloat16 artificial intelligence datatype for higher-precision
// computations", 2019, for products of split numbers.
// Test: CudaPrecisionTest.

namespace cresset {

__device__ inline bool isFinite(unsigned bits) {
    return (bits & 0x7f800000u) != 0x7f800000u;
}

// The bits of a float without the last `dropped`, rounded to the nearest, ties to even. May give infinity.
__device__ inline unsigned rounded(unsigned bits, int dropped) {
    const unsigned half = (1u << (dropped - 1)) - 1u;
    return (bits + half + ((bits >> dropped) & 1u)) >> dropped << dropped;
}

__device__ inline unsigned short bf16Of(float x) {
    const unsigned bits = __float_as_uint(x);
    // A NaN stays one whatever bits are cut off.
    const unsigned kept = isFinite(bits) ? rounded(bits, 16) : x == x ? bits : bits | 0x400000u;
    return (unsigned short)(kept >> 16);
}

__device__ inline float tf32Of(float x) {
    const unsigned bits = __float_as_uint(x);
    const unsigned near = rounded(bits, 13);
    const unsigned cut = bits >> 13 << 13;
    return isFinite(bits) ? __uint_as_float(isFinite(near) ? near : cut) : x;
}

CRESSET_KERNEL(ELEMENTS) roundToBf16_f32(const float* x, unsigned short* y, Long n) {
    elements<LIGHT>(
            n, [=](Long e) { return x[e]; }, [=](Long e, float number) { y[e] = bf16Of(number); /* = */ });
}

CRESSET_KERNEL(ELEMENTS) splitTf32_f32(const float* x, float* high, float* low, Long n) {
    elements<LIGHT>(
            n, [=](Long e) { return x[e]; },
            [=](Long e, float number) {
                const float near = tf32Of(number);
                const bool finite = isFinite(__float_as_uint(number));
                high[e] = near;                                    // =
                low[e] = finite ? tf32Of(number - near) : 0.0f;    // =
            });
}

}  // namespace cresset
