package dev.cresset.backend.cuda;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cresset.kernels.Manifest;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Where no kernels can be loaded, the advice is for what this build lacks.
class KernelsRemedyTest {
    @Test
    void aBuildWithoutKernelsIsAdvisedToBuildThem() {
        Manifest sources = new Manifest("", "none", List.of(), "none", List.of());
        String remedy = CudaKernels.remedy(sources, 12);
        assertTrue(
                remedy.startsWith("This build was made without nvcc and has no compiled kernels: build it where"),
                remedy);
        assertTrue(remedy.contains("or install NVRTC of CUDA 12") && remedy.contains("nvidia-cuda-nvrtc-cu12"), remedy);
    }

    @Test
    void aBuildWithKernelsIsAdvisedToUpdateTheDriver() {
        Manifest compiled = new Manifest("", "13.0.88", List.of("sm_90"), "8.0", List.of());
        String remedy = CudaKernels.remedy(compiled, 13);
        assertTrue(remedy.startsWith("Update the driver, or install NVRTC of CUDA 13"), remedy);
        assertTrue(remedy.contains("nvidia-cuda-nvrtc)"), remedy);
    }
}
