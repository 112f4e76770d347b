package dev.cresset.backend.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cresset.backend.Device;
import dev.cresset.tensor.Precision;
import dev.cresset.verify.Place;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// The same training on the CPU and on a GPU.
@Tag("cuda")
class CudaLikeCpuTest {
    @Test
    void theLossesOfATrainingAgreeStepByStep() {
        for (Precision precision : new Precision[] {Precision.FP32, Precision.FP64}) {
            try (Device cpu = Device.cpu(precision);
                    Device cuda = Place.openCuda(precision);
                    TinyRun here = new TinyRun(cpu);
                    TinyRun there = new TinyRun(cuda)) {
                for (int i = 0; i < 30; i++) {
                    here.feed(i);
                    there.feed(i);
                    here.step();
                    there.step();
                    // Sums are added in another order; what that changes grows from step to step.
                    double tolerance = 1e3 * (i + 1) * precision.roundoff();
                    assertEquals(here.loss(), there.loss(), tolerance, precision + ", step " + i);
                }
                assertTrue(here.loss() < 10, "the run is a real one");
            }
        }
    }
}
