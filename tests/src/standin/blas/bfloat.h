// bfloat16: the upper half of a float.
#pragma once

#include <cstdint>
#include <cstring>

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

}  // namespace standin
