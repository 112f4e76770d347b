// The end of a step: the optimizer over the whole arena, the loss into the ring, the counters.
//
//   of every element but the merged ones, as sgd or sgdMomentum (sgd.cu) with now = 0 for the first step:
//     form 0   w <- w - lr g',  g' = g + weightDecay w
//     form 1   v <- g' in the first step, else momentum v + (1 - dampening) g';  w <- w - lr v
//     form 2   the same v;  w <- w - lr (g' + momentum v)
//   of the merged ones, whose v is complete already:  w <- w - lr v
//   stepUpdateBf16 also: shadow_e <- w_e rounded to bfloat16, of every element
//   ring_(now mod size) <- scale * sum of the partials / divisor, or NaN if the step is spoilt;  step <- now + 1,
//   batch <- batch + 1;  found <- 1 if a w is not finite
//
// `now` is what step was before this step: stepDraw notes it, because no block may read a counter that another
// advances. A step is spoilt if the last step of the same program left a parameter that is not finite: products that
// end with a library's ReLU may make 0 of NaN, and the loss would look well. (So the first loss behind parameters that
// were mended is NaN, too.)
//
// Shapes: gradient, velocity, weight n elements; hyper {lr, momentum, dampening, weightDecay}; partials double[count];
// divisor double[1]; merged a byte for each 128 elements, 1 for merged; now, step, batch 64-bit; shadow n of 16 bits.
// Requirements: n is a multiple of 4, the three begin at a multiple of 16 bytes, shadow of 8.
// Grid: any number of blocks of ELEMENTS; the first one does the loss and the counters.
// Bytes: reads 3n, writes 2n (form 0: 2n and n; merged: 2n and n), 16 at a time; the shadow is
// n of 2 bytes more.
// Reference: the verbs sgd, sgdMomentum, keep, advance. Test: CudaFusedProgramTest, CudaBf16ProgramTest.

namespace cresset {

constexpr Long MERGED_TOGETHER = 128;

// What the optimizer's numbers are in this step.
struct Descent {
    float lr;
    float momentum;
    float fresh;  // 1 - dampening
    float decay;
    int form;
    bool first;

    // The velocity and the weight of one element after the step.
    __device__ inline Two<float> moved(float gradient, float velocity, float weight, bool merged) const {
        if (merged) {
            return {velocity, real::fma(-lr, velocity, weight)};
        }
        const float g = real::fma(decay, weight, gradient);
        const float v = first ? g : real::fma(momentum, velocity, fresh * g);
        const float along = form == 0 ? g : form == 1 ? v : real::fma(momentum, v, g);
        return {v, real::fma(-lr, along, weight)};
    }
};

// Where the weights are written once more: nowhere.
struct NoShadow {
    __device__ inline void put(Long, const Quad&) const {}
};

// Where the weights are written once more, rounded.
struct Shadow {
    unsigned short* bits;

    __device__ inline void put(Long e, const Quad& weights) const {
        *reinterpret_cast<QuadOfBf16*>(bits + e) = bf16Of(weights);  // =
    }
};

template <typename To>
__device__ inline void stepUpdate(
        const float* gradient, const float* hyper, Long* now, const double* partials, const double* divisor,
        const unsigned char* merged, float* velocity, float* weight, To shadow, float* ring, Long* step, Long* batch,
        float scale, int form, Long count, Long size, Long n) {
    const Descent descent = {hyper[LR],           hyper[MOMENTUM], 1.0f - hyper[DAMPENING],
                             hyper[WEIGHT_DECAY], form,            now[NOW_STEP] == 0};
    const Quad none = {{0, 0, 0, 0}};
    bool areFinite = true;
#pragma unroll 1
    for (Long e = thread() * QUAD; e < n; e += threads() * QUAD) {
        const bool complete = merged[e / MERGED_TOGETHER] != 0;
        Quad w = *reinterpret_cast<const Quad*>(weight + e);
        Quad v = form == 0 ? none : *reinterpret_cast<const Quad*>(velocity + e);
        const Quad g = complete ? none : *reinterpret_cast<const Quad*>(gradient + e);
#pragma unroll
        for (int k = 0; k < QUAD; k++) {
            const Two<float> moved = descent.moved(g.at[k], v.at[k], w.at[k], complete);
            v.at[k] = moved.first;
            w.at[k] = moved.second;
            areFinite = areFinite && isFinite(__float_as_uint(moved.second));
        }
        if (form != 0 && !complete) {
            *reinterpret_cast<Quad*>(velocity + e) = v;  // =
        }
        *reinterpret_cast<Quad*>(weight + e) = w;  // =
        shadow.put(e, w);
    }
    if (!areFinite) {
        now[NOW_FOUND] = 1;  // =
    }
    if (blockIdx.x == 0) {
        const double sum = sumOfPartials(partials, count);
        if (threadIdx.x == 0) {
            const float loss = float(double(scale) * sum / *divisor);
            ring[now[NOW_STEP] % size] = now[NOW_SPOILT] == 0 ? loss : notANumber<float>();  // =
            *step = now[NOW_STEP] + 1;                                                       // =
            *batch += 1;                                                                     // +=
        }
    }
}

CRESSET_KERNEL(ELEMENTS)
stepUpdate_f32(
        const float* gradient, const float* hyper, Long* now, const double* partials, const double* divisor,
        const unsigned char* merged, float* velocity, float* weight, float* ring, Long* step, Long* batch, float scale,
        int form, Long count, Long size, Long n) {
    stepUpdate(
            gradient, hyper, now, partials, divisor, merged, velocity, weight, NoShadow{}, ring, step, batch, scale,
            form, count, size, n);
}

CRESSET_KERNEL(ELEMENTS)
stepUpdateBf16_f32(
        const float* gradient, const float* hyper, Long* now, const double* partials, const double* divisor,
        const unsigned char* merged, float* velocity, float* weight, unsigned short* shadow, float* ring, Long* step,
        Long* batch, float scale, int form, Long count, Long size, Long n) {
    stepUpdate(
            gradient, hyper, now, partials, divisor, merged, velocity, weight, Shadow{shadow}, ring, step, batch,
            scale, form, count, size, n);
}

}  // namespace cresset
