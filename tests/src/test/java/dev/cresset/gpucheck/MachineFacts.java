package dev.cresset.gpucheck;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.cresset.backend.Device;
import dev.cresset.backend.DeviceUnavailableException;
import dev.cresset.backend.Gpu;
import dev.cresset.kernels.KernelImage;
import dev.cresset.nativeloader.CudaLibraries;
import dev.cresset.tensor.Precision;
import java.util.List;
import jcuda.jcublas.JCublas2;
import jcuda.jcublas.cublasHandle;

/// What computes here, as one line of JSON. A program of its own: a driver that crashes does not take the report along.
public final class MachineFacts {
    private MachineFacts() {}

    public static void main(String[] args) {
        JsonObject facts = new JsonObject();
        facts.addProperty("kernels_nvcc", KernelImage.manifest().nvcc());
        facts.addProperty("kernels_source", KernelImage.manifest().sourceHash());
        try {
            List<Gpu> gpus = Device.gpus();
            JsonArray names = new JsonArray();
            gpus.forEach(gpu -> names.add(gpu.toString()));
            facts.addProperty("gpu", gpus.getFirst().name());
            facts.add("gpus", names);
            CudaLibraries libraries = CudaLibraries.load();
            facts.addProperty("cuda", version(libraries.driverVersion()));
            facts.addProperty("driver_library", libraries.driver());
            facts.addProperty("cublas_library", libraries.cublas());
            facts.addProperty("cublas", cublas());
        } catch (DeviceUnavailableException e) {
            facts.addProperty("problem", e.getMessage());
        }
        System.out.println(facts);
    }

    /// 13000 is 13.0.
    private static String version(int number) {
        return number / 1000 + "." + number % 1000 / 10;
    }

    /// 130101 is 13.1.1; before 11 it was 10201 for 10.2.1, which the loader does not take.
    private static String cublas() {
        int[] version = {0};
        try (Device _ = Device.cuda(0, Precision.FP32)) {
            cublasHandle handle = new cublasHandle();
            JCublas2.cublasCreate(handle);
            JCublas2.cublasGetVersion(handle, version);
            JCublas2.cublasDestroy(handle);
            return version[0] / 10000 + "." + version[0] / 100 % 100 + "." + version[0] % 100;
        } catch (RuntimeException e) {
            return "not known: " + e.getMessage();
        }
    }
}
