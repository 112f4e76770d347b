// Handles of cuBLAS, and what can be set and asked of them.
#include "handle.h"

#include "../driver/capture.h"
#include "../driver/control.h"

namespace standin {

namespace {

constexpr std::uintptr_t WORKSPACE_ALIGNMENT = 256;

Registry<BlasHandle>& handles() {
    static Registry<BlasHandle> all;
    return all;
}

}  // namespace

BlasHandle& handleOf(void* handle) {
    return *handles().get(handle, BLAS_NOT_INITIALIZED);
}

}  // namespace standin

using namespace standin;

extern "C" Status cublasCreate_v2(void** handle) {
    return callBlas("cublasCreate_v2", [&] {
        require(handle != nullptr, BLAS_INVALID_VALUE);
        std::shared_ptr<Context> context;
        try {
            context = currentContext();
        } catch (const Failure&) {
            refuse(BLAS_NOT_INITIALIZED);
        }
        require(context->sticky == SUCCESS, BLAS_NOT_INITIALIZED);
        // Making and ending a handle waits for the whole context, which no capture survives, in whatever mode.
        refuseIfCapturing(*context);
        auto made = std::make_shared<BlasHandle>();
        made->context = context;
        *handle = handles().add(made);
        liveHandles()++;
    });
}

extern "C" Status cublasDestroy_v2(void* handle) {
    return callBlas("cublasDestroy_v2", [&] {
        std::shared_ptr<BlasHandle> gone = handles().remove(handle, BLAS_NOT_INITIALIZED);
        liveHandles()--;
        require(gone->context->sticky == SUCCESS, BLAS_INTERNAL_ERROR);
        refuseIfCapturing(*gone->context);
    });
}

extern "C" Status cublasSetStream_v2(void* handle, void* stream) {
    return callBlas("cublasSetStream_v2", [&] {
        BlasHandle& own = handleOf(handle);
        own.stream = stream;
        // As documented: the workspace is cuBLAS's own again.
        own.workspace = nullptr;
        own.workspaceBytes = 0;
    });
}

extern "C" Status cublasGetStream_v2(void* handle, void** stream) {
    return callBlas("cublasGetStream_v2", [&] { *stream = handleOf(handle).stream; });
}

extern "C" Status cublasSetWorkspace_v2(void* handle, void* workspace, std::size_t bytes) {
    return callBlas("cublasSetWorkspace_v2", [&] {
        BlasHandle& own = handleOf(handle);
        require(reinterpret_cast<std::uintptr_t>(workspace) % WORKSPACE_ALIGNMENT == 0, BLAS_INVALID_VALUE);
        own.workspace = static_cast<char*>(workspace);
        own.workspaceBytes = bytes;
    });
}

extern "C" Status cublasSetPointerMode_v2(void* handle, int pointerMode) {
    return callBlas("cublasSetPointerMode_v2", [&] {
        require(pointerMode == 0 || pointerMode == 1, BLAS_INVALID_VALUE);
        handleOf(handle).scalars = pointerMode == 0 ? Scalars::ON_HOST : Scalars::ON_DEVICE;
    });
}

extern "C" Status cublasGetPointerMode_v2(void* handle, int* pointerMode) {
    return callBlas("cublasGetPointerMode_v2", [&] { *pointerMode = int(handleOf(handle).scalars); });
}

extern "C" Status cublasSetMathMode(void* handle, int mathMode) {
    return callBlas("cublasSetMathMode", [&] {
        constexpr int DISALLOW_REDUCED_PRECISION = 16;
        require((mathMode & ~DISALLOW_REDUCED_PRECISION) >= 0 && (mathMode & ~DISALLOW_REDUCED_PRECISION) <= 4,
                BLAS_INVALID_VALUE);
        handleOf(handle).mathMode = mathMode;
    });
}

extern "C" Status cublasGetMathMode(void* handle, int* mathMode) {
    return callBlas("cublasGetMathMode", [&] { *mathMode = handleOf(handle).mathMode; });
}

extern "C" Status cublasSetAtomicsMode(void* handle, int atomicsMode) {
    return callBlas("cublasSetAtomicsMode", [&] { handleOf(handle).atomicsMode = atomicsMode; });
}

extern "C" Status cublasGetAtomicsMode(void* handle, int* atomicsMode) {
    return callBlas("cublasGetAtomicsMode", [&] { *atomicsMode = handleOf(handle).atomicsMode; });
}

extern "C" Status cublasGetVersion_v2(void*, int* version) {
    return callBlas("cublasGetVersion_v2", [&] { *version = STANDIN_CUBLAS_VERSION; });
}

extern "C" Status cublasGetProperty(int property, int* value) {
    return callBlas("cublasGetProperty", [&] {
        require(property >= 0 && property <= 2, BLAS_INVALID_VALUE);
        constexpr int parts[] = {
            STANDIN_CUBLAS_VERSION / 10000, STANDIN_CUBLAS_VERSION / 100 % 100, STANDIN_CUBLAS_VERSION % 100};
        *value = parts[property];
    });
}

extern "C" const char* cublasGetStatusName(Status status) {
    switch (status) {
        case BLAS_SUCCESS: return "CUBLAS_STATUS_SUCCESS";
        case BLAS_NOT_INITIALIZED: return "CUBLAS_STATUS_NOT_INITIALIZED";
        case BLAS_ALLOC_FAILED: return "CUBLAS_STATUS_ALLOC_FAILED";
        case BLAS_INVALID_VALUE: return "CUBLAS_STATUS_INVALID_VALUE";
        case BLAS_EXECUTION_FAILED: return "CUBLAS_STATUS_EXECUTION_FAILED";
        case BLAS_INTERNAL_ERROR: return "CUBLAS_STATUS_INTERNAL_ERROR";
        case BLAS_NOT_SUPPORTED: return "CUBLAS_STATUS_NOT_SUPPORTED";
        default: return "CUBLAS_STATUS_UNKNOWN";
    }
}

extern "C" const char* cublasGetStatusString(Status status) {
    return cublasGetStatusName(status);
}
