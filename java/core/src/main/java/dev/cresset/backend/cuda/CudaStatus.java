package dev.cresset.backend.cuda;

import dev.cresset.backend.DeviceFailedException;
import jcuda.driver.CUresult;
import jcuda.jcublas.cublasStatus;

/// What the driver and cuBLAS answer. JCuda can throw by itself, but knows neither sizes nor device, and not every call
/// of it does: so each answer is looked at here.
final class CudaStatus {
    private CudaStatus() {}

    /// Throws unless the driver has answered well.
    ///
    /// @param call the function of the driver, and on what, such as `cuMemAlloc of 512 bytes`
    /// @param where the device
    static void driver(int status, String call, Object where) {
        if (status != CUresult.CUDA_SUCCESS) {
            throw new DeviceFailedException(
                    call + " failed on " + where + ": " + name(status) + " (" + status + "). " + remedy(status));
        }
    }

    /// Throws unless cuBLAS has answered well.
    static void blas(int status, String call, Object where) {
        if (status != cublasStatus.CUBLAS_STATUS_SUCCESS) {
            String remedy = status == cublasStatus.CUBLAS_STATUS_ALLOC_FAILED
                    ? "The GPU is out of memory: free some, or use smaller batches."
                    : "Check with nvidia-smi that the GPU has memory left, and that cuBLAS is not of a newer CUDA than"
                            + " the driver (`cresset doctor` lists both).";
            throw new DeviceFailedException(call + " failed on " + where + ": " + cublasStatus.stringFor(status) + " ("
                    + status + "). " + remedy);
        }
    }

    /// The name of a status of the driver.
    static String name(int status) {
        return CUresult.stringFor(status);
    }

    private static String remedy(int status) {
        return switch (status) {
            case CUresult.CUDA_ERROR_OUT_OF_MEMORY ->
                "The GPU is out of memory: close what is not needed, use smaller batches, or look with nvidia-smi at"
                        + " what else holds it.";
            case CUresult.CUDA_ERROR_ILLEGAL_ADDRESS,
                    CUresult.CUDA_ERROR_LAUNCH_TIMEOUT,
                    CUresult.CUDA_ERROR_ASSERT,
                    CUresult.CUDA_ERROR_HARDWARE_STACK_ERROR,
                    CUresult.CUDA_ERROR_ILLEGAL_INSTRUCTION,
                    CUresult.CUDA_ERROR_MISALIGNED_ADDRESS,
                    CUresult.CUDA_ERROR_INVALID_ADDRESS_SPACE,
                    CUresult.CUDA_ERROR_INVALID_PC,
                    CUresult.CUDA_ERROR_LAUNCH_FAILED ->
                "A kernel launched earlier failed, and with it all devices on this GPU in this program are lost: start"
                        + " the program again. To learn which kernel, run without recording and with"
                        + " CUDA_LAUNCH_BLOCKING=1, and report it.";
            case CUresult.CUDA_ERROR_ECC_UNCORRECTABLE ->
                "The GPU's memory has a defect: look at nvidia-smi and at the system's log.";
            default -> "Look at nvidia-smi, and compare the driver with what `cresset doctor` lists.";
        };
    }
}
