// Numbers of a result's or a factor's type, as the type of the sums: float or double.
#pragma once

#include <cstdint>
#include <cstring>

#include "objects.h"

namespace standin {

inline float bfloat(std::uint16_t bits) {
    std::uint32_t wide = std::uint32_t(bits) << 16;
    float value;
    std::memcpy(&value, &wide, sizeof value);
    return value;
}

// To the nearest, ties to even.
inline std::uint16_t toBfloat(float value) {
    std::uint32_t bits;
    std::memcpy(&bits, &value, sizeof bits);
    if (value != value) {
        return std::uint16_t(bits >> 16 | 0x40);
    }
    return std::uint16_t((bits + 0x7fff + (bits >> 16 & 1)) >> 16);
}

// A vector in memory, of the type of the sums or of bfloat16.
template <typename T>
struct Numbers {
    void* start;
    bool isBfloat;

    T operator[](long i) const {
        return isBfloat ? T(bfloat(static_cast<const std::uint16_t*>(start)[i])) : static_cast<const T*>(start)[i];
    }

    void set(long i, T value) const {
        if (isBfloat) {
            static_cast<std::uint16_t*>(start)[i] = toBfloat(float(value));
        } else {
            static_cast<T*>(start)[i] = value;
        }
    }
};

}  // namespace standin
