// A product of column-major matrices.
#pragma once

namespace standin {

enum class Transposed { NO, YES };

enum class Factors { EXACT, TF32 };

// A column-major matrix in memory.
template <typename T>
struct Matrix {
    T* start;
    long leading;
    Transposed transposed;
};

// c <- alpha * op(a) * op(b) + beta * c, where op(a) is m x k and op(b) is k x n. With beta 0 the old c is not read.
template <typename T>
void gemm(long m, long n, long k, T alpha, Matrix<const T> a, Matrix<const T> b, T beta, Matrix<T> c, Factors factors);

}  // namespace standin
