// The API of products: what they must be given, and how they come to the stream.
#include <algorithm>
#include <type_traits>
#include <vector>

#include "../driver/addresses.h"
#include "bfloat.h"
#include "gemm.h"
#include "handle.h"
#include "workspace.h"

using namespace standin;

namespace {

constexpr int TF32_TENSOR_OP_MATH = 3;

// cudaDataType and cublasComputeType_t.
enum Type { R_32F = 0, R_64F = 1, R_16BF = 14 };
enum Compute { COMPUTE_32F = 68, COMPUTE_32F_PEDANTIC = 69, COMPUTE_64F = 70, COMPUTE_64F_PEDANTIC = 71,
               COMPUTE_32F_FAST_TF32 = 77 };

// Factors of type F, sums and result of type T.
template <typename T, typename F = T>
struct Product {
    int m, n, k;
    const T* alpha;
    Matrix<const F> a, b;
    const T* beta;
    Matrix<T> c;
    Factors factors;
};

Transposed transposed(int operation) {
    require(operation >= 0 && operation <= 2, BLAS_INVALID_VALUE);
    return operation == 0 ? Transposed::NO : Transposed::YES;
}

template <typename T>
void requireLeading(const Matrix<T>& matrix, int rows, int columns) {
    require(matrix.leading >= std::max(1, matrix.transposed == Transposed::NO ? rows : columns), BLAS_INVALID_VALUE);
}

// The numbers of a factor op(x) of rows x columns, as float32.
std::vector<float> widened(const Matrix<const std::uint16_t>& x, int rows, int columns) {
    bool plain = x.transposed == Transposed::NO;
    long height = plain ? rows : columns;
    long width = plain ? columns : rows;
    std::vector<float> wide(std::size_t(x.leading * width));
    for (long j = 0; j < width; j++) {
        for (long i = 0; i < height; i++) {
            wide[std::size_t(j * x.leading + i)] = bfloat(x.start[j * x.leading + i]);
        }
    }
    return wide;
}

template <typename T, typename F>
void run(const Context& context, const char* name, const Product<T, F>& p, T alpha, T beta) {
    requireReachable(context, name, 0, p.a.start);
    requireReachable(context, name, 1, p.b.start);
    requireReachable(context, name, 2, p.c.start);
    if constexpr (std::is_same_v<T, F>) {
        gemm<T>(p.m, p.n, p.k, alpha, p.a, p.b, beta, p.c, p.factors);
    } else {
        std::vector<T> a = widened(p.a, p.m, p.k);
        std::vector<T> b = widened(p.b, p.k, p.n);
        gemm<T>(p.m, p.n, p.k, alpha, {a.data(), p.a.leading, p.a.transposed},
                {b.data(), p.b.leading, p.b.transposed}, beta, p.c, p.factors);
    }
    requireIntact(name, p.c.start);
}

template <typename T, typename F = T>
void enqueue(const char* name, BlasHandle& handle, Product<T, F> p) {
    require(p.m >= 0 && p.n >= 0 && p.k >= 0, BLAS_INVALID_VALUE);
    requireLeading(p.a, p.m, p.k);
    requireLeading(p.b, p.k, p.n);
    requireLeading(p.c, p.m, p.n);
    require(p.alpha != nullptr && p.beta != nullptr, BLAS_INVALID_VALUE);
    std::shared_ptr<Context> context = currentContext();
    require(context == handle.context && context->sticky == SUCCESS, BLAS_EXECUTION_FAILED);
    if (p.m == 0 || p.n == 0) {
        return;
    }
    bool onHost = handle.scalars == Scalars::ON_HOST;
    T alpha = onHost ? *p.alpha : T();
    T beta = onHost ? *p.beta : T();
    char* workspace = handle.workspace;
    std::size_t bytes = handle.workspaceBytes;
    auto work = [=](Context& own) {
        spoil(workspace, bytes);
        run(own, name, p, onHost ? alpha : *p.alpha, onHost ? beta : *p.beta);
    };
    submit(*streamOf(handle.stream, *context), {name, Runs::ON_DEVICE, work, {}});
}

template <typename T>
Status product(
        const char* name, void* handle, int opA, int opB, int m, int n, int k, const T* alpha, const T* a, int lda,
        const T* b, int ldb, const T* beta, T* c, int ldc) {
    return callBlas(name, [&] {
        BlasHandle& own = handleOf(handle);
        bool rounds = sizeof(T) == sizeof(float) && (own.mathMode & 15) == TF32_TENSOR_OP_MATH;
        enqueue<T>(name, own,
                   {m, n, k, alpha, {a, lda, transposed(opA)}, {b, ldb, transposed(opB)}, beta,
                    {c, ldc, Transposed::NO}, rounds ? Factors::TF32 : Factors::EXACT});
    });
}

}  // namespace

extern "C" Status cublasSgemm_v2(
        void* handle, int opA, int opB, int m, int n, int k, const float* alpha, const float* a, int lda,
        const float* b, int ldb, const float* beta, float* c, int ldc) {
    return product("cublasSgemm_v2", handle, opA, opB, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc);
}

extern "C" Status cublasDgemm_v2(
        void* handle, int opA, int opB, int m, int n, int k, const double* alpha, const double* a, int lda,
        const double* b, int ldb, const double* beta, double* c, int ldc) {
    return product("cublasDgemm_v2", handle, opA, opB, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc);
}

extern "C" Status cublasGemmEx(
        void* handle, int opA, int opB, int m, int n, int k, const void* alpha, const void* a, int typeA, int lda,
        const void* b, int typeB, int ldb, const void* beta, void* c, int typeC, int ldc, int compute, int) {
    return callBlas("cublasGemmEx", [&] {
        BlasHandle& own = handleOf(handle);
        if (typeA == R_16BF && typeB == R_16BF && typeC == R_32F) {
            require(compute == COMPUTE_32F, BLAS_NOT_SUPPORTED);
            enqueue<float, std::uint16_t>("cublasGemmEx", own,
                    {m, n, k, static_cast<const float*>(alpha),
                     {static_cast<const std::uint16_t*>(a), lda, transposed(opA)},
                     {static_cast<const std::uint16_t*>(b), ldb, transposed(opB)}, static_cast<const float*>(beta),
                     {static_cast<float*>(c), ldc, Transposed::NO}, Factors::EXACT});
            return;
        }
        require(typeA == typeB && typeB == typeC, BLAS_NOT_SUPPORTED);
        if (typeA == R_64F) {
            require(compute == COMPUTE_64F || compute == COMPUTE_64F_PEDANTIC, BLAS_NOT_SUPPORTED);
            enqueue<double>("cublasGemmEx", own,
                            {m, n, k, static_cast<const double*>(alpha),
                             {static_cast<const double*>(a), lda, transposed(opA)},
                             {static_cast<const double*>(b), ldb, transposed(opB)}, static_cast<const double*>(beta),
                             {static_cast<double*>(c), ldc, Transposed::NO}, Factors::EXACT});
            return;
        }
        bool rounds = compute == COMPUTE_32F_FAST_TF32
                || (compute == COMPUTE_32F && (own.mathMode & 15) == TF32_TENSOR_OP_MATH);
        require(typeA == R_32F && (rounds || compute == COMPUTE_32F || compute == COMPUTE_32F_PEDANTIC),
                BLAS_NOT_SUPPORTED);
        enqueue<float>("cublasGemmEx", own,
                       {m, n, k, static_cast<const float*>(alpha),
                        {static_cast<const float*>(a), lda, transposed(opA)},
                        {static_cast<const float*>(b), ldb, transposed(opB)}, static_cast<const float*>(beta),
                        {static_cast<float*>(c), ldc, Transposed::NO}, rounds ? Factors::TF32 : Factors::EXACT});
    });
}
