package dev.cresset.backend;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cresset.tensor.Counter;
import dev.cresset.tensor.Precision;
import dev.cresset.tensor.RowOrder;
import dev.cresset.tensor.RowOrder.Kind;
import dev.cresset.tensor.ShapeException;
import dev.cresset.tensor.Tensor;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/// Tables on a device, the batches that are drawn from them, and the ring of what is kept.
@ForEveryBackend
class DrawContractTest extends BackendContract {
    DrawContractTest(Backend backend) {
        super(backend);
    }

    @Test
    void everyBatchOfAFewEpochsHasTheRowsOfTheOrder() {
        for (int[] shape : new int[][] {{1, 1, 1}, {7, 3, 2}, {100, 33, 32}, {300, 31, 257}, {1000, 5, 128}}) {
            int rows = shape[0];
            int size = shape[2];
            for (Kind kind : Kind.values()) {
                RowOrder order = new RowOrder(kind, -7, rows, size, (rows + size - 1) / size);
                double[] x = numbers(rows * shape[1]);
                double[] y = numbers(rows * 2);
                requireDrawn(order, table(rows, shape[1], x), x, table(rows, 2, y), y);
            }
        }
    }

    private void requireDrawn(RowOrder order, Table features, double[] x, Table targets, double[] y) {
        Counter batch = device.counter();
        for (int b = 0; b < 2 * order.batches() + 1; b++) {
            int place = b % order.batches() * order.batchSize();
            int rows = Math.min(order.batchSize(), order.rows() - place);
            Operand drawn = out(rows, features.columns());
            Operand target = out(rows, targets.columns());
            ops.draw(features, targets, order, batch, drawn.tensor(), target.tensor());
            long number = b;
            drawn.requireClose((i, j) -> stored(x[order.row(number, i) * features.columns() + j]), 0);
            target.requireClose((i, j) -> stored(y[order.row(number, i) * targets.columns() + j]), 0);
            ops.advance(batch);
        }
        assertEquals(2 * order.batches() + 1, batch.value());
    }

    /// As the device stores it.
    private double stored(double value) {
        return device.tensor(1, 1, new double[] {value}).item();
    }

    @Test
    void upTo256DifferentNumbersTakeAByteEachAndStayWhatTheyAre() {
        for (int different : new int[] {1, 2, 200, 256, 257, 600}) {
            double[] values = new double[600];
            for (int i = 0; i < values.length; i++) {
                values[i] = i * 7 % different / 255.0 - 0.25;
            }
            Table table = table(200, 3, values);
            assertEquals(different <= 256, table.codes().isPresent(), different + " different numbers: " + table);
            assertEquals(600L * (different <= 256 ? 1 : device.precision().bytes()), table.bytes());
            RowOrder order = new RowOrder(Kind.SEQUENTIAL, 0, 200, 200, 1);
            Operand x = out(200, 3);
            Operand y = out(200, 3);
            ops.draw(table, table, order, device.counter(), x.tensor(), y.tensor());
            x.requireClose((i, j) -> stored(values[3 * i + j]), 0);
        }
    }

    @Test
    void bothOutputsInOnePlaceAreRefused() {
        Table table = table(4, 2, numbers(8));
        Tensor x = device.tensor(4, 2);
        RowOrder order = new RowOrder(Kind.SEQUENTIAL, 0, 4, 4, 1);
        Counter batch = device.counter();
        assertThrows(IllegalArgumentException.class, () -> ops.draw(table, table, order, batch, x, x));
    }

    @Test
    void negativeZeroAndInfinitySurviveTheBytes() {
        double[] values = {-0.0, 0.0, Double.POSITIVE_INFINITY, Double.NaN, -1, 2};
        Operand x = out(6, 1);
        Operand y = out(6, 1);
        RowOrder order = new RowOrder(Kind.SEQUENTIAL, 0, 6, 6, 1);
        ops.draw(table(6, 1, values), table(6, 1, values), order, device.counter(), x.tensor(), y.tensor());
        assertArrayEquals(values, x.now());
        assertArrayEquals(values, y.now());
    }

    @Test
    void classNumbersAreWrittenOutWhereTheTargetIsWider() {
        int rows = 70;
        double[] labels = new double[rows];
        for (int i = 0; i < rows; i++) {
            labels[i] = i % 5;
        }
        RowOrder order = new RowOrder(Kind.SHUFFLED, 3, rows, 33, 3);
        Counter batch = device.counter();
        batch.set(1);
        Operand x = out(33, 1);
        Operand target = out(33, 5);
        ops.draw(table(rows, 1, labels), table(rows, 1, labels), order, batch, x.tensor(), target.tensor());
        target.requireClose((i, j) -> order.row(1, i) % 5 == j ? 1 : 0, 0);
    }

    @Test
    void whatDoesNotFitIsRefusedBeforeAnythingIsWritten() {
        RowOrder order = new RowOrder(Kind.SEQUENTIAL, 0, 6, 3, 2);
        Table six = table(6, 2, numbers(12));
        Table five = table(5, 2, numbers(10));
        Operand x = in(3, 2, numbers(6));
        Operand y = in(3, 2, numbers(6));
        Counter batch = device.counter();
        refused(() -> ops.draw(five, six, order, batch, x.tensor(), y.tensor()), "features should have the 6 rows");
        refused(() -> ops.draw(six, five, order, batch, x.tensor(), y.tensor()), "targets should have the 6 rows");
        refused(() -> ops.draw(six, six, order, batch, device.tensor(3, 3), y.tensor()), "x should be 3×2");
        refused(() -> ops.draw(six, six, order, batch, x.tensor(), device.tensor(2, 2)), "target should be 3×2");
        refused(() -> ops.draw(six, six, order, batch, device.tensor(4, 2), device.tensor(4, 2)), "at most 3 rows");
        five.close();
        five.close();
        assertThrows(ClosedException.class, () -> ops.draw(five, six, order, batch, x.tensor(), y.tensor()));
        requireRestUntouched();
    }

    private static void refused(Executable call, String words) {
        String message = assertThrows(ShapeException.class, call).getMessage();
        assertTrue(message.contains(words), message);
    }

    @Test
    void aRingKeepsTheLastOnes() {
        Tensor ring = device.tensor(1, 3, new double[] {-1, -1, -1});
        Tensor value = device.tensor(1, 1);
        Counter at = device.counter();
        for (int i = 0; i < 4; i++) {
            value.write(i);
            ops.keep(value, at, ring);
            ops.advance(at);
        }
        assertArrayEquals(new double[] {3, 1, 2}, ring.toArray());
        refused(() -> ops.keep(ring, at, ring), "value should be 1×1");
    }

    @Test
    void readbacksGiveWhatWasThereWhenTheyWerePosted() {
        Tensor ring = device.tensor(1, 4, new double[] {0, 1, 2, 3});
        double[] taken = new double[4];
        try (Readback readback = device.readback(ring)) {
            readback.post(0, 2);
            ops.fill(ring, 7);
            readback.post(3, 3);
            assertThrows(IllegalStateException.class, () -> readback.post(0, 1));
            ops.fill(ring, 8);
            assertEquals(2, readback.take(taken));
            assertArrayEquals(new double[] {0, 1, 0, 0}, taken);
            assertEquals(3, readback.take(taken));
            assertArrayEquals(new double[] {7, 7, 7, 0}, taken);
            assertThrows(IllegalStateException.class, () -> readback.take(taken));
            readback.post(2, 4);
        }
    }

    @Test
    void readbacksOfWhatIsNotThereAreRefused() {
        Tensor ring = device.tensor(1, 8);
        double[] taken = new double[8];
        try (Readback readback = device.readback(ring)) {
            assertThrows(IllegalStateException.class, () -> readback.take(taken));
            for (int[] wrong : new int[][] {{9, 1}, {8, 1}, {-1, 1}, {0, 9}, {0, -1}}) {
                String message = assertThrows(IllegalArgumentException.class, () -> readback.post(wrong[0], wrong[1]))
                        .getMessage();
                assertTrue(message.contains("found " + wrong[1] + " from " + wrong[0] + " on"), message);
            }
            readback.post(0, 8);
            assertEquals(8, readback.take(taken));
        }
        Device other = Device.cpu(Precision.FP32);
        Tensor elsewhere = (other == device ? Device.reference() : other).tensor(1, 8);
        assertThrows(IllegalArgumentException.class, () -> device.readback(elsewhere));
    }

    @Test
    void aSourceThatGivesOtherNumbersTheSecondTimeIsRefused() {
        double[] number = {0};
        String message = assertThrows(
                        IllegalStateException.class,
                        () -> device.table(3, 2, (row, to, at) -> Arrays.fill(to, at, at + 2, number[0]++)))
                .getMessage();
        assertTrue(message.contains("must give the same numbers each time"), message);
    }

    @Test
    void readbacksGoRoundTheEnd() {
        Tensor ring = device.tensor(1, 4, new double[] {0, 1, 2, 3});
        double[] taken = new double[4];
        try (Readback readback = device.readback(ring)) {
            for (int i = 0; i < 5; i++) {
                readback.post(3, 4);
                assertEquals(4, readback.take(taken));
                assertArrayEquals(new double[] {3, 0, 1, 2}, taken);
            }
        }
    }

    private Table table(int rows, int columns, double[] values) {
        Table table =
                device.table(rows, columns, (row, to, at) -> System.arraycopy(values, row * columns, to, at, columns));

        return table;
    }
}
