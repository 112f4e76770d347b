// A loss element by element and its gradient in one launch.
//
//   stepLoss       da_e <- scale * dl/da(a_e, y_e), partials_b <- sum of l over the elements of block b
//   stepLossBf16   the same with da rounded to bfloat16 (step_bf16.cuh)
//
// The losses, kind, beta: losses.cu. Shapes: a, y, da n elements; partials double[blocks]. A float32 da may be a or y.
// Grid: any number of blocks of ELEMENTS threads; the number is part of the order of addition: derive it from n alone.
// Bytes: reads 2n, writes n and a double a block.
// Reference: the verbs pointwiseLoss and pointwiseLossGradient. Test: CudaFusedProgramTest, CudaBf16ProgramTest.

namespace cresset {

template <typename To>
struct LossAndGradient {
    const float* a;
    const float* y;
    To* da;
    float scale;
    Long n;

    template <typename Loss>
    __device__ inline double operator()(Loss loss) const {
        double sum = 0;
        elements<HEAVY>(
                n, [a = a, y = y](Long e) { return Two<float>{a[e], y[e]}; },
                [loss, da = da, scale = scale, &sum](Long e, Two<float> of) {
                    sum += double(loss.value(of.first, of.second));  // +=, of this thread
                    store(da + e, scale * loss.slope(of.first, of.second));
                });
        return sum;
    }
};

template <typename To>
__device__ inline void stepLoss(
        const float* a, const float* y, To* da, double* partials, int kind, float beta, float scale, Long n) {
    const double sum = blockSum(withLoss(kind, beta, LossAndGradient<To>{a, y, da, scale, n}));
    if (threadIdx.x == 0) {
        partials[blockIdx.x] = sum;  // =
    }
}

CRESSET_KERNEL(ELEMENTS)
stepLoss_f32(
        const float* a, const float* y, float* da, double* partials, int kind, float beta, float scale, Long n) {
    stepLoss(a, y, da, partials, kind, beta, scale, n);
}

CRESSET_KERNEL(ELEMENTS)
stepLossBf16_f32(
        const float* a, const float* y, unsigned short* da, double* partials, int kind, float beta, float scale,
        Long n) {
    stepLoss(a, y, da, partials, kind, beta, scale, n);
}

}  // namespace cresset
