// What a caller of cuBLASLt describes a product with. Numbers are those of cublasLt.h, cublas_api.h and library_types.h
// of CUDA 13.
#pragma once

#include <cstddef>
#include <cstdint>

#include "../blas/handle.h"

namespace standin {

enum Type { R_32F = 0, R_64F = 1, R_16BF = 14 };

enum Compute {
    COMPUTE_32F = 68,
    COMPUTE_32F_PEDANTIC = 69,
    COMPUTE_64F = 70,
    COMPUTE_64F_PEDANTIC = 71,
    COMPUTE_32F_FAST_TF32 = 77,
};

// An epilogue is a sum of these.
enum Epilogue {
    EPILOGUE_DEFAULT = 1,
    EPILOGUE_RELU = 2,
    EPILOGUE_BIAS = 4,
    EPILOGUE_DRELU = 8,
    EPILOGUE_BGRAD = 16,
    EPILOGUE_AUX = 128,
};

enum ReductionScheme { REDUCTION_INPLACE = 1, REDUCTION_COMPUTE_TYPE = 2, REDUCTION_OUTPUT_TYPE = 4 };

struct Operation {
    std::int32_t compute;
    std::int32_t scale;
    std::int32_t pointerMode = 0;
    std::int32_t transposeA = 0;
    std::int32_t transposeB = 0;
    std::uint32_t epilogue = EPILOGUE_DEFAULT;
    void* bias = nullptr;
    void* aux = nullptr;
    std::int64_t auxLeading = 0;
    std::int32_t biasType = -1;
};

struct Layout {
    std::uint32_t type;
    std::uint64_t rows;
    std::uint64_t columns;
    std::int64_t leading;
    std::int32_t order = 0;
};

struct Preference {
    std::uint64_t workspace = 0;
    std::uint32_t schemes = 7;
    std::uint32_t alignments[4] = {256, 256, 256, 256};
};

// As a caller sees it: 64 bytes, which he may copy. The stand-in has one algorithm, and notes in it what it is for.
struct Algorithm {
    std::int32_t id;
    std::int32_t tile;
    std::int32_t splits;
    std::int32_t scheme;
    std::uint64_t problem;
    std::uint64_t workspace;
    std::uint32_t alignments[4];
    std::uint64_t reserved[2];
};
static_assert(sizeof(Algorithm) == 64, "cublasLtMatmulAlgo_t");

struct HeuristicResult {
    Algorithm algorithm;
    std::size_t workspace;
    Status state;
    float waves;
    int reserved[4];
};
static_assert(sizeof(HeuristicResult) == 96 && offsetof(HeuristicResult, state) == 72,
              "cublasLtMatmulHeuristicResult_t");

// The object behind a handle, or a refusal.
BlasHandle& ltHandleOf(void* handle);
Operation& operationOf(void* handle);
Layout& layoutOf(void* handle);
Preference& preferenceOf(void* handle);

}  // namespace standin
