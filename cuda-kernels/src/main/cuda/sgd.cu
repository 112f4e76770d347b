// The optimizer's steps, over an arena of parameters.
//
//   sgd           w <- w - lr * g',  g' = g + weightDecay * w
//   sgdMomentum   v <- g' in the first step (step is 0), else momentum * v + (1 - dampening) * g'
//                 w <- w - lr * v, with nesterov w - lr * (g' + momentum * v)
//
// Shapes: gradient, velocity and weight n elements each; hyper is {lr, momentum, dampening, weightDecay} of type T and
// step one 64-bit number, both on the device, so that a recorded step follows a schedule. step is read, not advanced.
// Grid: any number of blocks of ELEMENTS threads. Bytes: sgd reads 2n, writes n; sgdMomentum reads 3n, writes 2n.
// Requirements: in the first step the old velocity is not read: it may be anything.
// Reference: ReferenceOps.sgd, sgdMomentum. Test: OptimizerContractTest.

namespace cresset {

enum Hyper { LR, MOMENTUM, DAMPENING, WEIGHT_DECAY };

template <typename T>
__device__ inline void sgd(const T* gradient, const T* hyper, T* weight, Long n) {
    const T lr = hyper[LR];
    const T decay = hyper[WEIGHT_DECAY];
    elements<LIGHT>(
            n,
            [=](Long e) {
                const T w = weight[e];
                return real::fma(-lr, real::fma(decay, w, gradient[e]), w);
            },
            [=](Long e, T w) { weight[e] = w; /* = */ });
}

// What a step with momentum leaves of an element.
template <typename T>
struct Moved {
    T velocity;
    T weight;
};

template <typename T>
__device__ inline void sgdMomentum(
        const T* gradient, const T* hyper, const Long* step, T* velocity, T* weight, int nesterov, Long n) {
    const T lr = hyper[LR];
    const T momentum = hyper[MOMENTUM];
    const T fresh = T(1) - hyper[DAMPENING];
    const T decay = hyper[WEIGHT_DECAY];
    const bool first = *step == 0;
    elements<LIGHT>(
            n,
            [=](Long e) {
                const T w = weight[e];
                const T g = real::fma(decay, w, gradient[e]);
                const T v = first ? g : real::fma(momentum, velocity[e], fresh * g);
                const T along = nesterov ? real::fma(momentum, v, g) : v;
                return Moved<T>{v, real::fma(-lr, along, w)};
            },
            [=](Long e, Moved<T> moved) {
                velocity[e] = moved.velocity;  // =
                weight[e] = moved.weight;      // =
            });
}

#define CRESSET_ENTRY_POINTS(T, S)                                                                                     \
    CRESSET_KERNEL(ELEMENTS) sgd_##S(const T* gradient, const T* hyper, T* weight, Long n) {                           \
        sgd(gradient, hyper, weight, n);                                                                               \
    }                                                                                                                  \
    CRESSET_KERNEL(ELEMENTS)                                                                                           \
    sgdMomentum_##S(                                                                                                   \
            const T* gradient, const T* hyper, const Long* step, T* velocity, T* weight, int nesterov, Long n) {       \
        sgdMomentum(gradient, hyper, step, velocity, weight, nesterov, n);                                             \
    }
CRESSET_ENTRY_POINTS(float, f32)
CRESSET_ENTRY_POINTS(double, f64)
#undef CRESSET_ENTRY_POINTS

}  // namespace cresset
