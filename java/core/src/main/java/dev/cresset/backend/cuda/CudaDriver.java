package dev.cresset.backend.cuda;

import dev.cresset.backend.DeviceUnavailableException;
import dev.cresset.backend.Gpu;
import dev.cresset.nativeloader.CudaLibraries;
import dev.cresset.nativeloader.NativeLibraryException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import jcuda.driver.CUdevice;
import jcuda.driver.CUdevice_attribute;
import jcuda.driver.CUresult;
import jcuda.driver.JCudaDriver;
import jcuda.jcublas.JCublas2;

/// The driver of this machine, loaded and initialised, and the GPUs that it shows.
final class CudaDriver {
    private static final int LONGEST_NAME = 256;
    private static final int OLDEST_MAJOR = 8;
    private static final String NO_GPU = "no GPU: check nvidia-smi, CUDA_VISIBLE_DEVICES and, in a container, that the"
            + " GPU is passed on. To compute without a GPU, use device cpu.";

    private final CudaLibraries libraries;
    private final boolean hasGpus;

    private CudaDriver(CudaLibraries libraries, boolean hasGpus) {
        this.libraries = libraries;
        this.hasGpus = hasGpus;
    }

    /// @param wanted what it is opened for, such as `cuda:0`, for messages
    /// @throws DeviceUnavailableException if there is no driver or no cuBLAS; the message says what to do
    static CudaDriver open(String wanted) {
        CudaLibraries libraries;
        try {
            libraries = CudaLibraries.load();
        } catch (NativeLibraryException e) {
            throw new DeviceUnavailableException(
                    "Device " + wanted + " is not available: " + e.getMessage()
                            + " To compute without a GPU, use device cpu.",
                    e);
        }
        // Each status is looked at here, with what was asked for; see CudaStatus. The switch is one for the process:
        // where other code that uses JCuda turns it back on, failures are its plain exceptions.
        JCudaDriver.setExceptionsEnabled(false);
        JCublas2.setExceptionsEnabled(false);
        int status = JCudaDriver.cuInit(0);
        if (status != CUresult.CUDA_SUCCESS && status != CUresult.CUDA_ERROR_NO_DEVICE) {
            throw new DeviceUnavailableException("Device " + wanted + " is not available: the driver "
                    + libraries.driver() + " answers " + CudaStatus.name(status) + " (" + status + ") to cuInit. Check"
                    + " that the driver is installed and loaded: nvidia-smi should list the GPU.");
        }
        return new CudaDriver(libraries, status == CUresult.CUDA_SUCCESS);
    }

    /// The newest CUDA that the driver knows, such as `13.0`.
    String version() {
        int version = libraries.driverVersion();
        return version / 1000 + "." + version % 1000 / 10;
    }

    /// The major one of that version.
    int cudaMajor() {
        return libraries.driverVersion() / 1000;
    }

    /// The version of cuBLAS, such as `13.1.1`.
    String cublasVersion() {
        return libraries.cublasVersion();
    }

    /// The GPUs in the driver's order.
    List<Gpu> gpus() {
        int count = count();
        List<Gpu> gpus = new ArrayList<>();
        for (int ordinal = 0; ordinal < count; ordinal++) {
            gpus.add(gpu(ordinal));
        }
        return gpus;
    }

    /// @throws DeviceUnavailableException if there is no GPU of this number, or it is too old
    Gpu require(int ordinal) {
        if (ordinal < 0 || ordinal >= count()) {
            List<Gpu> gpus = gpus();
            throw new DeviceUnavailableException("Device cuda:" + ordinal + " is not available: the driver shows "
                    + (gpus.isEmpty() ? NO_GPU : gpus + "."));
        }
        Gpu gpu = gpu(ordinal);
        if (gpu.major() < OLDEST_MAJOR) {
            throw new DeviceUnavailableException("Device " + gpu + " is not available: Cresset needs a GPU of compute"
                    + " capability " + OLDEST_MAJOR + ".0 (Ampere) or newer, this one has " + gpu.major() + "."
                    + gpu.minor() + ". Use another GPU, or device cpu.");
        }
        return gpu;
    }

    private int count() {
        if (!hasGpus) {
            return 0;
        }
        int[] count = new int[1];
        CudaStatus.driver(JCudaDriver.cuDeviceGetCount(count), "cuDeviceGetCount", "this machine");
        return count[0];
    }

    /// The driver's handle of a GPU.
    static CUdevice handle(int ordinal) {
        CUdevice device = new CUdevice();
        CudaStatus.driver(JCudaDriver.cuDeviceGet(device, ordinal), "cuDeviceGet", "cuda:" + ordinal);
        return device;
    }

    /// Bytes of shared memory that a block may have at most, if its kernel asks for them.
    static int sharedOfBlock(int ordinal) {
        return attribute(
                handle(ordinal), ordinal, CUdevice_attribute.CU_DEVICE_ATTRIBUTE_MAX_SHARED_MEMORY_PER_BLOCK_OPTIN);
    }

    private static Gpu gpu(int ordinal) {
        CUdevice device = handle(ordinal);
        byte[] name = new byte[LONGEST_NAME];
        CudaStatus.driver(JCudaDriver.cuDeviceGetName(name, name.length, device), "cuDeviceGetName", "cuda:" + ordinal);
        long[] memory = new long[1];
        CudaStatus.driver(JCudaDriver.cuDeviceTotalMem(memory, device), "cuDeviceTotalMem", "cuda:" + ordinal);
        return new Gpu(
                ordinal,
                text(name),
                attribute(device, ordinal, CUdevice_attribute.CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR),
                attribute(device, ordinal, CUdevice_attribute.CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR),
                attribute(device, ordinal, CUdevice_attribute.CU_DEVICE_ATTRIBUTE_MULTIPROCESSOR_COUNT),
                memory[0]);
    }

    private static int attribute(CUdevice device, int ordinal, int attribute) {
        int[] value = new int[1];
        CudaStatus.driver(
                JCudaDriver.cuDeviceGetAttribute(value, attribute, device),
                "cuDeviceGetAttribute of " + CUdevice_attribute.stringFor(attribute),
                "cuda:" + ordinal);
        return value[0];
    }

    private static String text(byte[] bytes) {
        int length = 0;
        while (length < bytes.length && bytes[length] != 0) {
            length++;
        }
        return new String(bytes, 0, length, StandardCharsets.UTF_8);
    }
}
