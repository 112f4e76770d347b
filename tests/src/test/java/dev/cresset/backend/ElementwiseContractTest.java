package dev.cresset.backend;

import org.junit.jupiter.api.Test;

@ForEveryBackend
class ElementwiseContractTest extends BackendContract {
    ElementwiseContractTest(Backend backend) {
        super(backend);
    }

    @Test
    void fillWritesTheValueEverywhere() {
        forAllShapes((rows, columns) -> {
            Operand y = out(rows, columns);
            ops.fill(y.tensor(), 0.1);
            y.requireClose((i, j) -> 0.1, Tolerance.ARITHMETIC);
        });
        for (double special : new double[] {Double.NaN, Double.NEGATIVE_INFINITY}) {
            Operand y = out(3, 3);
            ops.fill(y.tensor(), special);
            y.requireClose((i, j) -> special, 0);
        }
    }

    @Test
    void copyIsBitForBit() {
        forAllShapes((rows, columns) -> {
            Operand x = randomIn(rows, columns);
            Operand y = out(rows, columns);
            ops.copy(x.tensor(), y.tensor());
            y.requireSame(x.given());
        });
    }

    @Test
    void addRowAddsTheRowToEachRow() {
        forAllShapes((rows, columns) -> {
            Operand x = randomIn(rows, columns);
            Operand row = randomIn(1, columns);
            Operand y = out(rows, columns);
            ops.addRow(x.tensor(), row.tensor(), y.tensor());
            Operand.Formula sum = (i, j) -> x.given(i, j) + row.given(0, j);
            y.requireClose(sum, Tolerance.ARITHMETIC);
        });
    }

    @Test
    void addRowWorksInPlace() {
        Operand x = inOut(33, 257, numbers(33 * 257));
        Operand row = randomIn(1, 257);
        ops.addRow(x.tensor(), row.tensor(), x.tensor());
        x.requireClose((i, j) -> x.given(i, j) + row.given(0, j), Tolerance.ARITHMETIC);
        requireRestUntouched();
    }

    @Test
    void blendMovesTheOldTowardsTheNew() {
        forAllShapes((rows, columns) -> {
            Operand x = randomIn(rows, columns);
            Operand y = inOut(rows, columns, numbers(rows * columns));
            ops.blend(x.tensor(), y.tensor(), 0.9, 1.25);
            y.requireClose(
                    (i, j) -> 0.9 * y.given(i, j) + 0.1 * 1.25 * x.given(i, j),
                    (i, j) -> Math.abs(y.given(i, j)) + Math.abs(x.given(i, j)),
                    Tolerance.ARITHMETIC);
        });
    }

    @Test
    void gatherTakesRowsInAnyOrderAndSeveralTimes() {
        forAllShapes((rows, columns) -> {
            Operand x = randomIn(33, columns);
            Operand order = in(rows, 1, classes(rows, 33));
            Operand y = out(rows, columns);
            ops.gather(x.tensor(), order.tensor(), y.tensor());
            y.requireClose((i, j) -> x.given((int) order.given(i, 0), j), 0);
        });
    }

    @Test
    void aNumberThatIsNoRowGathersNaN() {
        Operand x = randomIn(3, 300);
        Operand y = out(7, 300);
        ops.gather(x.tensor(), in(7, 1, 2, 3, -1, 0.5, Double.NaN, 1e30, 0).tensor(), y.tensor());
        y.requireClose((i, j) -> i == 0 ? x.given(2, j) : i == 6 ? x.given(0, j) : Double.NaN, 0);
        requireRestUntouched();
        Operand nothing = out(1, 2);
        ops.gather(in(0, 2).tensor(), in(1, 1, 0).tensor(), nothing.tensor());
        nothing.requireClose((i, j) -> Double.NaN, 0);
    }

    @Test
    void nanAndInfinityGoThrough() {
        double[] specials = {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, -0.0};
        Operand x = in(1, 4, specials);
        Operand y = out(1, 4);
        ops.copy(x.tensor(), y.tensor());
        y.requireSame(specials);
        ops.addRow(x.tensor(), in(1, 4, 1, 1, 1, 1).tensor(), y.tensor());
        y.requireClose((i, j) -> specials[j] + 1, 0);
    }
}
