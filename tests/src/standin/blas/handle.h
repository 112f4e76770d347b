// A handle of cuBLAS.
#pragma once

#include <cstddef>
#include <memory>

#include "../driver/api.h"
#include "../driver/capture.h"

namespace standin {

enum class Scalars { ON_HOST, ON_DEVICE };

struct BlasHandle {
    std::shared_ptr<Context> context;
    void* stream = nullptr;
    Scalars scalars = Scalars::ON_HOST;
    int mathMode = 0;
    int atomicsMode = 0;
    char* workspace = nullptr;
    std::size_t workspaceBytes = 0;
};

// The handle, or a refusal.
BlasHandle& handleOf(void* handle);

// Runs a function of cuBLAS.
template <typename Body>
Status callBlas(const char* name, Body body) {
    std::lock_guard<std::recursive_mutex> locked(driverLock());
    if (Status status = enterFirstCall(name)) {
        return status;
    }
    try {
        body();
        return BLAS_SUCCESS;
    } catch (const Failure& failure) {
        // cuBLAS has no word for most of what goes wrong in the driver.
        return failure.status >= INVALID_DEVICE ? Status(BLAS_EXECUTION_FAILED) : failure.status;
    }
}

}  // namespace standin
