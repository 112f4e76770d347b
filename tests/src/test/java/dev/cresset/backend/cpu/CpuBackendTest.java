package dev.cresset.backend.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.cresset.backend.Activation;
import dev.cresset.backend.Arena;
import dev.cresset.backend.ClosedException;
import dev.cresset.backend.CpuOptions;
import dev.cresset.backend.DeviceMemoryException;
import dev.cresset.nativeloader.CpuLibrary;
import dev.cresset.tensor.Precision;
import dev.cresset.tensor.Tensor;
import dev.cresset.verify.Refused;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class CpuBackendTest {
    private static final int CYCLES = 1000;

    /// Compiled code, other tests' garbage and malloc's own keeping; a leak of an arena or of a thread's stack in
    /// every cycle would be ten times as much.
    private static final long SLACK_KIB = 100 * 1024;

    @Test
    void aThousandDevicesLeaveNeitherThreadsNorMemory() throws IOException {
        open(20);
        int threads = liveWorkers();
        long before = residentKib();
        open(CYCLES);
        assertEquals(threads, liveWorkers());
        assumeTrue(before > 0, "this system has no /proc/self/status to read the resident memory from");
        long grown = residentKib() - before;
        assertTrue(grown < SLACK_KIB, CYCLES + " devices with 1 MiB each left " + grown + " KiB");
    }

    @Test
    void closingEndsTheWorkersThatTheFirstLargeVerbStarted() {
        int before = liveWorkers();
        CpuBackend device = CpuBackend.open(Precision.FP32, 3);
        assertEquals(before, liveWorkers());
        Tensor x = device.tensor(1000, 1000);
        device.ops().activate(Activation.TANH, x, x);
        assertEquals(before + 2, liveWorkers());
        device.close();
        assertEquals(before, liveWorkers());
        assertFalse(device.isOpen());
    }

    @Test
    void oneThreadStartsNoWorkers() {
        int before = liveWorkers();
        try (CpuBackend device = CpuBackend.open(Precision.FP64, 1)) {
            Tensor x = device.tensor(1000, 1000);
            device.ops().activate(Activation.TANH, x, x);
            assertEquals(before, liveWorkers());
        }
    }

    @Test
    void aNumberOfThreadsThatIsNoneIsRefusedWithItsLimitAndTheMostAreUsable() {
        for (int threads : new int[] {Integer.MIN_VALUE, 0, CpuOptions.MOST_THREADS + 1, Integer.MAX_VALUE}) {
            Refused.with(IllegalArgumentException.class, () -> CpuBackend.open(Precision.FP64, threads))
                    .saying("1 to 1024 threads", "found " + threads, "leave the number out");
        }
        int before = liveWorkers();
        try (CpuBackend device = CpuBackend.open(Precision.FP64, CpuOptions.MOST_THREADS)) {
            Tensor x = device.tensor(1000, 1000);
            device.ops().activate(Activation.TANH, x, x);
            // A system that gives no more threads makes do with those that it gave.
            assertTrue(liveWorkers() > before);
        }
        assertEquals(before, liveWorkers());
    }

    @Test
    void aLibraryForProductsThatIsNoneIsRefusedWithNothingButItsRemedy() {
        String property = "cresset.cpu.products";
        String before = System.getProperty(property);
        System.setProperty(property, "mkl");
        try {
            IllegalArgumentException thrown =
                    assertThrows(IllegalArgumentException.class, () -> CpuBackend.open(Precision.FP32));
            assertEquals(
                    "The property cresset.cpu.products is onednn or openblas, found 'mkl': correct it or leave it out.",
                    thrown.getMessage());
        } finally {
            if (before == null) {
                System.clearProperty(property);
            } else {
                System.setProperty(property, before);
            }
        }
    }

    @Test
    void theLibraryForProductsMayBeNamedForOneDeviceAndHasToHaveItsPrecision() {
        CpuOptions openBlas = new CpuOptions(null, CpuLibrary.OPENBLAS);
        try (CpuBackend device = CpuBackend.open(Precision.FP32, openBlas)) {
            assertTrue(device.description().contains("products by OpenBLAS"), device.description());
        }
        Refused.with(
                        IllegalArgumentException.class,
                        () -> CpuBackend.open(Precision.FP64, new CpuOptions(null, CpuLibrary.ONEDNN)))
                .saying("oneDNN multiplies matrices of FP32 only, found FP64", "choose OpenBLAS");
    }

    /// Vectors take more numbers at once, but not into an array that is someone's.
    @Test
    void readingOverwritesNothingBesideWhatIsRead() {
        for (Precision precision : new Precision[] {Precision.FP32, Precision.FP64}) {
            try (CpuBackend device = CpuBackend.open(precision, 1)) {
                Tensor x = device.tensor(1, 3, new double[] {1, 2, 3});
                double[] to = {7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7};
                x.buffer().read(x.offset(), to, 1, 3);
                assertArrayEquals(new double[] {7, 1, 2, 3, 7, 7, 7, 7}, Arrays.copyOf(to, 8));
            }
        }
    }

    @Test
    void memoryThatIsNotThereIsRefusedWithTheSizesAndTheDeviceStaysUsable() {
        try (CpuBackend device = CpuBackend.open(Precision.FP64)) {
            try (Arena held = Arena.filledBy(device, arena -> arena.tensor(512, 1024))) {
                assertEquals(4 << 20, device.ownedBytes());
                DeviceMemoryException thrown = assertThrows(
                        DeviceMemoryException.class,
                        () -> Arena.filledBy(device, arena -> arena.tensor(1 << 20, 1 << 20)));
                assertTrue(thrown.getMessage().contains("could not allocate 8388608.0 MiB"), thrown.getMessage());
                assertTrue(thrown.getMessage().contains("hold 4.0 MiB"), thrown.getMessage());
                assertTrue(thrown.getMessage().contains("-XX:MaxDirectMemorySize"), thrown.getMessage());
                assertThrows(DeviceMemoryException.class, () -> device.tensor(1 << 20, 1 << 20));
                assertEquals(512L * 1024, held.used());
            }
            assertEquals(0, device.ownedBytes());
            assertEquals(0, device.tensor(3, 3).get(2, 2));
        }
    }

    @Test
    void countersOfAClosedDeviceAreRefused() {
        CpuBackend device = CpuBackend.open(Precision.FP32);
        var counter = device.counter();
        device.close();
        assertThrows(ClosedException.class, counter::value);
        assertThrows(ClosedException.class, () -> counter.set(1));
        assertThrows(ClosedException.class, () -> device.ops().advance(counter));
        assertThrows(ClosedException.class, device::counter);
    }

    @Test
    void theDescriptionNamesThreadsAndLibrary() {
        try (CpuBackend device = CpuBackend.open(Precision.FP32, 3)) {
            boolean hasVectors =
                    ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();
            String arithmetic = hasVectors
                    ? "SIMD of \\d+ bits"
                    : "no SIMD \\(start Java with --add-modules jdk.incubator.vector to have it\\)";
            assertTrue(
                    device.description()
                            .matches("cpu: FP32, 3 threads, " + arithmetic + ", products by (oneDNN|OpenBLAS) .*"),
                    device.description());
        }
        CpuBackend closed = CpuBackend.open(Precision.FP32, 1);
        assertTrue(closed.description().startsWith("cpu: FP32, 1 thread, "), closed.description());
        assertFalse(closed.description().endsWith(" (closed)"), closed.description());
        closed.close();
        assertTrue(closed.description().endsWith(" (closed)"), closed.description());
    }

    private static void open(int times) {
        for (int i = 0; i < times; i++) {
            CpuBackend device = CpuBackend.open(Precision.FP32, 2);
            Tensor[] x = new Tensor[1];
            Arena.filledBy(device, arena -> x[0] = arena.tensor(512, 512));
            device.ops().activate(Activation.RELU, x[0], x[0]);
            device.close();
        }
    }

    private static int liveWorkers() {
        return (int) Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("cresset-cpu-"))
                .count();
    }

    private static long residentKib() throws IOException {
        Path status = Path.of("/proc/self/status");
        if (!Files.exists(status)) {
            return 0;
        }
        String line = Files.readAllLines(status).stream()
                .filter(text -> text.startsWith("VmRSS:"))
                .findFirst()
                .orElse("VmRSS: 0 kB");
        return Long.parseLong(line.replaceAll("\\D", ""));
    }
}
