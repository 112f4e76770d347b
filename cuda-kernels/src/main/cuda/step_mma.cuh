// Products of fragments of matrices on the matrix units, and how fragments come from shared memory.
//
//   mmaBf16   c <- a b + c   a 16 x 16, b 16 x 8, bfloat16; c 16 x 8, float32
//   mmaTf32   c <- a b + c   a 16 x 8, b 8 x 8, float32 numbers of which 11 significant bits count; c as above
//   fragments<T>             four matrices of 8 x 8 numbers of 16 bits; T: transposed
//
// A warp holds a fragment together: lane l is member t = l mod 4 of group g = l / 4.
//
//   c_i of lane (g, t)            row g + 8 (i / 2), column 2t + i mod 2
//   word r of a, bfloat16         row g + 8 (r mod 2), columns 2t + 8 (r / 2) and the next (low half first)
//   word r of b, bfloat16         rows 2t + 8r and the next, column g
//   word r of a, TF32             row g + 8 (r mod 2), column t + 4 (r / 2)
//   word r of b, TF32             row t + 4r, column g
//   fragments: lanes 8q .. 8q + 7 give the addresses of the rows of matrix q, 16 bytes each; word q of a lane is the
//   numbers 2t, 2t + 1 of row g of it, transposed those at place g of the rows 2t and 2t + 1
//
// Sources: PTX ISA 9.0, "Matrix Fragments for mma.m16n8k16 with floating point type", "Matrix Fragments for
// mma.m16n8k8", "Warp-level matrix load instruction: ldmatrix".
// For nvcc and NVRTC these are instructions. For g++ they are plain twins that exchange words between lanes by the same
// layout, so that what the stand-in driver runs has every index of the kernels. A twin adds exact products in double
// and rounds once; what a GPU does to the last bits of such sums is not told by its manual.
// All lanes of a warp must call them. Test: CudaNarrowProgramTest.
#ifndef CRESSET_STEP_MMA_CUH
#define CRESSET_STEP_MMA_CUH

namespace cresset {

constexpr int GROUP = 4;  // lanes of a group

__device__ inline int groupOfLane() {
    return int(threadIdx.x) % WARP / GROUP;
}

__device__ inline int memberOfGroup() {
    return int(threadIdx.x) % GROUP;
}

#ifdef __CUDACC__

__device__ inline void mmaBf16(float (&c)[4], const unsigned (&a)[4], unsigned b0, unsigned b1) {
    asm volatile(
            "mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32 {%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9}, "
            "{%0, %1, %2, %3};"
            : "+f"(c[0]), "+f"(c[1]), "+f"(c[2]), "+f"(c[3])
            : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b0), "r"(b1));
}

__device__ inline void mmaTf32(float (&c)[4], const unsigned (&a)[4], unsigned b0, unsigned b1) {
    asm volatile(
            "mma.sync.aligned.m16n8k8.row.col.f32.tf32.tf32.f32 {%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9}, "
            "{%0, %1, %2, %3};"
            : "+f"(c[0]), "+f"(c[1]), "+f"(c[2]), "+f"(c[3])
            : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b0), "r"(b1));
}

template <bool TRANSPOSED>
__device__ inline void fragments(unsigned (&words)[4], const unsigned short* row) {
    const unsigned address = unsigned(__cvta_generic_to_shared(row));
    if (TRANSPOSED) {
        asm volatile("ldmatrix.sync.aligned.m8n8.x4.trans.shared.b16 {%0, %1, %2, %3}, [%4];"
                     : "=r"(words[0]), "=r"(words[1]), "=r"(words[2]), "=r"(words[3])
                     : "r"(address)
                     : "memory");
    } else {
        asm volatile("ldmatrix.sync.aligned.m8n8.x4.shared.b16 {%0, %1, %2, %3}, [%4];"
                     : "=r"(words[0]), "=r"(words[1]), "=r"(words[2]), "=r"(words[3])
                     : "r"(address)
                     : "memory");
    }
}

#else

namespace twin {

__device__ inline ULong joined(unsigned low, unsigned high) {
    return ULong(high) << 32 | low;
}

// The sum of the products of the numbers that two words hold.
struct Bf16 {
    __device__ inline double operator()(unsigned a, unsigned b) const {
        return double(__uint_as_float(a << 16)) * double(__uint_as_float(b << 16)) +
                double(__uint_as_float(a & 0xffff0000u)) * double(__uint_as_float(b & 0xffff0000u));
    }
};

struct Tf32 {
    __device__ inline double operator()(unsigned a, unsigned b) const {
        const unsigned COUNTS = 0xffffe000u;
        return double(__uint_as_float(a & COUNTS)) * double(__uint_as_float(b & COUNTS));
    }
};

// Member s of a group has the words 0 and 2 of its row of a, 1 and 3 of the row 8 below, and the words of its column
// of b, whose rows are those words' columns.
template <typename Product>
__device__ inline void mma(float (&c)[4], const unsigned (&a)[4], unsigned b0, unsigned b1, Product product) {
    const int row = GROUP * groupOfLane();
    const int column = 2 * GROUP * memberOfGroup();
    double sums[4] = {c[0], c[1], c[2], c[3]};
    for (int s = 0; s < GROUP; s++) {
        const ULong rows[2] = {
                __shfl_sync(ALL_LANES, joined(a[0], a[2]), row + s),
                __shfl_sync(ALL_LANES, joined(a[1], a[3]), row + s)};
        const ULong columns[2] = {
                __shfl_sync(ALL_LANES, joined(b0, b1), column + s),
                __shfl_sync(ALL_LANES, joined(b0, b1), column + GROUP + s)};
        for (int i = 0; i < 4; i++) {
            sums[i] += product(unsigned(rows[i / 2]), unsigned(columns[i % 2]));
            sums[i] += product(unsigned(rows[i / 2] >> 32), unsigned(columns[i % 2] >> 32));
        }
    }
    for (int i = 0; i < 4; i++) {
        c[i] = float(sums[i]);
    }
}

}  // namespace twin

__device__ inline void mmaBf16(float (&c)[4], const unsigned (&a)[4], unsigned b0, unsigned b1) {
    twin::mma(c, a, b0, b1, twin::Bf16{});
}

__device__ inline void mmaTf32(float (&c)[4], const unsigned (&a)[4], unsigned b0, unsigned b1) {
    twin::mma(c, a, b0, b1, twin::Tf32{});
}

template <bool TRANSPOSED>
__device__ inline void fragments(unsigned (&words)[4], const unsigned short* row) {
    const int group = groupOfLane();
    const int member = memberOfGroup();
    for (int q = 0; q < 4; q++) {
        const int first = 8 * q + (TRANSPOSED ? 2 * member : group);
        const int second = TRANSPOSED ? first + 1 : first;
        const int place = TRANSPOSED ? group : 2 * member;
        const ULong low = __shfl_sync(ALL_LANES, reinterpret_cast<ULong>(row), first);
        const ULong high = __shfl_sync(ALL_LANES, reinterpret_cast<ULong>(row), second);
        words[q] = reinterpret_cast<const unsigned short*>(low)[place] |
                unsigned(reinterpret_cast<const unsigned short*>(high)[place + (TRANSPOSED ? 0 : 1)]) << 16;
    }
}

#endif

}  // namespace cresset

#endif
