package dev.cresset.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.cresset.nativeloader.Nvrtc;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Where no image fits, NVRTC compiles the sources in the jar; it needs no GPU for that. It has no headers but ours.
class CompiledOnTheSpotTest {
    @ParameterizedTest
    @ValueSource(ints = {80, 90})
    void nvrtcMakesTheKernelsOfTheTable(int architecture) {
        Optional<Nvrtc> nvrtc = Nvrtc.find();
        Assumptions.assumeTrue(
                nvrtc.isPresent(),
                "NVRTC was not found; it comes with a CUDA toolkit or with pip's nvidia-cuda-nvrtc, and"
                        + " CRESSET_CUDA_NVRTC names its place");
        byte[] bytes = nvrtc.get()
                .compile(
                        "kernels.cu",
                        KernelImage.source(),
                        KernelImage.headers(),
                        List.of("-arch=sm_" + architecture, "-std=c++17"));
        Cubin cubin = Cubin.read(bytes);
        assertEquals(architecture, cubin.architecture());
        KernelTable.assertIs(cubin.kernels(), "what NVRTC " + nvrtc.get().version() + " compiled");
    }
}
