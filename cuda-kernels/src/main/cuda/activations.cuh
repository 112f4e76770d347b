// The activations: each a struct of its value and its slope, side by side.
//
// The table of dev.cresset.backend.Activation, arranged so that no exponential overflows, NaN in is NaN out, and the
// limits at the infinities are right:
//
//   0 IDENTITY    z                              1
//   1 SIGMOID     1 / (1 + e^-z)                 a (1 - a)
//   2 TANH        tanh z                         1 - a^2
//   3 RELU        0 where z <= 0, else z         0 where z <= 0, else 1 (NaN passes)
//   4 LEAKY_RELU  s z where z <= 0, else z       s where z <= 0, else 1
//   5 ELU         s (e^z - 1) where z <= 0 ...   s e^z where z <= 0, else 1
//   6 GELU        z Phi(z)                       Phi(z) + z phi(z)
//   7 SILU        z sigma(z)                     sigma(z) (1 + z (1 - sigma(z)))
//   8 SOFTPLUS    log(1 + e^z)                   sigma(z)
//
// The number is `kind`, the ordinal of Activation.Kind; s is `parameter`. `slope` is given a = f(z) where BY_OUTPUT
// says so, else z. Reference: ReferenceFunctions. Test: ActivationContractTest.
#ifndef CRESSET_ACTIVATIONS_CUH
#define CRESSET_ACTIVATIONS_CUH

namespace cresset {

template <typename T>
__device__ inline T sigmoid(T z) {
    const T e = real::exp(-real::abs(z));
    return (z >= T(0) ? T(1) : e) / (T(1) + e);
}

template <typename T>
struct Identity {
    static constexpr bool BY_OUTPUT = false;
    __device__ inline T value(T z) const { return z; }
    __device__ inline T slope(T) const { return T(1); }
};

template <typename T>
struct Sigmoid {
    static constexpr bool BY_OUTPUT = true;
    __device__ inline T value(T z) const { return sigmoid(z); }
    __device__ inline T slope(T a) const { return a * (T(1) - a); }
};

// 1 - a^2 as the reference computes it, in double: for a float that is exact but for the last rounding, which the plain
// form in float is not where a is next to 1; for a double a^2 is rounded first.
__device__ inline float oneMinusSquare(float a) { return real::fma(-a, a, 1.0f); }
__device__ inline double oneMinusSquare(double a) { return 1.0 - real::product(a, a); }

template <typename T>
struct Tanh {
    static constexpr bool BY_OUTPUT = true;
    __device__ inline T value(T z) const { return real::tanh(z); }
    __device__ inline T slope(T a) const { return oneMinusSquare(a); }
};

template <typename T>
struct Relu {
    static constexpr bool BY_OUTPUT = false;
    __device__ inline T value(T z) const { return z <= T(0) ? T(0) : z; }
    __device__ inline T slope(T z) const { return z <= T(0) ? T(0) : T(1); }
};

template <typename T>
struct LeakyRelu {
    static constexpr bool BY_OUTPUT = false;
    T parameter;
    __device__ inline T value(T z) const { return z <= T(0) ? parameter * z : z; }
    __device__ inline T slope(T z) const { return z <= T(0) ? parameter : T(1); }
};

template <typename T>
struct Elu {
    static constexpr bool BY_OUTPUT = false;
    T parameter;
    __device__ inline T value(T z) const { return z <= T(0) ? parameter * real::expm1(z) : z; }
    __device__ inline T slope(T z) const { return z <= T(0) ? parameter * real::exp(z) : T(1); }
};

template <typename T>
struct Gelu {
    static constexpr bool BY_OUTPUT = false;
    __device__ inline T value(T z) const { return timesDistribution(z); }
    __device__ inline T slope(T z) const { return distributionPlusDensity(z); }
};

template <typename T>
struct Silu {
    static constexpr bool BY_OUTPUT = false;

    // For z < 0 it is z e^z / (1 + e^z) with e^z as a square: near the smallest numbers e^z has few digits left, its
    // root has all. At -infinity the root is 0 and wins.
    __device__ inline T value(T z) const {
        const T root = real::exp(T(-0.5) * real::abs(z));
        const T e = root * root;
        if (z < T(0)) {
            return root == T(0) ? T(0) : z * root / (T(1) + e) * root;
        }
        return z / (T(1) + e);
    }

    __device__ inline T slope(T z) const {
        const T other = sigmoid(-z);
        return sigmoid(z) * (T(1) + (other == T(0) ? T(0) : z * other));
    }
};

template <typename T>
struct Softplus {
    static constexpr bool BY_OUTPUT = false;
    __device__ inline T value(T z) const {
        return (z > T(0) ? z : T(0)) + real::log1p(real::exp(-real::abs(z)));
    }
    __device__ inline T slope(T z) const { return sigmoid(z); }
};

// A kind that the table does not have: its result is NaN, which nobody overlooks.
template <typename T>
struct NoActivation {
    static constexpr bool BY_OUTPUT = false;
    __device__ inline T value(T) const { return notANumber<T>(); }
    __device__ inline T slope(T) const { return notANumber<T>(); }
};

// use(f) with the activation of that kind: the choice is made once, outside the loops.
template <typename T, typename Use>
__device__ inline auto withActivation(int kind, T parameter, Use use) {
    switch (kind) {
        case 0: return use(Identity<T>{});
        case 1: return use(Sigmoid<T>{});
        case 2: return use(Tanh<T>{});
        case 3: return use(Relu<T>{});
        case 4: return use(LeakyRelu<T>{parameter});
        case 5: return use(Elu<T>{parameter});
        case 6: return use(Gelu<T>{});
        case 7: return use(Silu<T>{});
        case 8: return use(Softplus<T>{});
        default: return use(NoActivation<T>{});
    }
}

// f'(z) * da; a flat piece passes nothing on, not even an infinite da.
template <typename T, typename F>
__device__ inline T passedOn(F f, T of, T da) {
    const T slope = f.slope(of);
    return slope == T(0) ? T(0) : slope * da;
}

}  // namespace cresset

#endif
