// A product of column-major matrices: panels of both factors are packed, then multiplied tile by tile. The sums are of
// type T, over k from first to last in stretches of DEPTH. Goto, van de Geijn, "Anatomy of high-performance matrix
// multiplication", ACM TOMS 34, 2008.
#include "gemm.h"

#include <algorithm>
#include <cstdint>
#include <cstring>

namespace standin {

namespace {

constexpr long VECTOR_BYTES = 32;
constexpr long TILE_COLUMNS = 6;
constexpr long DEPTH = 256;
constexpr long MOST_ROWS = 192;
constexpr long MOST_COLUMNS = 1536;

template <typename T>
using Vector __attribute__((vector_size(VECTOR_BYTES), aligned(alignof(T)))) = T;

template <typename T>
constexpr long TILE_ROWS = 2 * VECTOR_BYTES / long(sizeof(T));

// Packed factors. Work runs one at a time, so one of each is enough.
alignas(64) char packedA[MOST_ROWS * DEPTH * sizeof(double)];
alignas(64) char packedB[MOST_COLUMNS * DEPTH * sizeof(double)];

// To 10 bits behind the point, to the nearest, ties to even: what TF32 keeps of a float.
float toTf32(float value) {
    std::uint32_t bits;
    std::memcpy(&bits, &value, sizeof bits);
    if ((bits & 0x7f800000u) != 0x7f800000u) {
        bits += 0xfffu + (bits >> 13 & 1);
        bits &= ~0x1fffu;
    }
    std::memcpy(&value, &bits, sizeof bits);
    return value;
}

double toTf32(double value) {
    return value;
}

// Packs rows x DEPTH (or less) of a factor in panels of `width` rows, zeros where the last panel has none. The element
// (i, p) is at start[i * rowStep + p * step].
template <typename T>
void pack(const T* start, long rowStep, long step, long rows, long depth, long width, Factors factors, T* to) {
    for (long first = 0; first < rows; first += width) {
        long count = std::min(width, rows - first);
        for (long p = 0; p < depth; p++, to += width) {
            const T* from = start + first * rowStep + p * step;
            for (long i = 0; i < count; i++) {
                to[i] = factors == Factors::TF32 ? toTf32(from[i * rowStep]) : from[i * rowStep];
            }
            std::fill(to + count, to + width, T(0));
        }
    }
}

// sums (TILE_COLUMNS x TILE_ROWS) <- a panel of a times a panel of b.
template <typename T>
inline __attribute__((always_inline)) void tile(const T* a, const T* b, long depth, T* sums) {
    constexpr long LANES = TILE_ROWS<T> / 2;
    Vector<T> low[TILE_COLUMNS] = {};
    Vector<T> high[TILE_COLUMNS] = {};
    for (long p = 0; p < depth; p++, a += TILE_ROWS<T>, b += TILE_COLUMNS) {
        Vector<T> first = *reinterpret_cast<const Vector<T>*>(a);
        Vector<T> second = *reinterpret_cast<const Vector<T>*>(a + LANES);
#pragma GCC unroll 6
        for (long j = 0; j < TILE_COLUMNS; j++) {
            low[j] += first * b[j];
            high[j] += second * b[j];
        }
    }
#pragma GCC unroll 6
    for (long j = 0; j < TILE_COLUMNS; j++) {
        std::memcpy(sums + j * TILE_ROWS<T>, &low[j], VECTOR_BYTES);
        std::memcpy(sums + j * TILE_ROWS<T> + LANES, &high[j], VECTOR_BYTES);
    }
}

// With fused multiply-adds on vectors of 32 bytes, where the processor has them.
template <typename T>
__attribute__((target("avx2,fma"))) void fusedTile(const T* a, const T* b, long depth, T* sums) {
    tile(a, b, depth, sums);
}

template <typename T>
void plainTile(const T* a, const T* b, long depth, T* sums) {
    tile(a, b, depth, sums);
}

template <typename T>
void scale(long m, long n, T beta, Matrix<T> c) {
    for (long j = 0; j < n; j++) {
        T* column = c.start + j * c.leading;
        if (beta == T(0)) {
            std::fill(column, column + m, T(0));
        } else if (beta != T(1)) {
            for (long i = 0; i < m; i++) {
                column[i] *= beta;
            }
        }
    }
}

// c += alpha * the product of the packed factors.
template <typename T>
void multiply(long rows, long columns, long depth, T alpha, T* c, long leading) {
    T sums[TILE_COLUMNS * TILE_ROWS<T>];
    auto* a = reinterpret_cast<const T*>(packedA);
    auto* b = reinterpret_cast<const T*>(packedB);
    static const bool fuses = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
    auto* tileOf = fuses ? fusedTile<T> : plainTile<T>;
    for (long j = 0; j < columns; j += TILE_COLUMNS) {
        for (long i = 0; i < rows; i += TILE_ROWS<T>) {
            tileOf(a + i * depth, b + j * depth, depth, sums);
            for (long jj = 0; jj < std::min(TILE_COLUMNS, columns - j); jj++) {
                T* to = c + i + (j + jj) * leading;
                for (long ii = 0; ii < std::min(TILE_ROWS<T>, rows - i); ii++) {
                    to[ii] += alpha * sums[jj * TILE_ROWS<T> + ii];
                }
            }
        }
    }
}

}  // namespace

template <typename T>
void gemm(long m, long n, long k, T alpha, Matrix<const T> a, Matrix<const T> b, T beta, Matrix<T> c, Factors factors) {
    scale(m, n, beta, c);
    if (alpha == T(0)) {
        return;
    }
    long aRow = a.transposed == Transposed::NO ? 1 : a.leading;
    long aDepth = a.transposed == Transposed::NO ? a.leading : 1;
    long bColumn = b.transposed == Transposed::NO ? b.leading : 1;
    long bDepth = b.transposed == Transposed::NO ? 1 : b.leading;
    auto* toA = reinterpret_cast<T*>(packedA);
    auto* toB = reinterpret_cast<T*>(packedB);
    for (long j = 0; j < n; j += MOST_COLUMNS) {
        long columns = std::min(MOST_COLUMNS, n - j);
        for (long p = 0; p < k; p += DEPTH) {
            long depth = std::min(DEPTH, k - p);
            pack(b.start + j * bColumn + p * bDepth, bColumn, bDepth, columns, depth, TILE_COLUMNS, factors, toB);
            for (long i = 0; i < m; i += MOST_ROWS) {
                long rows = std::min(MOST_ROWS, m - i);
                pack(a.start + i * aRow + p * aDepth, aRow, aDepth, rows, depth, TILE_ROWS<T>, factors, toA);
                multiply(rows, columns, depth, alpha, c.start + i + j * c.leading, c.leading);
            }
        }
    }
}

template void gemm(long, long, long, float, Matrix<const float>, Matrix<const float>, float, Matrix<float>, Factors);
template void gemm(
        long, long, long, double, Matrix<const double>, Matrix<const double>, double, Matrix<double>, Factors);

}  // namespace standin
