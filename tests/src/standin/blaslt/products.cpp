// The products of cuBLASLt: what they must be given, the choice of an algorithm, and how they come to the stream.
#include <algorithm>
#include <vector>

#include "../blas/gemm.h"
#include "../blas/workspace.h"
#include "../driver/addresses.h"
#include "../driver/control.h"
#include "../driver/messages.h"
#include "epilogue.h"

using namespace standin;

namespace {

constexpr std::uint64_t WORKSPACE_ALIGNMENT = 256;
constexpr std::uint64_t WORKSPACE_BYTES = 4096;
constexpr std::int64_t MASK_UNIT = 128;

// A product that has been looked at: D (m x n) = op(A) op(B) + beta C.
struct Problem {
    Operation operation;
    Layout a, b, c, d;
    long m, n, k;

    bool isDouble() const { return operation.scale == R_64F; }
};

bool isKnown(const Operation& operation, const Layout& a, const Layout& b, const Layout& d) {
    switch (operation.compute) {
        case COMPUTE_64F:
        case COMPUTE_64F_PEDANTIC:
            return operation.scale == R_64F && a.type == R_64F && b.type == R_64F && d.type == R_64F;
        case COMPUTE_32F_FAST_TF32:
            return operation.scale == R_32F && a.type == R_32F && b.type == R_32F && d.type == R_32F;
        case COMPUTE_32F:
        case COMPUTE_32F_PEDANTIC:
            return operation.scale == R_32F && a.type == b.type
                    && ((a.type == R_32F && d.type == R_32F)
                        || (a.type == R_16BF && (d.type == R_16BF || d.type == R_32F)));
        default: return false;
    }
}

void requireEpilogue(const Operation& operation, const Layout& d) {
    switch (operation.epilogue) {
        case EPILOGUE_DEFAULT:
        case EPILOGUE_BIAS:
        case EPILOGUE_RELU:
        case EPILOGUE_RELU | EPILOGUE_BIAS:
        case EPILOGUE_RELU | EPILOGUE_AUX:
        case EPILOGUE_RELU | EPILOGUE_AUX | EPILOGUE_BIAS:
        case EPILOGUE_DRELU | EPILOGUE_AUX:
        case EPILOGUE_DRELU | EPILOGUE_AUX | EPILOGUE_BGRAD: break;
        default: refuse(BLAS_NOT_SUPPORTED);
    }
    if (operation.epilogue & (EPILOGUE_BIAS | EPILOGUE_BGRAD)) {
        require(operation.bias != nullptr, BLAS_INVALID_VALUE);
        require(operation.biasType == -1 || std::uint32_t(operation.biasType) == d.type, BLAS_NOT_SUPPORTED);
    }
    if (operation.epilogue & EPILOGUE_AUX) {
        require(operation.aux != nullptr, BLAS_INVALID_VALUE);
        require(operation.auxLeading % MASK_UNIT == 0 && operation.auxLeading >= std::int64_t(d.rows),
                BLAS_INVALID_VALUE);
    }
}

Problem problemOf(void* description, void* a, void* b, void* c, void* d) {
    Problem p{operationOf(description), layoutOf(a), layoutOf(b), layoutOf(c), layoutOf(d), 0, 0, 0};
    for (const Layout* layout : {&p.a, &p.b, &p.c, &p.d}) {
        require(layout->rows > 0 && layout->columns > 0 && layout->leading >= std::int64_t(layout->rows),
                BLAS_INVALID_VALUE);
        // Rows in memory: neither the stand-in nor the real one's epilogues have them.
        require(layout->order == 0, BLAS_NOT_SUPPORTED);
    }
    bool transposesA = p.operation.transposeA != 0;
    bool transposesB = p.operation.transposeB != 0;
    p.m = long(p.d.rows);
    p.n = long(p.d.columns);
    p.k = long(transposesA ? p.a.rows : p.a.columns);
    require(long(transposesA ? p.a.columns : p.a.rows) == p.m, BLAS_INVALID_VALUE);
    require(long(transposesB ? p.b.rows : p.b.columns) == p.n, BLAS_INVALID_VALUE);
    require(long(transposesB ? p.b.columns : p.b.rows) == p.k, BLAS_INVALID_VALUE);
    require(p.c.type == p.d.type && p.c.rows == p.d.rows && p.c.columns == p.d.columns, BLAS_INVALID_VALUE);
    require(p.operation.pointerMode == 0, BLAS_NOT_SUPPORTED);
    require(isKnown(p.operation, p.a, p.b, p.d), BLAS_NOT_SUPPORTED);
    requireEpilogue(p.operation, p.d);
    return p;
}

// A number for what an algorithm was chosen for: it is for no other problem.
std::uint64_t numberOf(const Problem& p) {
    std::uint64_t number = 14695981039346656037u;
    for (std::uint64_t part :
         {std::uint64_t(p.operation.compute), std::uint64_t(p.operation.transposeA),
          std::uint64_t(p.operation.transposeB), std::uint64_t(p.operation.epilogue), std::uint64_t(p.a.type),
          std::uint64_t(p.d.type), std::uint64_t(p.m), std::uint64_t(p.n), std::uint64_t(p.k),
          std::uint64_t(p.a.leading), std::uint64_t(p.b.leading), std::uint64_t(p.c.leading),
          std::uint64_t(p.d.leading)}) {
        number = (number ^ part) * 1099511628211u;
    }
    return number;
}

struct Operands {
    const void* a;
    const void* b;
    void* c;
    void* d;
};

long bytesOf(const Layout& layout) {
    long size = layout.type == R_64F ? 8 : layout.type == R_32F ? 4 : 2;
    return ((long(layout.columns) - 1) * long(layout.leading) + long(layout.rows)) * size;
}

// Blocks of the real one read factors after others have written results: then what it computes is anything.
void requireApart(const Layout& factor, const void* from, const Layout& result, const void* to) {
    auto* first = static_cast<const char*>(from);
    auto* second = static_cast<const char*>(to);
    bool isApart = first + bytesOf(factor) <= second || second + bytesOf(result) <= first;
    if (!isApart) {
        say("cublasLtMatmul: a factor overlaps the result");
        refuse(BLAS_INVALID_VALUE);
    }
}

bool isAligned(const void* pointer, std::uint64_t alignment) {
    return reinterpret_cast<std::uintptr_t>(pointer) % alignment == 0;
}

// A factor in the type of the sums: itself, or a copy. Work runs one at a time, so one copy of each is enough.
template <typename T>
Matrix<const T> factor(const Layout& layout, const void* start, int transpose, std::vector<T>& copy) {
    Transposed transposed = transpose == 0 ? Transposed::NO : Transposed::YES;
    if (layout.type != R_16BF) {
        return {static_cast<const T*>(start), long(layout.leading), transposed};
    }
    copy.resize(layout.rows * layout.columns);
    Numbers<T> numbers{const_cast<void*>(start), true};
    for (std::uint64_t j = 0; j < layout.columns; j++) {
        for (std::uint64_t i = 0; i < layout.rows; i++) {
            copy[j * layout.rows + i] = numbers[long(j * std::uint64_t(layout.leading) + i)];
        }
    }
    return {copy.data(), long(layout.rows), transposed};
}

template <typename T>
Matrix<const T> behind(Matrix<const T> matrix, long depth, bool depthIsColumns) {
    matrix.start += depthIsColumns ? depth * matrix.leading : depth;
    return matrix;
}

// An algorithm that may add parts of a sum in a narrower type does so.
template <typename T>
void multiply(const Problem& p, bool narrows, Matrix<const T> a, Matrix<const T> b, T alpha, T beta, T* result) {
    Factors factors = p.operation.compute == COMPUTE_32F_FAST_TF32 ? Factors::TF32 : Factors::EXACT;
    long half = narrows ? p.k / 2 : 0;
    if (half > 0) {
        gemm<T>(p.m, p.n, half, alpha, a, b, beta, {result, p.m, Transposed::NO}, factors);
        std::for_each_n(result, p.m * p.n, [](T& value) { value = T(bfloat(toBfloat(float(value)))); });
        a = behind(a, half, p.operation.transposeA == 0);
        b = behind(b, half, p.operation.transposeB != 0);
    }
    gemm<T>(p.m, p.n, p.k - half, alpha, a, b, half > 0 ? T(1) : beta, {result, p.m, Transposed::NO}, factors);
}

template <typename T>
void run(const Context& context, const Problem& p, const Operands& at, bool narrows, T alpha, T beta) {
    static std::vector<T> copyA, copyB, result;
    constexpr const char* name = "cublasLtMatmul";
    const void* addresses[] = {at.a, at.b, at.c, at.d, p.operation.bias, p.operation.aux};
    for (int i = 0; i < 6; i++) {
        requireReachable(context, name, i, addresses[i]);
    }
    bool isBfloat = p.d.type == R_16BF;
    Numbers<T> c{at.c, isBfloat};
    result.assign(std::size_t(p.m) * std::size_t(p.n), T(0));
    for (long j = 0; beta != T(0) && j < p.n; j++) {
        for (long i = 0; i < p.m; i++) {
            result[std::size_t(j * p.m + i)] = c[j * long(p.c.leading) + i];
        }
    }
    multiply(p, narrows, factor(p.a, at.a, p.operation.transposeA, copyA),
             factor(p.b, at.b, p.operation.transposeB, copyB), alpha, beta, result.data());
    Mask mask{static_cast<unsigned char*>(p.operation.aux), long(p.operation.auxLeading)};
    finish<T>(p.operation.epilogue, p.m, p.n, result.data(), {p.operation.bias, isBfloat}, mask);
    Numbers<T> d{at.d, isBfloat};
    for (long j = 0; j < p.n; j++) {
        for (long i = 0; i < p.m; i++) {
            d.set(j * long(p.d.leading) + i, result[std::size_t(j * p.m + i)]);  // =
        }
    }
    for (const void* written : {const_cast<const void*>(at.d), const_cast<const void*>(p.operation.bias),
                                const_cast<const void*>(p.operation.aux)}) {
        requireIntact(name, written);
    }
}

template <typename T>
std::function<void(Context&)> work(
        const Problem& p, const Operands& at, const Algorithm& chosen, const void* alpha, const void* beta,
        void* workspace) {
    bool narrows = p.d.type == R_16BF && chosen.scheme != REDUCTION_COMPUTE_TYPE;
    T hostAlpha = *static_cast<const T*>(alpha);
    T hostBeta = *static_cast<const T*>(beta);
    std::uint64_t bytes = chosen.workspace;
    return [=](Context& context) {
        spoil(static_cast<char*>(workspace), bytes);
        run<T>(context, p, at, narrows, hostAlpha, hostBeta);
    };
}

}  // namespace

extern "C" Status cublasLtMatmulAlgoGetHeuristic(
        void* handle, void* description, void* a, void* b, void* c, void* d, void* preference, int requested,
        HeuristicResult* results, int* count) {
    return callBlas("cublasLtMatmulAlgoGetHeuristic", [&] {
        ltHandleOf(handle);
        require(requested > 0 && results != nullptr && count != nullptr, BLAS_INVALID_VALUE);
        *count = 0;
        Preference wanted = preferenceOf(preference);
        Problem p = problemOf(description, a, b, c, d);
        require(refusedEpilogues().count(int(p.operation.epilogue)) == 0, BLAS_NOT_SUPPORTED);
        Algorithm algorithm{};
        algorithm.id = 21;
        algorithm.tile = 20;
        algorithm.splits = 1;
        // The worst that the caller allows.
        algorithm.scheme = wanted.schemes & REDUCTION_OUTPUT_TYPE ? REDUCTION_OUTPUT_TYPE
                : wanted.schemes & REDUCTION_INPLACE              ? REDUCTION_INPLACE
                                                                  : REDUCTION_COMPUTE_TYPE;
        algorithm.problem = numberOf(p);
        algorithm.workspace = std::min(wanted.workspace, WORKSPACE_BYTES);
        std::copy_n(wanted.alignments, 4, algorithm.alignments);
        results[0] = {algorithm, algorithm.workspace, BLAS_SUCCESS, 1, {}};
        *count = 1;
    });
}

extern "C" Status cublasLtMatmulAlgoConfigGetAttribute(
        const Algorithm* algorithm, int attribute, void* value, std::size_t bytes, std::size_t* written) {
    return callBlas("cublasLtMatmulAlgoConfigGetAttribute", [&] {
        require(algorithm != nullptr && value != nullptr && bytes == sizeof(std::int32_t), BLAS_INVALID_VALUE);
        require(attribute >= 0 && attribute <= 3, BLAS_INVALID_VALUE);
        const std::int32_t settings[] = {algorithm->id, algorithm->tile, algorithm->splits, algorithm->scheme};
        *static_cast<std::int32_t*>(value) = settings[attribute];
        if (written != nullptr) {
            *written = bytes;
        }
    });
}

extern "C" Status cublasLtMatmul(
        void* handle, void* description, const void* alpha, const void* a, void* layoutA, const void* b, void* layoutB,
        const void* beta, void* c, void* layoutC, void* d, void* layoutD, const Algorithm* algorithm, void* workspace,
        std::size_t workspaceBytes, void* stream) {
    return callBlas("cublasLtMatmul", [&] {
        BlasHandle& own = ltHandleOf(handle);
        Problem p = problemOf(description, layoutA, layoutB, layoutC, layoutD);
        // The real one searches then; that takes time in each step, and is not wanted.
        require(algorithm != nullptr && algorithm->problem == numberOf(p), BLAS_INVALID_VALUE);
        require(alpha != nullptr && beta != nullptr, BLAS_INVALID_VALUE);
        require(workspaceBytes >= algorithm->workspace && isAligned(workspace, WORKSPACE_ALIGNMENT),
                BLAS_INVALID_VALUE);
        const void* operands[] = {a, b, c, d};
        for (int i = 0; i < 4; i++) {
            require(operands[i] != nullptr && isAligned(operands[i], algorithm->alignments[i]), BLAS_INVALID_VALUE);
        }
        requireApart(p.a, a, p.d, d);
        requireApart(p.b, b, p.d, d);
        std::shared_ptr<Context> context = currentContext();
        require(context == own.context && context->sticky == SUCCESS, BLAS_EXECUTION_FAILED);
        Operands at{a, b, c, d};
        auto job = p.isDouble() ? work<double>(p, at, *algorithm, alpha, beta, workspace)
                                : work<float>(p, at, *algorithm, alpha, beta, workspace);
        submit(*streamOf(stream, *context), {"cublasLtMatmul", Runs::ON_DEVICE, job, {}});
    });
}
