package dev.cresset.backend;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.cresset.tensor.ShapeException;
import dev.cresset.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

@ForEveryBackend
class ArenaContractTest extends BackendContract {
    private static final int[][] SHAPES = {{1, 1}, {3, 5}, {0, 7}, {17, 1}, {100, 100}, {1, 16}, {1, 17}};

    ArenaContractTest(Backend backend) {
        super(backend);
    }

    @Test
    void tensorsOfAnArenaAreZerosInOneBufferAlignedAndApart() {
        List<Tensor> tensors = new ArrayList<>();
        try (Arena arena = arena(tensors)) {
            long end = 0;
            for (Tensor tensor : tensors) {
                assertSame(tensors.getFirst().buffer(), tensor.buffer());
                assertEquals(0, tensor.offset() % device.alignment());
                assertTrue(tensor.offset() >= end, "overlaps the one before");
                end = tensor.offset() + tensor.size();
                assertArrayEquals(new double[(int) tensor.size()], tensor.toArray());
            }
            assertTrue(arena.used() >= end);
        }
    }

    @Test
    void anArenaIsExactlyAsLargeAsWhatIsTakenFromIt() {
        List<Tensor> tensors = new ArrayList<>();
        try (Arena arena = arena(tensors)) {
            assertEquals(arena.used(), tensors.getFirst().buffer().size());
            assertThrows(ShapeException.class, () -> arena.tensor(1, 1));
        }
    }

    @Test
    void aClosedArenaCanNeitherBeReadNorWrittenNorComputedWith() {
        List<Tensor> tensors = new ArrayList<>();
        Arena arena = arena(tensors);
        arena.close();
        arena.close();
        Tensor freed = tensors.get(1);
        assertThrows(ClosedException.class, freed::toArray);
        assertThrows(ClosedException.class, () -> freed.get(0, 0));
        assertThrows(ClosedException.class, () -> freed.write(new double[15]));
        ClosedException thrown = assertThrows(ClosedException.class, () -> ops.fill(freed, 1));
        assertTrue(thrown.getMessage().contains("freed"), thrown.getMessage());
    }

    @Test
    void closingOneArenaLeavesTheOthers() {
        List<Tensor> kept = new ArrayList<>();
        List<Tensor> freed = new ArrayList<>();
        try (Arena arena = arena(kept)) {
            arena(freed).close();
            ops.fill(kept.get(4), 3);
            assertEquals(3, kept.get(4).get(99, 99));
            assertTrue(arena.used() > 0);
        }
    }

    @Test
    void theRoomUnusedForLongestIsFreedFirst() {
        try (Rooms<Tensor> rooms = new Rooms<>()) {
            Tensor first = rooms.get(device, 1, 1, arena -> arena.tensor(1, 1));
            Tensor second = rooms.get(device, 2, 1, arena -> arena.tensor(2, 1));
            for (int i = 3; i <= Rooms.KEPT; i++) {
                int rows = i;
                rooms.get(device, rows, 1, arena -> arena.tensor(rows, 1));
            }
            assertSame(first, rooms.get(device, 1, 1, arena -> arena.tensor(1, 1)));
            rooms.get(device, 1000, 1, arena -> arena.tensor(1000, 1));
            assertDoesNotThrow(first::toArray);
            assertThrows(ClosedException.class, second::toArray);
        }
    }

    @Test
    void closingTheDeviceFreesItsArenasAndEndsItsTensors() {
        assumeTrue(backend.closes(), "the reference device is always open");
        List<Tensor> tensors = new ArrayList<>();
        Arena arena = arena(tensors);
        Tensor free = device.tensor(2, 2);
        device.close();
        device.close();
        for (Tensor tensor : List.of(tensors.get(0), free)) {
            ClosedException thrown = assertThrows(ClosedException.class, tensor::toArray);
            assertTrue(thrown.getMessage().contains(device.toString()), thrown.getMessage());
            assertThrows(ClosedException.class, () -> tensor.write(new double[(int) tensor.size()]));
        }
        assertThrows(ClosedException.class, () -> device.tensor(1, 1));
        assertThrows(ClosedException.class, () -> arena(new ArrayList<>()));
        assertDoesNotThrow(arena::close);
    }

    private Arena arena(List<Tensor> tensors) {
        return Arena.filledBy(device, arena -> {
            tensors.clear();
            for (int[] shape : SHAPES) {
                tensors.add(arena.tensor(shape[0], shape[1]));
            }
        });
    }
}
