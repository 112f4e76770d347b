package dev.cresset.backend;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cresset.backend.cpu.CpuBackend;
import dev.cresset.tensor.Precision;
import dev.cresset.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The number of threads of a CPU device, and of threads that use it, changes no bit.
class CpuThreadsTest {
    private static final int MOST_THREADS = 4;

    /// Sizes at which every verb is cut into several parts.
    private static final int[][] SHAPES = {{700, 100}, {20000, 3}, {64, 1500}, {300, 300}};

    @ParameterizedTest
    @EnumSource(names = {"FP32", "FP64"})
    void resultsAreBitEqualOnOneTwoThreeAndFourThreads(Precision precision) {
        List<double[][]> expected;
        try (Device device = CpuBackend.open(precision, 1)) {
            expected = runEveryVerb(device);
        }
        for (int threads = 2; threads <= MOST_THREADS; threads++) {
            try (Device device = CpuBackend.open(precision, threads)) {
                requireSame(expected, runEveryVerb(device), threads + " threads");
            }
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"FP32", "FP64"})
    void severalThreadsMayUseOneDeviceAtOnce(Precision precision) throws InterruptedException {
        try (Device device = CpuBackend.open(precision, MOST_THREADS)) {
            List<double[][]> expected = runEveryVerb(device);
            AtomicReference<Throwable> failure = new AtomicReference<>();
            List<Thread> users = new ArrayList<>();
            for (int i = 0; i < MOST_THREADS; i++) {
                users.add(Thread.ofPlatform().start(() -> {
                    try {
                        requireSame(expected, runEveryVerb(device), "beside other threads");
                    } catch (Throwable e) {
                        failure.set(e);
                    }
                }));
            }
            for (Thread user : users) {
                user.join();
            }
            assertNull(failure.get(), () -> String.valueOf(failure.get()));
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"FP32", "FP64"})
    void closingADeviceUnderAVerbThrowsThereAndDoesNotCrash(Precision precision) throws InterruptedException {
        for (int threads : new int[] {1, 2}) {
            CpuBackend device = CpuBackend.open(precision, threads);
            Tensor[] t = new Tensor[3];
            Arena.filledBy(device, arena -> {
                for (int i = 0; i < t.length; i++) {
                    t[i] = arena.tensor(500, 500);
                }
            });
            AtomicReference<Throwable> thrown = new AtomicReference<>();
            Thread user = Thread.ofPlatform().start(() -> {
                try {
                    while (true) {
                        device.ops().gemm(t[0], Transpose.NO, t[1], Transpose.NO, t[2], 0);
                        device.ops().activate(Activation.TANH, t[2], t[2]);
                    }
                } catch (RuntimeException e) {
                    thrown.set(e);
                }
            });
            Thread.sleep(50);
            device.close();
            user.join();
            assertTrue(thrown.get() instanceof ClosedException, () -> String.valueOf(thrown.get()));
        }
    }

    /// Small tensors go a way of their own, past the workers.
    @Test
    void closingADeviceUnderASmallStepThrowsThereToo() throws InterruptedException {
        for (int i = 0; i < 40; i++) {
            CpuBackend device = CpuBackend.open(Precision.FP32, 1);
            Tensor[] t = new Tensor[3];
            Arena.filledBy(device, arena -> {
                t[0] = arena.tensor(16, 30);
                t[1] = arena.tensor(16, 30);
                t[2] = arena.tensor(1, 4);
            });
            AtomicReference<Throwable> thrown = new AtomicReference<>();
            Thread user = Thread.ofPlatform().start(() -> {
                try {
                    while (true) {
                        device.ops().sgd(t[0], t[1], t[2]);
                    }
                } catch (RuntimeException e) {
                    thrown.set(e);
                }
            });
            Thread.sleep(2);
            device.close();
            user.join();
            assertTrue(thrown.get() instanceof ClosedException, () -> String.valueOf(thrown.get()));
        }
    }

    private static List<double[][]> runEveryVerb(Device device) {
        List<double[][]> results = new ArrayList<>();
        for (int[] shape : SHAPES) {
            for (Verb verb : Verb.values()) {
                Random random = new Random(verb.ordinal());
                Tensor[] operands = new Tensor[verb.operands()];
                for (int i = 0; i < operands.length; i++) {
                    int rows = verb.rows(i, shape[0], shape[1]);
                    int columns = verb.columns(i, shape[0], shape[1]);
                    double[] values = random.doubles((long) rows * columns).toArray();
                    operands[i] = device.tensor(rows, columns, values);
                }
                verb.run(device, operands);
                double[][] outputs = new double[operands.length][];
                for (int i = 0; i < operands.length; i++) {
                    outputs[i] = operands[i].toArray();
                }
                results.add(outputs);
            }
        }
        return results;
    }

    private static void requireSame(List<double[][]> expected, List<double[][]> found, String where) {
        for (int r = 0; r < expected.size(); r++) {
            Verb verb = Verb.values()[r % Verb.values().length];
            for (int i = 0; i < expected.get(r).length; i++) {
                assertArrayEquals(expected.get(r)[i], found.get(r)[i], verb + ", operand " + i + ", " + where);
            }
        }
    }
}
