package dev.cresset.backend;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.cresset.tensor.Counter;
import dev.cresset.tensor.Tensor;
import java.util.List;
import org.junit.jupiter.api.Test;

@ForEveryBackend
class RecordingContractTest extends BackendContract {
    RecordingContractTest(Backend backend) {
        super(backend);
    }

    @Test
    void recordingExecutesNothingAndEachReplayExecutesOnce() {
        Tensor sum = device.tensor(1, 1);
        Tensor one = device.tensor(1, 1, new double[] {1});
        Counter counter = device.counter();
        try (Recording recording = device.record(() -> {
            ops.addRow(sum, one, sum);
            ops.advance(counter);
        })) {
            assertEquals(0, sum.item());
            assertEquals(0, counter.value());
            for (int i = 1; i <= 3; i++) {
                recording.replay();
                assertEquals(i, sum.item());
                assertEquals(i, counter.value());
            }
        }
    }

    @Test
    void aReplaySeesWhatTheHostWroteBefore() {
        Tensor x = device.tensor(1, 2);
        Tensor y = device.tensor(1, 2);
        try (Recording recording = device.record(() -> ops.activate(Activation.RELU, x, y))) {
            x.write(-1, 2);
            recording.replay();
            assertEquals(2, y.get(0, 1));
            x.write(5, -2);
            recording.replay();
            assertEquals(5, y.get(0, 0));
            assertEquals(0, y.get(0, 1));
        }
    }

    @Test
    void allocatingReadingAndWritingInsideAreRefusedAndTheDeviceStaysUsable() {
        Tensor x = device.tensor(1, 1, new double[] {7});
        List<Runnable> forbidden = List.of(
                () -> device.tensor(1, 1),
                () -> Arena.filledBy(device, arena -> arena.tensor(1, 1)),
                x::item,
                () -> x.write(1));
        for (Runnable work : forbidden) {
            IllegalStateException thrown = assertThrows(IllegalStateException.class, () -> {
                try (Recording recording = device.record(work)) {
                    recording.replay();
                }
            });
            assertTrue(thrown.getMessage().contains("inside a recording"), thrown.getMessage());
            assertEquals(7, x.item());
            assertDoesNotThrow(() -> device.tensor(1, 1));
        }
    }

    @Test
    void closingTwiceIsFineAndAClosedDeviceReplaysNothing() {
        Tensor x = device.tensor(1, 1);
        Recording recording = device.record(() -> ops.fill(x, 1));
        recording.close();
        assertDoesNotThrow(recording::close);
        assumeTrue(backend.closes(), "the reference device is always open");
        Recording other = device.record(() -> ops.fill(x, 1));
        device.close();
        assertThrows(ClosedException.class, other::replay);
        assertThrows(ClosedException.class, () -> device.record(() -> ops.fill(x, 1)));
    }
}
