package dev.cresset.backend.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cresset.backend.Choice;
import dev.cresset.backend.Device;
import dev.cresset.backend.DeviceFailedException;
import dev.cresset.backend.DeviceMemoryException;
import dev.cresset.backend.DeviceUnavailableException;
import dev.cresset.backend.Recording;
import dev.cresset.standin.Holdings;
import dev.cresset.standin.Standin;
import dev.cresset.tensor.Precision;
import dev.cresset.tensor.Tensor;
import dev.cresset.verify.Place;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Every call of the driver and of cuBLAS that a training makes fails once, in turn: a typed exception each time,
/// nothing left behind, and the next device works.
@Tag("cuda")
@Tag("standin")
class CudaFailuresTest {
    private static final int LAUNCH_FAILED = 719;

    private Holdings before;

    @BeforeEach
    void look() {
        Place.openCuda(Precision.FP32).close();
        Standin.reset();
        before = Holdings.now();
    }

    @AfterEach
    void forget() {
        Contexts.end();
    }

    @Test
    void eachCallOfATrainingFailsInTurnCleanly() {
        train();
        long calls = Standin.calls("*");
        assertTrue(calls > 100, "a training makes only " + calls + " calls");
        int noticed = 0;
        for (long nth = 1; nth <= calls; nth++) {
            Standin.reset();
            Standin.fail("*", nth, LAUNCH_FAILED);
            boolean refused = false;
            try {
                train();
            } catch (DeviceFailedException | DeviceUnavailableException | DeviceMemoryException e) {
                refused = true;
                noticed++;
                assertTrue(e.getMessage().matches("(?s).*(cuda:0|this machine).*"), e.getMessage());
            }
            Standin.reset();
            String when = "after call " + nth + " of " + calls + " failed";
            if (refused) {
                before.assertUnchanged(when);
            } else {
                before.assertAtMostOneIsLeft(when);
            }
            before = Holdings.now();
        }
        assertTrue(noticed > calls * 4 / 5, noticed + " of " + calls + " failures were noticed");
        System.out.println("failed in turn: " + calls + " calls, " + noticed + " noticed, nothing else leaked");
        train();
    }

    @Test
    void aMessageNamesCallKernelSizesAndDevice() {
        try (Device device = Place.openCuda(Precision.FP32)) {
            Tensor x = device.tensor(3, 5);
            Standin.fail("cuLaunchKernel", 1, 701);
            DeviceFailedException thrown =
                    assertThrows(DeviceFailedException.class, () -> device.ops().fill(x, 0.5));
            for (String part : List.of(
                    "cuLaunchKernel of fill_f32", "0.5, 15", "cuda:0", "CUDA_ERROR_LAUNCH_OUT_OF_RESOURCES (701)")) {
                assertTrue(thrown.getMessage().contains(part), thrown.getMessage());
            }
            Tensor square = device.tensor(5, 5);
            Standin.fail("cublasSgemm_v2", 1, 13);
            thrown = assertThrows(DeviceFailedException.class, () -> device.ops()
                    .linear(x, square, device.tensor(1, 5), device.tensor(3, 5)));
            assertTrue(thrown.getMessage().contains("cublasSgemm of 3×5 by 5×5"), thrown.getMessage());
        }
    }

    @Test
    void aKernelThatFailsIsSeenAtTheNextReadAndANewDeviceWorks() {
        try (Device device = Place.openCuda(Precision.FP32)) {
            Tensor x = device.tensor(3, 5);
            Standin.fail("fill_f32", 1, 700);
            DeviceFailedException thrown = assertThrows(DeviceFailedException.class, () -> {
                device.ops().fill(x, 1);
                x.toArray();
            });
            assertTrue(thrown.getMessage().contains("CUDA_ERROR_ILLEGAL_ADDRESS"), thrown.getMessage());
            assertThrows(DeviceFailedException.class, x::toArray, "the error stays");
        }
        Standin.reset();
        assertEquals(List.of(), before.changes());
        train();
    }

    @Test
    void outOfMemorySaysHowMuchWasWantedAndHeldAndTheDeviceStaysUsable() {
        try (Device device = Place.openCuda(Precision.FP32)) {
            Standin.memory(64 << 20);
            Tensor small = device.tensor(1000, 1000);
            DeviceMemoryException thrown =
                    assertThrows(DeviceMemoryException.class, () -> device.tensor(10_000, 10_000));
            for (String part : List.of(
                    "could not allocate 381.5 MiB (400000000 bytes)", "holds 35.9 MiB", "of the GPU's 64.0 MiB")) {
                assertTrue(thrown.getMessage().contains(part), thrown.getMessage());
            }
            assertEquals(0, small.get(999, 999));
            device.tensor(10, 10);
        }
    }

    @Test
    void aGpuThatCannotBeOpenedIsUnavailableAndAutoSaysWhyItTookTheCpu() {
        for (String call : List.of("cuDevicePrimaryCtxRetain", "cublasCreate_v2", "cuModuleGetFunction")) {
            Standin.fail(call, 1, 2);
            assertThrows(DeviceUnavailableException.class, () -> Device.cuda(0, Precision.FP32), call);
            Standin.fail(call, 1, 2);
            Choice choice = Choice.named("auto", Precision.FP32);
            assertEquals("cpu", choice.device().name());
            assertTrue(choice.reason().contains("(auto: Device cuda:0 is not available: "), choice.reason());
            choice.device().close();
        }
        assertEquals(List.of(), before.changes());
    }

    @Test
    void aVirtualThreadThatWaitsForMemoryGoesOnWithItsOwnGpu() throws Exception {
        try (Device first = Place.openCuda(Precision.FP32);
                Device second = Device.cuda(1, Precision.FP32);
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Standin.memory(64 << 20);
            List<Future<?>> all = new ArrayList<>();
            for (Device device : List.of(first, second, first, second)) {
                all.add(threads.submit(() -> {
                    for (int i = 0; i < 20; i++) {
                        Tensor x = device.tensor(500, 2000);
                        device.ops().fill(x, i);
                        assertEquals(i, x.get(499, 1999));
                    }
                }));
            }
            for (Future<?> one : all) {
                one.get();
            }
        }
    }

    @Test
    void memoryThatNothingRefersToIsCollectedBeforeMemoryIsRefused() {
        try (Device device = Place.openCuda(Precision.FP32)) {
            Standin.memory(64 << 20);
            for (int i = 0; i < 50; i++) {
                device.tensor(1000, 4000);
            }
        }
        assertEquals(List.of(), before.changes());
    }

    private static void train() {
        try (Device device = Place.openCuda(Precision.FP32);
                TinyRun run = new TinyRun(device)) {
            run.step();
            try (Recording recording = run.record()) {
                recording.replay();
            }
            // Left for the device to close.
            run.record().replay();
            run.loss();
        }
    }
}
