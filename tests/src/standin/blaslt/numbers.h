// Numbers of a result's or a factor's type, as the type of the sums: float or double.
#pragma once

#include "../blas/bfloat.h"
#include "objects.h"

namespace standin {

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
