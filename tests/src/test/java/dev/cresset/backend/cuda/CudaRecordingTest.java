package dev.cresset.backend.cuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.cresset.backend.Activation;
import dev.cresset.backend.Arena;
import dev.cresset.backend.ClosedException;
import dev.cresset.backend.Device;
import dev.cresset.backend.Recording;
import dev.cresset.tensor.Counter;
import dev.cresset.tensor.Precision;
import dev.cresset.tensor.Tensor;
import dev.cresset.verify.Place;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Tag("cuda")
class CudaRecordingTest {
    @ParameterizedTest
    @EnumSource(Precision.class)
    void aRecordedStepIsTheEagerOneBitByBit(Precision precision) {
        try (Device device = Place.openCuda(precision);
                TinyRun eager = new TinyRun(device);
                TinyRun recorded = new TinyRun(device)) {
            eager.step();
            recorded.step();
            try (Recording recording = recorded.record()) {
                for (int i = 1; i < 6; i++) {
                    eager.feed(i);
                    recorded.feed(i);
                    eager.step();
                    recording.replay();
                    assertEquals(eager.loss(), recorded.loss(), "step " + i);
                }
            }
            assertArrayEquals(eager.parameters(), recorded.parameters());
        }
    }

    @Test
    void aRecordingWhoseMemoryHasBeenFreedIsRefused() {
        try (Device device = Place.openCuda(Precision.FP32)) {
            Tensor[] taken = new Tensor[1];
            Arena arena = Arena.filledBy(device, a -> taken[0] = a.tensor(4, 4));
            try (Recording recording = device.record(() -> device.ops().fill(taken[0], 3))) {
                recording.replay();
                assertEquals(3, taken[0].get(3, 3));
                arena.close();
                assertThrows(ClosedException.class, recording::replay);
            }
            assertEquals(0, device.tensor(1, 1).item());
        }
    }

    @Test
    void aRecordingKeepsTheTensorsThatItUsesAlive() throws InterruptedException {
        try (Device device = Place.openCuda(Precision.FP32)) {
            Tensor sum = device.tensor(1, 1);
            try (Recording recording = addingTo(device, sum)) {
                for (int i = 1; i <= 5; i++) {
                    System.gc();
                    Thread.sleep(20);
                    // Memory that was given up is freed at the next allocation, and would be given out again here.
                    device.tensor(1, 1, new double[] {100});
                    recording.replay();
                    assertEquals(i, sum.item());
                }
            }
        }
    }

    private static Recording addingTo(Device device, Tensor sum) {
        Tensor one = device.tensor(1, 1, new double[] {1});
        return device.record(() -> device.ops().addRow(sum, one, sum));
    }

    @Test
    void aRecordingKeepsTheCountersThatItUsesAlive() throws InterruptedException {
        try (Device device = Place.openCuda(Precision.FP32)) {
            Tensor x = device.tensor(1, 8, new double[] {1, 1, 1, 1, 1, 1, 1, 1});
            Tensor y = device.tensor(1, 8);
            Counter[] draw = {device.counter()};
            // The work forgets its counter at once: only the recording can keep it.
            Runnable work = () -> {
                device.ops().dropout(x, y, draw[0], 0.5, 1);
                device.ops().advance(draw[0]);
                draw[0] = null;
            };
            try (Recording recording = device.record(work)) {
                recording.replay();
                double[] first = y.toArray();
                for (int i = 0; i < 3; i++) {
                    System.gc();
                    Thread.sleep(20);
                    device.counter().set(1L << 50);
                }
                recording.replay();
                double[] second = y.toArray();
                Counter again = device.counter();
                device.ops().dropout(x, y, again, 0.5, 1);
                assertArrayEquals(first, y.toArray());
                again.set(1);
                device.ops().dropout(x, y, again, 0.5, 1);
                assertArrayEquals(second, y.toArray());
            }
        }
    }

    @Test
    void anotherDeviceMayWorkInsideARecording() {
        try (Device device = Place.openCuda(Precision.FP32);
                Device other = Place.openCuda(Precision.FP64)) {
            Tensor x = device.tensor(1, 1);
            Tensor elsewhere = other.tensor(1, 1);
            try (Recording recording = device.record(() -> {
                device.ops().fill(x, 3);
                other.ops().fill(elsewhere, 4);
            })) {
                assertEquals(0, x.item());
                assertEquals(4, elsewhere.item());
                recording.replay();
                assertEquals(3, x.item());
            }
        }
    }

    @Test
    void closingTheDeviceInsideItsRecordingIsRefused() {
        try (Device device = Place.openCuda(Precision.FP32)) {
            Tensor x = device.tensor(1, 1);
            assertThrows(IllegalStateException.class, () -> device.record(device::close));
            device.ops().fill(x, 2);
            assertEquals(2, x.item());
        }
    }

    @Test
    void workThatNeedsNewMemoryIsRefusedAndTheDeviceStaysUsable() {
        try (Device device = Place.openCuda(Precision.FP32)) {
            // Partial sums of so many columns do not fit the memory that a device starts with.
            Tensor x = device.tensor(2000, 3000);
            Tensor sums = device.tensor(1, 3000);
            Runnable adding = () -> device.ops().columnSums(x, sums);
            assertThrows(IllegalStateException.class, () -> device.record(adding));
            adding.run();
            try (Recording recording = device.record(adding)) {
                device.ops().fill(x, 0.5);
                recording.replay();
                assertEquals(1000, sums.get(0, 2999));
            }
        }
    }

    @Test
    void aFailureWhileRecordingLeavesNothingBehind() {
        try (Device device = Place.openCuda(Precision.FP32)) {
            Tensor x = device.tensor(2, 2, new double[] {-1, 2, -3, 4});
            assertThrows(
                    ArithmeticException.class,
                    () -> device.record(() -> {
                        device.ops().activate(Activation.RELU, x, x);
                        throw new ArithmeticException("on purpose");
                    }));
            assertArrayEquals(new double[] {-1, 2, -3, 4}, x.toArray());
            device.ops().activate(Activation.RELU, x, x);
            assertArrayEquals(new double[] {0, 2, 0, 4}, x.toArray());
        }
    }
}
