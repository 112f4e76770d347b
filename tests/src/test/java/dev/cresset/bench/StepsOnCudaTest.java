package dev.cresset.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cresset.backend.Device;
import dev.cresset.standin.Standin;
import dev.cresset.tensor.Precision;
import dev.cresset.verify.Place;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// What is timed on a GPU is steps and nothing else, counted on the stand-in driver.
@Tag("cuda")
@Tag("standin")
class StepsOnCudaTest {
    @AfterEach
    void forget() {
        if (Standin.isBuilt()) {
            Standin.reset();
        }
    }

    @Test
    void aLotOfStepsIsOneLaunchAtMostAndNoWaitNoCopyNoAllocation() {
        for (Workload workload : Workloads.small()) {
            try (Device device = Place.openCuda(Precision.FP32);
                    Trainee trainee = new Trainee(workload, device, workload.pool());
                    Steps steps = trainee.steps(workload.together(), workload.pool())) {
                steps.run(3);
                steps.await();
                Standin.reset();
                steps.run(5);
                long launches = calls("cuGraphLaunch", "cuLaunchKernel", "cublasSgemm_v2", "cublasGemmEx");
                assertTrue(launches > 0 && launches <= 5, workload.key() + ": " + launches);
                assertEquals(
                        0,
                        calls(
                                "cuMemAlloc_v2",
                                "cuMemFree_v2",
                                "cuMemHostAlloc",
                                "cuStreamSynchronize",
                                "cuMemcpyHtoDAsync_v2",
                                "cuMemcpyDtoHAsync_v2"),
                        workload.key());
            }
        }
    }

    private static long calls(String... names) {
        return List.of(names).stream().mapToLong(Standin::calls).sum();
    }
}
