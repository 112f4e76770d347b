package dev.cresset.backend;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.cresset.tensor.Precision;
import dev.cresset.tensor.ShapeException;
import dev.cresset.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

@ForEveryBackend
class ConveyorContractTest extends BackendContract {
    private static final int BATCHES = 23;

    ConveyorContractTest(Backend backend) {
        super(backend);
    }

    @Test
    void batchesOfEverySizeComeInOrderAndRoundedToThePrecision() {
        for (int rows : new int[] {1, 2, 3, 31, 33, 128, 257, 1000}) {
            try (Conveyor conveyor = device.conveyor(new BatchShape(rows, 3, 2), endingAfter(BATCHES, rows))) {
                for (int b = 0; b < BATCHES; b++) {
                    try (Slot slot = taken(conveyor)) {
                        assertEquals(rowsOf(b, rows), slot.rows());
                        assertArrayEquals(features(b, slot.rows()), slot.x().toArray());
                        assertArrayEquals(targets(b, slot.rows()), slot.target().toArray());
                    }
                }
                assertNull(conveyor.next());
                assertNull(conveyor.next());
            }
        }
    }

    @Test
    void whatWasSubmittedWorksOnItsOwnBatchWhateverComesLater() {
        int rows = 33;
        List<Tensor> x = new ArrayList<>();
        List<Tensor> targets = new ArrayList<>();
        for (int b = 0; b < BATCHES; b++) {
            x.add(device.tensor(rowsOf(b, rows), 3));
            targets.add(device.tensor(rowsOf(b, rows), 2));
        }
        try (Conveyor conveyor = device.conveyor(new BatchShape(rows, 3, 2), endingAfter(BATCHES, rows))) {
            for (int b = 0; b < BATCHES; b++) {
                try (Slot slot = taken(conveyor)) {
                    ops.activate(Activation.RELU, slot.x(), x.get(b));
                    ops.activate(Activation.RELU, slot.target(), targets.get(b));
                    // The last use of a slot need not be a reading one.
                    ops.fill(slot.x(), -1);
                }
            }
        }
        for (int b = 0; b < BATCHES; b++) {
            assertArrayEquals(features(b, rowsOf(b, rows)), x.get(b).toArray(), "features of batch " + b);
            assertArrayEquals(targets(b, rowsOf(b, rows)), targets.get(b).toArray(), "targets of batch " + b);
        }
    }

    @Test
    void aRecordingFitsEachBatchOfAsManyRowsInItsSlot() {
        Tensor sum = device.tensor(1, 3);
        Tensor sums = device.tensor(1, 3);
        Map<List<Integer>, Recording> recordings = new HashMap<>();
        double[] expected = new double[3];
        try (Conveyor conveyor = device.conveyor(new BatchShape(31, 3, 2), endingAfter(1000, 31))) {
            for (Slot slot = conveyor.next(); slot != null; slot = conveyor.next()) {
                try (Slot closed = slot) {
                    Tensor x = closed.x();
                    Runnable work = () -> {
                        ops.columnSums(x, sum);
                        ops.addRow(sums, sum, sums);
                    };
                    recordings
                            .computeIfAbsent(List.of(closed.number(), closed.rows()), n -> device.record(work))
                            .replay();
                }
            }
        }
        for (int b = 0; b < 1000; b++) {
            double[] x = features(b, rowsOf(b, 31));
            for (int i = 0; i < x.length; i++) {
                expected[i % 3] += x[i];
            }
        }
        // Whole numbers below 2^24: every order of adding gives them exactly.
        assertArrayEquals(expected, sums.toArray());
        assertTrue(recordings.size() >= 2, recordings.size() + " recordings");
        recordings.values().forEach(Recording::close);
    }

    @Test
    void whatTheLoaderThrowsComesAfterTheBatchesBeforeAndAgain() {
        ArithmeticException damage = new ArithmeticException("row 7 is damaged");
        BatchLoader loader = (number, batch) -> {
            if (number == 5) {
                throw damage;
            }
            endingAfter(BATCHES, 4).load(number, batch);
        };
        try (Conveyor conveyor = device.conveyor(new BatchShape(4, 3, 2), loader)) {
            for (int b = 0; b < 5; b++) {
                try (Slot slot = taken(conveyor)) {
                    assertArrayEquals(features(b, slot.rows()), slot.x().toArray());
                }
            }
            assertSame(damage, assertThrows(ArithmeticException.class, conveyor::next));
            assertSame(damage, assertThrows(ArithmeticException.class, conveyor::next));
        }
        try (Conveyor conveyor = device.conveyor(new BatchShape(4, 3, 2), (number, batch) -> {
            throw new AssertionError("no memory for this");
        })) {
            assertThrows(AssertionError.class, conveyor::next);
        }
        assertEquals(0, device.tensor(1, 1).item());
    }

    @Test
    void rowsThatDoNotFitAreRefusedAndNothingIsAppended() {
        BatchLoader loader = (number, batch) -> {
            double[] x = features(0, 3);
            double[] target = targets(0, 3);
            batch.append(1, x, target);
            assertRefused("up to 3 rows; this one has 1 and cannot take 3", () -> batch.append(3, x, target));
            assertRefused("cannot take -1", () -> batch.append(-1, x, target));
            assertRefused("features of these rows are 6 numbers, 5", () -> batch.append(2, new double[5], target));
            assertRefused("targets of these rows are 4 numbers, 3", () -> batch.append(2, x, new double[3]));
            batch.append(0, x, target);
            batch.append(2, Arrays.copyOfRange(x, 3, 9), Arrays.copyOfRange(target, 2, 6));
            assertRefused("this one has 3 and cannot take 1", () -> batch.append(1, x, target));
        };
        try (Conveyor conveyor = device.conveyor(new BatchShape(3, 3, 2), loader);
                Slot slot = taken(conveyor)) {
            assertArrayEquals(features(0, 3), slot.x().toArray());
            assertArrayEquals(targets(0, 3), slot.target().toArray());
        }
        for (int[] shape : new int[][] {{0, 1, 1}, {1, 0, 1}, {1, 1, 0}, {-1, 1, 1}}) {
            assertThrows(ShapeException.class, () -> new BatchShape(shape[0], shape[1], shape[2]));
        }
    }

    @Test
    void rowsOfASourceAreThoseOfArrays() {
        for (int rows : new int[] {1, 3, 31, 33, 257, 5000}) {
            BatchLoader loader = (number, batch) -> {
                if (number < BATCHES) {
                    int count = rowsOf(number, rows);
                    double[] x = exactFeatures(number, count);
                    double[] target = exactTargets(number, count);
                    int half = count / 2;
                    batch.append(half, (row, toX, atX, to, at) -> copy(row, x, toX, atX, target, to, at));
                    batch.append(
                            count - half, (row, toX, atX, to, at) -> copy(half + row, x, toX, atX, target, to, at));
                }
            };
            try (Conveyor conveyor = device.conveyor(new BatchShape(rows, 3, 2), loader)) {
                for (int b = 0; b < BATCHES; b++) {
                    try (Slot slot = taken(conveyor)) {
                        assertArrayEquals(features(b, slot.rows()), slot.x().toArray());
                        assertArrayEquals(targets(b, slot.rows()), slot.target().toArray());
                    }
                }
                assertNull(conveyor.next());
            }
        }
    }

    private static void copy(int row, double[] x, double[] toX, int atX, double[] target, double[] to, int at) {
        System.arraycopy(x, row * 3, toX, atX, 3);
        System.arraycopy(target, row * 2, to, at, 2);
    }

    @Test
    void whatASourceThrowsIsThrownAndOneWithTooManyRowsIsNotAsked() {
        ArithmeticException damage = new ArithmeticException("row 4999 is damaged");
        BatchRows source = (row, x, atX, target, at) -> {
            if (row == 4999) {
                throw damage;
            }
        };
        try (Conveyor conveyor =
                device.conveyor(new BatchShape(5000, 3, 2), (number, batch) -> batch.append(5000, source))) {
            assertSame(damage, assertThrows(ArithmeticException.class, conveyor::next));
        }
        BatchLoader tooMany = (number, batch) -> batch.append(4, (row, x, atX, target, at) -> {
            throw new AssertionError("asked for row " + row);
        });
        try (Conveyor conveyor = device.conveyor(new BatchShape(3, 3, 2), tooMany)) {
            ShapeException thrown = assertThrows(ShapeException.class, conveyor::next);
            assertTrue(thrown.getMessage().contains("cannot take 4"), thrown.getMessage());
        }
        assertEquals(0, device.tensor(1, 1).item());
    }

    @Test
    void aBatchTakesRowsInsideItsLoadingOnly() {
        List<BatchLoad> kept = new ArrayList<>();
        BatchLoader keeping = (number, batch) -> {
            kept.add(batch);
            endingAfter(BATCHES, 3).load(number, batch);
        };
        try (Conveyor conveyor = device.conveyor(new BatchShape(3, 3, 2), keeping);
                Slot slot = taken(conveyor)) {
            assertArrayEquals(features(0, 3), slot.x().toArray());
        }
        for (BatchLoad batch : kept) {
            assertThrows(ClosedException.class, () -> batch.append(1, features(1, 1), targets(1, 1)));
        }
    }

    @Test
    void aClosedLoadTakesNoRowsOfALaterBatchEither() {
        BatchLoad load = new BatchLoad(new BatchShape(3, 3, 2)) {
            @Override
            protected void put(int at, int count, double[] x, double[] target) {
                assertEquals(0, at);
            }
        };
        assertEquals(2, load.load((number, batch) -> batch.append(2, features(0, 2), targets(0, 2)), 0));
        load.close();
        assertThrows(
                ClosedException.class,
                () -> load.load((number, batch) -> batch.append(2, features(0, 2), targets(0, 2)), 1));
    }

    @Test
    void aSlotIsGivenBackBeforeTheNextIsTaken() {
        try (Conveyor conveyor = device.conveyor(new BatchShape(4, 3, 2), endingAfter(BATCHES, 4))) {
            Slot first = taken(conveyor);
            assertThrows(IllegalStateException.class, conveyor::next);
            first.close();
            try (Slot second = taken(conveyor)) {
                first.close();
                assertThrows(IllegalStateException.class, conveyor::next);
                assertArrayEquals(features(1, second.rows()), second.x().toArray());
            }
            // Once round all places, and again.
            Slot old = taken(conveyor);
            for (int number = 2; number < BATCHES; number++) {
                old.close();
                Slot now = number + 1 < BATCHES ? taken(conveyor) : null;
                first.close();
                if (now != null) {
                    assertThrows(IllegalStateException.class, conveyor::next);
                    old = now;
                }
            }
        }
    }

    @Test
    void insideARecordingNoneOfItIsPossible() {
        try (Conveyor conveyor = device.conveyor(new BatchShape(4, 3, 2), endingAfter(BATCHES, 4))) {
            Slot first = taken(conveyor);
            List<Runnable> forbidden = List.of(
                    conveyor::next,
                    first::close,
                    conveyor::close,
                    () -> device.conveyor(new BatchShape(1, 1, 1), (number, batch) -> {}));
            for (Runnable work : forbidden) {
                IllegalStateException thrown = assertThrows(IllegalStateException.class, () -> {
                    try (Recording recording = device.record(work)) {
                        recording.replay();
                    }
                });
                assertTrue(thrown.getMessage().contains("inside a recording"), thrown.getMessage());
            }
            assertArrayEquals(features(0, first.rows()), first.x().toArray());
            first.close();
            try (Slot second = taken(conveyor)) {
                assertArrayEquals(features(1, second.rows()), second.x().toArray());
            }
        }
    }

    @Test
    void closingInTheMiddleEndsTheLoadingAndFreesTheSlots() {
        AtomicLong loads = new AtomicLong();
        BatchLoader counting = (number, batch) -> {
            loads.incrementAndGet();
            batch.append(4, features(number, 4), targets(number, 4));
        };
        Conveyor conveyor = device.conveyor(new BatchShape(4, 3, 2), counting);
        taken(conveyor).close();
        Slot second = taken(conveyor);
        conveyor.close();
        long after = loads.get();
        second.close();
        conveyor.close();
        assertThrows(ClosedException.class, conveyor::next);
        assertThrows(ClosedException.class, () -> second.x().toArray());
        assertEquals(after, loads.get());
        assertDoesNotThrow(() -> device.tensor(1, 1).item());
    }

    @Test
    void aClosedDeviceGivesNoBatches() {
        assumeTrue(backend.closes(), "the reference device is always open");
        Conveyor conveyor = device.conveyor(new BatchShape(4, 3, 2), endingAfter(BATCHES, 4));
        Conveyor idle = device.conveyor(new BatchShape(4, 3, 2), endingAfter(BATCHES, 4));
        Slot slot = taken(conveyor);
        device.close();
        assertThrows(ClosedException.class, conveyor::next);
        assertThrows(ClosedException.class, idle::next);
        assertDoesNotThrow(slot::close);
        assertThrows(ClosedException.class, conveyor::next);
        assertDoesNotThrow(conveyor::close);
        assertDoesNotThrow(idle::close);
        assertThrows(ClosedException.class, () -> device.conveyor(new BatchShape(4, 3, 2), endingAfter(BATCHES, 4)));
    }

    @Test
    void virtualThreadsEachWithTheirConveyorDoNotDisturbEachOther() throws Exception {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < 6; i++) {
                int rows = 5 + i;
                all.add(threads.submit(() -> {
                    Tensor copy = device.tensor(rows, 3);
                    try (Conveyor conveyor = device.conveyor(new BatchShape(rows, 3, 2), endingAfter(60, rows))) {
                        for (int b = 0; b < 60; b++) {
                            try (Slot slot = taken(conveyor)) {
                                ops.activate(Activation.RELU, slot.x(), copy.rows(0, slot.rows()));
                            }
                            assertArrayEquals(
                                    features(b, rowsOf(b, rows)),
                                    copy.rows(0, rowsOf(b, rows)).toArray());
                        }
                    }
                }));
            }
            for (Future<?> one : all) {
                one.get();
            }
        }
    }

    private static void assertRefused(String part, Runnable call) {
        ShapeException thrown = assertThrows(ShapeException.class, call::run);
        assertTrue(thrown.getMessage().contains(part), thrown.getMessage());
    }

    private static Slot taken(Conveyor conveyor) {
        Slot slot = conveyor.next();
        assertNotNull(slot);
        return slot;
    }

    /// Every fifth batch is a smaller one, where there can be one.
    private static int rowsOf(long batch, int rows) {
        return batch % 5 == 4 ? (rows + 1) / 2 : rows;
    }

    private BatchLoader endingAfter(int batches, int rows) {
        return (number, batch) -> {
            if (number < batches) {
                int count = rowsOf(number, rows);
                // In two parts, from arrays that are changed at once.
                double[] x = exactFeatures(number, count);
                double[] target = exactTargets(number, count);
                int half = count / 2;
                batch.append(half, x, target);
                System.arraycopy(x, half * 3, x, 0, (count - half) * 3);
                System.arraycopy(target, half * 2, target, 0, (count - half) * 2);
                batch.append(count - half, x, target);
                Arrays.fill(x, Double.NaN);
                Arrays.fill(target, Double.NaN);
            }
        };
    }

    private double[] features(long batch, int rows) {
        return stored(exactFeatures(batch, rows));
    }

    private double[] targets(long batch, int rows) {
        return stored(exactTargets(batch, rows));
    }

    /// Whole numbers, never the same in two batches.
    private static double[] exactFeatures(long batch, int rows) {
        double[] values = new double[rows * 3];
        for (int i = 0; i < values.length; i++) {
            values[i] = batch % 100 + i % 7;
        }
        return values;
    }

    /// Numbers that float32 rounds.
    private static double[] exactTargets(long batch, int rows) {
        double[] values = new double[rows * 2];
        for (int i = 0; i < values.length; i++) {
            values[i] = batch + i / 3.0;
        }
        return values;
    }

    private double[] stored(double[] values) {
        return device.precision() == Precision.FP64
                ? values
                : Arrays.stream(values).map(value -> (float) value).toArray();
    }
}
