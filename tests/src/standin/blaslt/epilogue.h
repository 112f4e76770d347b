// What is done to a product on its way to memory.
#pragma once

#include "numbers.h"

namespace standin {

// The mask of a ReLU: a bit for each element, columns of `leading` bits. Its layout is the stand-in's own; cuBLASLt
// does not say what it is.
struct Mask {
    unsigned char* start;
    long leading;

    unsigned char& byte(long i, long j) const { return start[(j * leading + i) / 8]; }

    bool get(long i, long j) const { return byte(i, j) >> (i % 8) & 1; }

    void set(long i, long j, bool value) const {
        unsigned char bit = (unsigned char)(1u << (i % 8));
        byte(i, j) = (unsigned char)(value ? byte(i, j) | bit : byte(i, j) & ~bit);
    }
};

// values (m x n, packed) <- the epilogue of values; the sums of rows go to `bias` where it asks for them.
template <typename T>
void finish(unsigned epilogue, long m, long n, T* values, Numbers<T> bias, Mask mask) {
    for (long j = 0; j < n; j++) {
        for (long i = 0; i < m; i++) {
            T& value = values[j * m + i];
            if (epilogue & EPILOGUE_BIAS) {
                value += bias[i];
            }
            if (epilogue & EPILOGUE_RELU) {
                if (epilogue & EPILOGUE_AUX) {
                    mask.set(i, j, value > T(0));  // =
                }
                value = value > T(0) ? value : T(0);
            }
            if ((epilogue & EPILOGUE_DRELU) && !mask.get(i, j)) {
                value = T(0);
            }
        }
    }
    if (epilogue & EPILOGUE_BGRAD) {
        for (long i = 0; i < m; i++) {
            T sum = 0;
            for (long j = 0; j < n; j++) {
                sum += values[j * m + i];
            }
            bias.set(i, sum);  // =
        }
    }
}

}  // namespace standin
