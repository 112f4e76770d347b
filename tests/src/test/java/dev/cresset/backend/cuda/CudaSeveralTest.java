package dev.cresset.backend.cuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.cresset.backend.ClosedException;
import dev.cresset.backend.Device;
import dev.cresset.backend.DeviceUnavailableException;
import dev.cresset.backend.Recording;
import dev.cresset.tensor.Counter;
import dev.cresset.tensor.Precision;
import dev.cresset.tensor.Tensor;
import dev.cresset.verify.Place;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Several devices, models and threads in one Java.
@Tag("cuda")
class CudaSeveralTest {
    private static final int STEPS = 5;

    @Test
    void severalModelsOnOneDeviceTrainOnTheirOwnThreadsAsTheyWouldAlone() throws Exception {
        try (Device device = Place.openCuda(Precision.FP32)) {
            double[] alone = trained(device);
            try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
                requireSame(alone, threads, () -> trained(device));
            }
            try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
                requireSame(alone, threads, () -> trained(device));
            }
        }
    }

    @Test
    void severalDevicesTrainAtOnceOnOneGpu() throws Exception {
        double[] alone;
        try (Device device = Place.openCuda(Precision.FP32)) {
            alone = trained(device);
        }
        try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
            requireSame(alone, threads, () -> {
                try (Device device = Place.openCuda(Precision.FP32)) {
                    return trained(device);
                }
            });
        }
    }

    /// Making a cuBLAS handle would end the recording; so the second stream is made when the recording has ended.
    @Test
    void aSecondStreamIsNotMadeWhileAnotherDeviceOfTheGpuRecords() throws Exception {
        try (Device records = Place.openCuda(Precision.FP32);
                Device plans = Place.openCuda(Precision.FP32)) {
            Tensor x = records.tensor(1, 3);
            Thread maker = new Thread(() -> ((CudaBackend) plans).engine().side());
            List<Throwable> failures = new ArrayList<>();
            maker.setUncaughtExceptionHandler((thread, failure) -> failures.add(failure));
            try (Recording recording = records.record(() -> {
                maker.start();
                while (maker.getState() != Thread.State.WAITING && maker.getState() != Thread.State.TERMINATED) {
                    Thread.onSpinWait();
                }
                records.ops().fill(x, 7);
            })) {
                maker.join();
                recording.replay();
            }
            assertEquals(List.of(), failures);
            assertArrayEquals(new double[] {7, 7, 7}, x.toArray());
        }
    }

    @Test
    void devicesAreOpenedAndClosedWhileOthersOfTheGpuRecord() throws Exception {
        double[] alone;
        try (Device device = Place.openCuda(Precision.FP32)) {
            alone = recorded(device);
        }
        try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
            requireSame(alone, threads, () -> {
                for (int i = 0; i < 3; i++) {
                    Place.openCuda(Precision.FP64).close();
                }
                try (Device device = Place.openCuda(Precision.FP32)) {
                    return recorded(device);
                }
            });
        }
    }

    @Test
    void closingADeviceUnderAVerbThrowsThereAndNothingElse() throws Exception {
        try (Device other = Place.openCuda(Precision.FP32);
                ExecutorService threads = Executors.newSingleThreadExecutor()) {
            for (int i = 0; i < 20; i++) {
                Device device = Place.openCuda(Precision.FP32);
                Tensor x = device.tensor(100, 100);
                Counter counter = device.counter();
                Future<?> working = threads.submit(() -> {
                    while (true) {
                        device.ops().fill(x, 1);
                        device.ops().advance(counter);
                        counter.value();
                        x.get(0, 0);
                    }
                });
                Thread.sleep(2);
                device.close();
                ExecutionException ended = assertThrows(ExecutionException.class, working::get);
                assertInstanceOf(ClosedException.class, ended.getCause());
                assertEquals(0, other.tensor(1, 1).item());
            }
        }
    }

    @Test
    void everyGpuOfTheMachineIsADeviceOfItsOwn() {
        Place.openCuda(Precision.FP32).close();
        int count = Device.gpus().size();
        double[] first = null;
        for (int ordinal = 0; ordinal < count; ordinal++) {
            try (Device device = Device.cuda(ordinal, Precision.FP64)) {
                assertEquals("cuda:" + ordinal, device.name());
                first = first == null ? trained(device) : first;
                assertArrayEquals(first, trained(device));
            }
        }
        DeviceUnavailableException thrown =
                assertThrows(DeviceUnavailableException.class, () -> Device.cuda(count, Precision.FP32));
        assertEquals(true, thrown.getMessage().startsWith("Device cuda:" + count + " is not available: the driver"));
    }

    @Test
    void numbersGoFromOneDeviceToAnotherByTheHost() {
        try (Device here = Place.openCuda(Precision.FP32);
                Device there = Place.openCuda(Precision.FP64)) {
            Tensor x = here.tensor(2, 2, new double[] {1, 2, 3, 4});
            Tensor y = there.tensor(2, 2, x.toArray());
            assertArrayEquals(x.toArray(), y.toArray());
            assertThrows(IllegalArgumentException.class, () -> there.ops().copy(x, y));
        }
    }

    private static void requireSame(double[] alone, ExecutorService threads, Callable<double[]> task)
            throws InterruptedException, ExecutionException {
        List<Future<double[]>> results = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            results.add(threads.submit(task));
        }
        for (Future<double[]> result : results) {
            assertArrayEquals(alone, result.get());
        }
    }

    private static double[] recorded(Device device) {
        try (TinyRun run = new TinyRun(device)) {
            run.step();
            for (int i = 0; i < STEPS; i++) {
                run.feed(i);
                try (Recording recording = run.record()) {
                    recording.replay();
                }
            }
            return run.parameters();
        }
    }

    private static double[] trained(Device device) {
        try (TinyRun run = new TinyRun(device)) {
            for (int i = 0; i < STEPS; i++) {
                run.feed(i);
                run.step();
            }
            return run.parameters();
        }
    }
}
