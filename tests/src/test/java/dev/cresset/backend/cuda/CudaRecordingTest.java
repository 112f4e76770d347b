package dev.cresset.backend.cuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.cresset.backend.Activation;
import dev.cresset.backend.Arena;
import dev.cresset.backend.ClosedException;
import dev.cresset.backend.Device;
import dev.cresset.backend.Recording;
import dev.cresset.backend.Transpose;
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
    void workThatNeedsNewMemoryIsRefusedAndTheDeviceStaysUsable() {
        try (Device device = Place.openCuda(Precision.FP32)) {
            Tensor a = device.tensor(3, 3);
            Tensor b = device.tensor(3, 3);
            Tensor c = device.tensor(3, 3);
            // The first product takes its workspace.
            Runnable product = () -> device.ops().gemm(a, Transpose.NO, b, Transpose.NO, c, 0);
            assertThrows(IllegalStateException.class, () -> device.record(product));
            product.run();
            try (Recording recording = device.record(product)) {
                a.write(1, 0, 0, 0, 1, 0, 0, 0, 1);
                b.write(1, 2, 3, 4, 5, 6, 7, 8, 9);
                recording.replay();
                assertEquals(9, c.get(2, 2));
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
