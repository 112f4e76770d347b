// Activations and their gradients.
//
//   activate          a_e  <- f(z_e)                                  reads n, writes n; a may be z
//   activateGradient  dz_e <- f'(z_e) * da_e, 0 where f' is 0         reads 2n, writes n; dz may be da, z or a
//   addRowActivate    z_ic <- x_ic + row_c, a_ic <- f(z_ic)           reads n + columns, writes 2n; z may be x, a may
//                                                                     be x or z, which then is lost
//
// Shapes: n elements, or rows x columns with `row` 1 x columns. kind and parameter as in activations.cuh. Of z and a
// the gradient reads only the one that its formula uses (a for SIGMOID and TANH, else z).
// Grid: any number of blocks of ELEMENTS threads.
// addRowActivate gives the bits of addRow followed by activate: f is applied to the rounded z.
// Reference: ReferenceOps.activate, activateGradient. Test: ActivationContractTest.

namespace cresset {

template <typename T>
struct Activate {
    const T* z;
    T* a;
    Long n;

    template <typename F>
    __device__ inline void operator()(F f) const {
        elements<HEAVY>(
                n, [z = z](Long e) { return z[e]; },
                [f, a = a](Long e, T number) { a[e] = f.value(number); /* = */ });
    }
};

template <typename T>
struct ActivateGradient {
    const T* z;
    const T* a;
    const T* da;
    T* dz;
    Long n;

    template <typename F>
    __device__ inline void operator()(F f) const {
        elements<HEAVY>(
                n, [of = F::BY_OUTPUT ? a : z, da = da](Long e) { return Two<T>{of[e], da[e]}; },
                [f, dz = dz](Long e, Two<T> numbers) {
                    dz[e] = passedOn(f, numbers.first, numbers.second);  // =
                });
    }
};

template <typename T>
struct AddRowActivate {
    const T* x;
    const T* row;
    T* z;
    T* a;
    Long rows;
    Long columns;

    template <typename F>
    __device__ inline void operator()(F f) const {
        matrix<HEAVY>(
                rows, columns,
                [x = x, row = row](Place p) { return Two<T>{x[p.element], row[p.column]}; },
                [f, z = z, a = a](Place p, Two<T> terms) {
                    const T sum = terms.first + terms.second;
                    z[p.element] = sum;           // =
                    a[p.element] = f.value(sum);  // =, after z, which it may be
                });
    }
};

#define CRESSET_ENTRY_POINTS(T, S)                                                                                     \
    CRESSET_KERNEL(ELEMENTS) activate_##S(const T* z, T* a, int kind, T parameter, Long n) {                           \
        withActivation(kind, parameter, Activate<T>{z, a, n});                                                         \
    }                                                                                                                  \
    CRESSET_KERNEL(ELEMENTS)                                                                                           \
    activateGradient_##S(const T* z, const T* a, const T* da, T* dz, int kind, T parameter, Long n) {                  \
        withActivation(kind, parameter, ActivateGradient<T>{z, a, da, dz, n});                                         \
    }                                                                                                                  \
    CRESSET_KERNEL(ELEMENTS)                                                                                           \
    addRowActivate_##S(const T* x, const T* row, T* z, T* a, int kind, T parameter, Long rows, Long columns) {         \
        withActivation(kind, parameter, AddRowActivate<T>{x, row, z, a, rows, columns});                               \
    }
CRESSET_ENTRY_POINTS(float, f32)
CRESSET_ENTRY_POINTS(double, f64)
#undef CRESSET_ENTRY_POINTS

}  // namespace cresset
