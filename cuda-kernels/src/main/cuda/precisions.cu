// What a matrix product takes in place of a float32 factor. Only for float.
//
//   roundToBf16  y_e <- the bits of x_e rounded to bfloat16 (8 significant bits), to the nearest, ties to even
//   splitTf32    high_e <- x_e rounded to 11 significant bits likewise, low_e <- (x_e - high_e) rounded likewise
//
// Both are exact about what they leave out: x - high is a float. A number so large that rounding would make it
// infinite is cut off instead in splitTf32; in roundToBf16 it becomes infinite, as IEEE 754 rounds. Infinities and NaN
// stay, with a low part of 0. The low 13 bits of high and low are 0, so it does not matter whether a GPU rounds or cuts
// off what it takes as TF32. What is below 2^-136 is lost; zeros keep their sign.
//
// A thread takes groups of 8 (roundToBf16) or 4 (splitTf32) neighbouring numbers, each a few accesses of 16 bytes, and
// the rest one by one. If an address is no multiple of 16, as that of a row in the middle of a matrix may be, all are
// taken one by one: what is written begins at a multiple, so no first few numbers would bring both to one.
// Grid: any number of blocks of ELEMENTS threads. Bytes: reads 4n, writes 2n or 8n.
// Source: Henry, Tang, Heinecke, "Leveraging the bfloat16 artificial intelligence datatype for higher-precision
// computations", 2019, for products of split numbers.
// Test: CudaPrecisionTest, CudaFactorsTest.

namespace cresset {

// Neighbouring numbers that are moved together, 16 bytes.
struct alignas(16) FourFloats {
    float at[4];
};

struct alignas(16) EightBf16 {
    unsigned short at[8];
};

// Whether the address is a multiple of 16.
__device__ inline bool isWide(const void* address) {
    return reinterpret_cast<ULong>(address) % 16 == 0;
}

__device__ inline FourFloats fourAt(const float* x) {
    return *reinterpret_cast<const FourFloats*>(x);
}

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

__device__ inline Two<float> splitOf(float x) {
    const float high = tf32Of(x);
    return {high, isFinite(__float_as_uint(x)) ? tf32Of(x - high) : 0.0f};
}

CRESSET_KERNEL(ELEMENTS) roundToBf16_f32(const float* x, unsigned short* y, Long n) {
    const Long groups = isWide(x) && isWide(y) ? n / 8 : 0;
    elements<HEAVY>(
            groups, [=](Long g) { return Two<FourFloats>{fourAt(x + 8 * g), fourAt(x + 8 * g + 4)}; },
            [=](Long g, const Two<FourFloats>& from) {
                EightBf16 to;
#pragma unroll
                for (int k = 0; k < 4; k++) {
                    to.at[k] = bf16Of(from.first.at[k]);
                    to.at[k + 4] = bf16Of(from.second.at[k]);
                }
                *reinterpret_cast<EightBf16*>(y + 8 * g) = to;  // =
            });
    walk<LIGHT>(
            8 * groups + thread(), n, threads(), [=](Long e) { return x[e]; },
            [=](Long e, float number) { y[e] = bf16Of(number); /* = */ });
}

CRESSET_KERNEL(ELEMENTS) splitTf32_f32(const float* x, float* high, float* low, Long n) {
    const Long groups = isWide(x) && isWide(high) && isWide(low) ? n / 4 : 0;
    elements<LIGHT>(
            groups, [=](Long g) { return fourAt(x + 4 * g); },
            [=](Long g, const FourFloats& from) {
                FourFloats above;
                FourFloats below;
#pragma unroll
                for (int k = 0; k < 4; k++) {
                    const Two<float> parts = splitOf(from.at[k]);
                    above.at[k] = parts.first;
                    below.at[k] = parts.second;
                }
                *reinterpret_cast<FourFloats*>(high + 4 * g) = above;  // =
                *reinterpret_cast<FourFloats*>(low + 4 * g) = below;   // =
            });
    walk<LIGHT>(
            4 * groups + thread(), n, threads(), [=](Long e) { return x[e]; },
            [=](Long e, float number) {
                const Two<float> parts = splitOf(number);
                high[e] = parts.first;  // =
                low[e] = parts.second;  // =
            });
}

}  // namespace cresset
