package dev.cresset.backend.cuda;

import dev.cresset.backend.DeviceUnavailableException;
import dev.cresset.backend.Gpu;
import dev.cresset.kernels.Kernel;
import dev.cresset.kernels.KernelImage;
import dev.cresset.kernels.Manifest;
import dev.cresset.kernels.Real;
import dev.cresset.nativeloader.FileCache;
import dev.cresset.nativeloader.NativeLibraryException;
import dev.cresset.nativeloader.Nvrtc;
import dev.cresset.tensor.Precision;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import jcuda.driver.CUfunction;
import jcuda.driver.CUmodule;
import jcuda.driver.CUresult;
import jcuda.driver.JCudaDriver;
import org.jspecify.annotations.Nullable;

/// The kernels on one GPU. The first of these that its driver takes:
///
/// 1. the image that was compiled for its architecture, or for the same major one,
/// 2. the image as PTX, which the driver compiles (and caches),
/// 3. the sources, compiled by NVRTC where the machine has it, and cached by their hash and the architecture.
final class CudaKernels {
    private final CUmodule module;
    private final CUfunction[] functions;
    private final String origin;

    private CudaKernels(CUmodule module, CUfunction[] functions, String origin) {
        this.module = module;
        this.functions = functions;
        this.origin = origin;
    }

    /// The kernels' number type for a precision.
    static Real real(Precision precision) {
        return precision == Precision.FP64 ? Real.F64 : Real.F32;
    }

    /// Loads the kernels; the context is entered.
    ///
    /// @param cudaMajor the CUDA that the driver is for
    /// @throws DeviceUnavailableException if no form of them fits this GPU and driver; the message says what was tried
    static CudaKernels load(CudaContext context, Real real, int cudaMajor) {
        Gpu gpu = context.gpu();
        List<String> refused = new ArrayList<>();
        CudaKernels kernels = of(context, real, KernelImage.cubin(gpu.major(), gpu.minor()), "image", refused);
        if (kernels == null) {
            kernels = of(context, real, KernelImage.ptx(), "PTX", refused);
        }
        if (kernels == null) {
            kernels = of(context, real, compiled(gpu, refused), "NVRTC", refused);
        }
        if (kernels == null) {
            throw new DeviceUnavailableException("Device " + gpu + " is not available: its kernels cannot be loaded ("
                    + String.join("; ", refused) + "). " + remedy(KernelImage.manifest(), cudaMajor));
        }
        return kernels;
    }

    /// What to do where no form of the kernels fits.
    static String remedy(Manifest manifest, int cudaMajor) {
        return (manifest.isCompiled()
                        ? "Update the driver"
                        : "This build was made without nvcc and has no compiled kernels: build it where there is one"
                                + " (13.0 or newer)")
                + ", or install NVRTC of CUDA " + cudaMajor + " (it is in the toolkit, and in pip's "
                + (cudaMajor < 13 ? "nvidia-cuda-nvrtc-cu12" : "nvidia-cuda-nvrtc")
                + "), which compiles them for this GPU on first use.";
    }

    private static @Nullable CudaKernels of(
            CudaContext context, Real real, Optional<byte[]> image, String form, List<String> refused) {
        if (image.isEmpty()) {
            refused.add("no " + form + " for " + context.gpu().architecture());
            return null;
        }
        // Looking for NVRTC may have waited.
        context.enter();
        CUmodule module = new CUmodule();
        int status = JCudaDriver.cuModuleLoadData(module, image.get());
        if (fitsNot(status)) {
            refused.add(form + ": " + CudaStatus.name(status));
            return null;
        }
        context.check(status, "cuModuleLoadData of the kernels (" + form + ")");
        CUfunction[] functions = new CUfunction[Kernel.values().length];
        for (Kernel kernel : Kernel.values()) {
            if (!kernel.exists(real)) {
                continue;
            }
            CUfunction function = new CUfunction();
            status = JCudaDriver.cuModuleGetFunction(function, module, kernel.symbol(real));
            if (status != CUresult.CUDA_SUCCESS) {
                JCudaDriver.cuModuleUnload(module);
                if (fitsNot(status)) {
                    refused.add(form + ": " + CudaStatus.name(status));
                    return null;
                }
                context.check(status, "cuModuleGetFunction of " + kernel.symbol(real));
            }
            functions[kernel.ordinal()] = function;
        }
        return new CudaKernels(module, functions, form + " for " + context.gpu().architecture());
    }

    private static boolean fitsNot(int status) {
        return switch (status) {
            case CUresult.CUDA_ERROR_NO_BINARY_FOR_GPU,
                    CUresult.CUDA_ERROR_INVALID_IMAGE,
                    CUresult.CUDA_ERROR_INVALID_PTX,
                    CUresult.CUDA_ERROR_UNSUPPORTED_PTX_VERSION,
                    CUresult.CUDA_ERROR_JIT_COMPILER_NOT_FOUND,
                    CUresult.CUDA_ERROR_JIT_COMPILATION_DISABLED -> true;
            default -> false;
        };
    }

    private static Optional<byte[]> compiled(Gpu gpu, List<String> refused) {
        try {
            Optional<Nvrtc> found = Nvrtc.find();
            if (found.isEmpty()) {
                return Optional.empty();
            }
            Nvrtc nvrtc = found.get();
            String architecture = gpu.architecture();
            String key = KernelImage.manifest().sourceHash() + "-" + architecture + "-nvrtc" + nvrtc.version();
            List<String> options = List.of("-std=c++17", "-arch=" + architecture);
            return Optional.of(new FileCache("kernels")
                    .get(key, () -> nvrtc.compile("kernels.cu", KernelImage.source(), KernelImage.headers(), options)));
        } catch (NativeLibraryException e) {
            refused.add(e.getMessage());
            return Optional.empty();
        }
    }

    /// One for each kernel, in the order of the enum; null where it does not exist for this type of number.
    CUfunction[] functions() {
        return functions;
    }

    /// Which form was loaded, such as `image for sm_90`.
    String origin() {
        return origin;
    }

    /// Gives the module back; see [CudaContext#close] about errors.
    void close() {
        JCudaDriver.cuModuleUnload(module);
    }
}
