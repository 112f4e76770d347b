// Handles of cuBLASLt, and the objects that describe a product.
#include "objects.h"

#include <cstring>

#include "../driver/control.h"

namespace standin {

namespace {

template <typename T>
Registry<T>& registry() {
    static Registry<T> all;
    return all;
}

template <typename T>
T& get(void* handle) {
    return *registry<T>().get(handle, BLAS_INVALID_VALUE);
}

template <typename T>
void create(void** handle, T made) {
    require(handle != nullptr, BLAS_INVALID_VALUE);
    *handle = registry<T>().add(std::make_shared<T>(made));
    liveDescriptions()++;
}

template <typename T>
Status destroy(const char* name, void* handle) {
    return callBlas(name, [&] {
        registry<T>().remove(handle, BLAS_INVALID_VALUE);
        liveDescriptions()--;
    });
}

// Sets a field from a caller's memory, of exactly its size.
template <typename T>
void set(T& field, const void* value, std::size_t bytes) {
    require(value != nullptr && bytes == sizeof(T), BLAS_INVALID_VALUE);
    std::memcpy(&field, value, bytes);
}

}  // namespace

BlasHandle& ltHandleOf(void* handle) {
    return *registry<BlasHandle>().get(handle, BLAS_NOT_INITIALIZED);
}

Operation& operationOf(void* handle) {
    return get<Operation>(handle);
}

Layout& layoutOf(void* handle) {
    return get<Layout>(handle);
}

Preference& preferenceOf(void* handle) {
    return get<Preference>(handle);
}

}  // namespace standin

using namespace standin;

extern "C" std::size_t cublasLtGetVersion() {
    return STANDIN_CUBLAS_VERSION;
}

extern "C" Status cublasLtCreate(void** handle) {
    return callBlas("cublasLtCreate", [&] {
        require(handle != nullptr, BLAS_INVALID_VALUE);
        std::shared_ptr<Context> context;
        try {
            context = currentContext();
        } catch (const Failure&) {
            refuse(BLAS_NOT_INITIALIZED);
        }
        require(context->sticky == SUCCESS, BLAS_NOT_INITIALIZED);
        // It may allocate and wait, which no capture survives.
        refuseIfCapturing(*context);
        auto made = std::make_shared<BlasHandle>();
        made->context = context;
        *handle = registry<BlasHandle>().add(made);
        liveHandles()++;
    });
}

extern "C" Status cublasLtDestroy(void* handle) {
    return callBlas("cublasLtDestroy", [&] {
        std::shared_ptr<BlasHandle> gone = registry<BlasHandle>().remove(handle, BLAS_NOT_INITIALIZED);
        liveHandles()--;
        require(gone->context->sticky == SUCCESS, BLAS_INTERNAL_ERROR);
        refuseIfCapturing(*gone->context);
    });
}

extern "C" Status cublasLtMatmulDescCreate(void** handle, int compute, int scale) {
    return callBlas("cublasLtMatmulDescCreate", [&] {
        Operation made{};
        made.compute = compute;
        made.scale = scale;
        create(handle, made);
    });
}

extern "C" Status cublasLtMatmulDescDestroy(void* handle) {
    return destroy<Operation>("cublasLtMatmulDescDestroy", handle);
}

extern "C" Status cublasLtMatmulDescSetAttribute(void* handle, int attribute, const void* value, std::size_t bytes) {
    return callBlas("cublasLtMatmulDescSetAttribute", [&] {
        Operation& own = operationOf(handle);
        switch (attribute) {
            case 0: return set(own.compute, value, bytes);
            case 1: return set(own.scale, value, bytes);
            case 2: return set(own.pointerMode, value, bytes);
            case 3: return set(own.transposeA, value, bytes);
            case 4: return set(own.transposeB, value, bytes);
            case 7: return set(own.epilogue, value, bytes);
            case 8: return set(own.bias, value, bytes);
            case 11: return set(own.aux, value, bytes);
            case 12: return set(own.auxLeading, value, bytes);
            case 26: return set(own.biasType, value, bytes);
            default: refuse(BLAS_INVALID_VALUE);
        }
    });
}

extern "C" Status cublasLtMatrixLayoutCreate(
        void** handle, int type, std::uint64_t rows, std::uint64_t columns, std::int64_t leading) {
    return callBlas("cublasLtMatrixLayoutCreate", [&] {
        create(handle, Layout{std::uint32_t(type), rows, columns, leading});
    });
}

extern "C" Status cublasLtMatrixLayoutDestroy(void* handle) {
    return destroy<Layout>("cublasLtMatrixLayoutDestroy", handle);
}

extern "C" Status cublasLtMatrixLayoutSetAttribute(void* handle, int attribute, const void* value, std::size_t bytes) {
    return callBlas("cublasLtMatrixLayoutSetAttribute", [&] {
        Layout& own = layoutOf(handle);
        switch (attribute) {
            case 0: return set(own.type, value, bytes);
            case 1: return set(own.order, value, bytes);
            case 2: return set(own.rows, value, bytes);
            case 3: return set(own.columns, value, bytes);
            case 4: return set(own.leading, value, bytes);
            default: refuse(BLAS_INVALID_VALUE);
        }
    });
}

extern "C" Status cublasLtMatmulPreferenceCreate(void** handle) {
    return callBlas("cublasLtMatmulPreferenceCreate", [&] { create(handle, Preference{}); });
}

extern "C" Status cublasLtMatmulPreferenceDestroy(void* handle) {
    return destroy<Preference>("cublasLtMatmulPreferenceDestroy", handle);
}

extern "C" Status cublasLtMatmulPreferenceSetAttribute(
        void* handle, int attribute, const void* value, std::size_t bytes) {
    return callBlas("cublasLtMatmulPreferenceSetAttribute", [&] {
        Preference& own = preferenceOf(handle);
        switch (attribute) {
            case 1: return set(own.workspace, value, bytes);
            case 3: return set(own.schemes, value, bytes);
            case 5:
            case 6:
            case 7:
            case 8: return set(own.alignments[attribute - 5], value, bytes);
            default: refuse(BLAS_INVALID_VALUE);
        }
    });
}
