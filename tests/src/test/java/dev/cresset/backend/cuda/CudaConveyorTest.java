package dev.cresset.backend.cuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cresset.backend.BatchLoad;
import dev.cresset.backend.BatchLoader;
import dev.cresset.backend.BatchShape;
import dev.cresset.backend.ClosedException;
import dev.cresset.backend.Conveyor;
import dev.cresset.backend.Device;
import dev.cresset.backend.Recording;
import dev.cresset.backend.Slot;
import dev.cresset.tensor.Precision;
import dev.cresset.tensor.Tensor;
import dev.cresset.verify.Place;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// The thread that loads, and others beside it; what every conveyor does is in `ConveyorContractTest`.
@Tag("cuda")
@Timeout(60)
class CudaConveyorTest {
    private static final BatchShape SHAPE = new BatchShape(2, 1, 1);
    private static final BatchLoader ENDLESS =
            (number, batch) -> batch.append(2, new double[] {number, number}, new double[] {number, number});

    /// Loads nothing until it is interrupted.
    private static final class Stuck implements BatchLoader {
        private final CountDownLatch entered = new CountDownLatch(1);
        private final CountDownLatch interrupted = new CountDownLatch(1);

        @Override
        public void load(long number, BatchLoad batch) {
            entered.countDown();
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                interrupted.countDown();
                throw new IllegalStateException("interrupted while reading", e);
            }
        }
    }

    @Test
    void batchesAreLoadedAheadOnAThreadThatEndsWithTheDevice() throws InterruptedException {
        CountDownLatch third = new CountDownLatch(3);
        AtomicReference<Thread> loading = new AtomicReference<>();
        BatchLoader loader = (number, batch) -> {
            loading.set(Thread.currentThread());
            third.countDown();
            ENDLESS.load(number, batch);
        };
        try (Device device = Place.openCuda(Precision.FP32)) {
            Conveyor conveyor = device.conveyor(SHAPE, loader);
            third.await();
            assertNotSame(Thread.currentThread(), loading.get());
            try (Slot slot = conveyor.next()) {
                assertEquals(0, slot.x().get(1, 0));
            }
            assertTrue(loading.get().isAlive());
        }
        loading.get().join();
    }

    @Test
    void closingInterruptsALoaderThatWaitsAndWaitsForItsEnd() throws InterruptedException {
        Stuck stuck = new Stuck();
        try (Device device = Place.openCuda(Precision.FP32)) {
            Conveyor conveyor = device.conveyor(SHAPE, stuck);
            stuck.entered.await();
            conveyor.close();
            assertEquals(0, stuck.interrupted.getCount());
            assertThrows(ClosedException.class, conveyor::next);
        }
    }

    @Test
    void closingTheConveyorOrItsDeviceWakesWhoWaitsForABatch() throws InterruptedException {
        for (boolean wholeDevice : new boolean[] {false, true}) {
            Stuck stuck = new Stuck();
            try (Device device = Place.openCuda(Precision.FP32);
                    ExecutorService threads = Executors.newSingleThreadExecutor()) {
                Conveyor conveyor = device.conveyor(SHAPE, stuck);
                Future<Slot> waiting = threads.submit(conveyor::next);
                stuck.entered.await();
                AutoCloseable closed = wholeDevice ? device : conveyor;
                close(closed);
                ExecutionException thrown = assertThrows(ExecutionException.class, waiting::get);
                assertInstanceOf(ClosedException.class, thrown.getCause());
                stuck.interrupted.await();
            }
        }
    }

    @Test
    void aDeviceThatClosesWhileRowsAreAppendedTakesNoneAfterwards() throws InterruptedException {
        int rows = 200;
        AtomicReference<Throwable> odd = new AtomicReference<>();
        for (int i = 0; i < 30; i++) {
            AtomicReference<Thread> loading = new AtomicReference<>();
            CountDownLatch entered = new CountDownLatch(1 + i % 3 * rows);
            double[] row = new double[100];
            Device device = Place.openCuda(Precision.FP32);
            device.conveyor(new BatchShape(rows, 100, 1), (number, batch) -> {
                loading.set(Thread.currentThread());
                try {
                    for (int r = 0; r < rows; r++) {
                        entered.countDown();
                        batch.append(1, row, row);
                    }
                } catch (ClosedException e) {
                    throw e;
                } catch (RuntimeException | Error e) {
                    odd.set(e);
                    throw e;
                }
            });
            entered.await();
            device.close();
            loading.get().join();
        }
        assertNull(odd.get());
    }

    @Test
    void othersWorkOnTheDeviceWhileABatchIsWaitedFor() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        try (Device device = Place.openCuda(Precision.FP32);
                ExecutorService threads = Executors.newSingleThreadExecutor();
                Conveyor conveyor = device.conveyor(SHAPE, (number, batch) -> {
                    try {
                        go.await();
                    } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                    ENDLESS.load(number, batch);
                })) {
            Future<Slot> waiting = threads.submit(conveyor::next);
            Tensor x = device.tensor(1, 1, new double[] {5});
            assertEquals(5, x.item());
            go.countDown();
            try (Slot slot = waiting.get()) {
                assertEquals(0, slot.x().get(0, 0));
            }
        }
    }

    @Test
    void aLoaderMayReadTensorsOfTheDevice() {
        try (Device device = Place.openCuda(Precision.FP32)) {
            Tensor table = device.tensor(2, 1, new double[] {7, 8});
            try (Conveyor conveyor = device.conveyor(
                    SHAPE, (number, batch) -> batch.append(2, table.toArray(), new double[] {number, number}))) {
                for (int b = 0; b < 20; b++) {
                    try (Slot slot = conveyor.next()) {
                        assertArrayEquals(new double[] {7, 8}, slot.x().toArray());
                        assertEquals(b, slot.target().get(1, 0));
                    }
                }
            }
        }
    }

    @Test
    void recordingsOfOtherThreadsAndDevicesAreNotDisturbed() throws Exception {
        try (Device device = Place.openCuda(Precision.FP32);
                Device other = Place.openCuda(Precision.FP64);
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<?> recording = threads.submit(() -> {
                for (int i = 0; i < 50; i++) {
                    for (Device one : new Device[] {device, other}) {
                        Tensor x = one.tensor(1, 1);
                        double value = i;
                        Runnable work = () -> {
                            for (int j = 0; j < 20; j++) {
                                one.ops().fill(x, value + j);
                                Thread.yield();
                            }
                        };
                        try (Recording replayed = one.record(work)) {
                            assertEquals(0, x.item());
                            replayed.replay();
                            assertEquals(i + 19, x.item());
                        }
                    }
                }
            });
            Future<?> carrying = threads.submit(() -> {
                for (int i = 0; i < 10; i++) {
                    try (Conveyor conveyor = device.conveyor(SHAPE, ENDLESS)) {
                        for (int b = 0; b < 30; b++) {
                            try (Slot slot = conveyor.next()) {
                                assertEquals(b, slot.x().get(1, 0));
                            }
                        }
                    }
                }
            });
            recording.get();
            carrying.get();
        }
    }

    @Test
    void batchesTooLargeForPinnedMemoryAreRefusedBeforeAnythingIsTaken() {
        try (Device device = Place.openCuda(Precision.FP32)) {
            for (BatchShape shape : new BatchShape[] {
                new BatchShape(1 << 20, 1 << 10, 1), new BatchShape(1 << 16, 1, 1 << 13),
            }) {
                IllegalArgumentException thrown =
                        assertThrows(IllegalArgumentException.class, () -> device.conveyor(shape, ENDLESS));
                assertTrue(thrown.getMessage().contains("use smaller batches"), thrown.getMessage());
            }
        }
    }

    private static void close(AutoCloseable closed) {
        try {
            closed.close();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }
}
