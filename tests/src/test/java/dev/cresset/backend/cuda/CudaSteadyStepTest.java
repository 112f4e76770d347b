package dev.cresset.backend.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.cresset.backend.Device;
import dev.cresset.backend.Recording;
import dev.cresset.kernels.Kernel;
import dev.cresset.kernels.Real;
import dev.cresset.standin.Holdings;
import dev.cresset.standin.Standin;
import dev.cresset.tensor.Precision;
import dev.cresset.verify.DeviceCheck;
import dev.cresset.verify.Place;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// What a step costs in calls and memory, counted on the stand-in driver.
@Tag("cuda")
@Tag("standin")
class CudaSteadyStepTest {
    /// Bytes of Java heap a step: JCuda makes a few small objects of its own; no array of the data's size fits.
    private static final long SMALL = 1024;

    @AfterEach
    void forget() {
        if (Standin.isBuilt()) {
            Standin.reset();
        }
    }

    @Test
    void aSteadyStepAllocatesNothingOnTheDeviceAndWaitsForNothing() {
        try (Device device = Place.openCuda(Precision.FP32);
                TinyRun run = new TinyRun(device)) {
            run.step();
            Standin.reset();
            run.step();
            for (String call : List.of(
                    "cuMemAlloc_v2", "cuMemFree_v2", "cuMemHostAlloc", "cuStreamSynchronize", "cuMemcpyDtoHAsync_v2")) {
                assertEquals(0, Standin.calls(call), call);
            }
            long launches = Standin.calls("cuLaunchKernel");
            assertTrue(launches > 10 && launches < 40, launches + " launches");
            assertEquals(5, Standin.calls("cublasSgemm_v2"), "two products forward, three backward");
        }
    }

    @Test
    void aRecordedStepIsOneCall() {
        try (Device device = Place.openCuda(Precision.FP32);
                TinyRun run = new TinyRun(device)) {
            run.step();
            try (Recording recording = run.record()) {
                recording.replay();
                Standin.reset();
                recording.replay();
                assertEquals(1, Standin.calls("cuGraphLaunch"));
                assertEquals(0, Standin.calls("cuLaunchKernel"));
                assertEquals(0, Standin.calls("cublasSgemm_v2"));
            }
        }
    }

    @Test
    void aSteadyStepLeavesNoGarbageInJava() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        try (Device device = Place.openCuda(Precision.FP32);
                TinyRun run = new TinyRun(device)) {
            for (int i = 0; i < 50; i++) {
                run.step();
            }
            long[] bytes = new long[20];
            for (int i = 0; i < bytes.length; i++) {
                long before = threads.getCurrentThreadAllocatedBytes();
                run.step();
                bytes[i] = threads.getCurrentThreadAllocatedBytes() - before;
            }
            Arrays.sort(bytes);
            assertTrue(bytes[bytes.length / 2] <= SMALL, "a step allocates " + Arrays.toString(bytes) + " bytes");
        }
    }

    @Test
    void everyKernelOfTheTableRunsInTheChecksOfDevices() {
        List<String> idle = new ArrayList<>();
        for (Real real : Real.values()) {
            Arrays.stream(Kernel.values())
                    .filter(kernel -> kernel.exists(real))
                    .forEach(kernel -> idle.add(kernel.symbol(real)));
        }
        for (Precision precision : Precision.values()) {
            try (Device device = Place.openCuda(precision)) {
                Standin.reset();
                DeviceCheck.run(device);
                idle.removeIf(symbol -> Standin.calls(symbol) > 0);
            }
        }
        assertEquals(List.of(), idle);
    }

    @Test
    void closingADeviceGivesEverythingBack() {
        Place.openCuda(Precision.FP32).close();
        Standin.reset();
        Holdings before = Holdings.now();
        for (int i = 0; i < 20; i++) {
            Device device = Place.openCuda(Precision.FP64);
            TinyRun run = new TinyRun(device);
            run.step();
            run.record();
            device.close();
            device.close();
            run.close();
        }
        before.assertUnchanged("after twenty devices");
    }
}
