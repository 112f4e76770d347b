package dev.cresset.backend;

import dev.cresset.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/// The common part of the contract tests: a device for each test, operands with guarded neighbours, numbers, and sizes
/// that hurt (around the widths of vectors, blocks and parts).
abstract class BackendContract {
    /// Rows and columns that every verb on matrices is tried with, each with each.
    static final int[] SIZES = {0, 1, 3, 31, 33, 257, 1000};

    private static final long SEED = 11;

    final Backend backend;
    Device device;
    Ops ops;
    private final List<Operand> operands = new ArrayList<>();
    private Random random;

    BackendContract(Backend backend) {
        this.backend = backend;
    }

    @BeforeEach
    void openDevice() {
        device = backend.open();
        ops = device.ops();
        restartNumbers();
    }

    /// Makes the numbers that follow those that a test starts with.
    void restartNumbers() {
        random = new Random(SEED);
    }

    @AfterEach
    void closeDevice() {
        device.close();
    }

    /// Half a unit in the last place of a stored number, relative.
    double roundoff() {
        return device.precision().roundoff();
    }

    /// An operand that the verb may only read.
    Operand in(int rows, int columns, double... values) {
        Operand operand = Operand.input(device, rows, columns, values);
        operands.add(operand);
        return operand;
    }

    /// An operand that the verb overwrites; it holds NaN, so that reading it shows.
    Operand out(int rows, int columns) {
        Operand operand = Operand.output(device, rows, columns);
        operands.add(operand);
        return operand;
    }

    /// An operand that the verb reads and overwrites.
    Operand inOut(int rows, int columns, double... values) {
        Operand operand = Operand.changing(device, rows, columns, values);
        operands.add(operand);
        return operand;
    }

    /// Fails unless all inputs made since the last call, and the neighbours of every operand, are as they were.
    void requireRestUntouched() {
        operands.forEach(Operand::requireUntouched);
        operands.clear();
    }

    /// Normal numbers, some of them exactly 0, always the same for the same test.
    double[] numbers(int count) {
        double[] values = new double[count];
        for (int i = 0; i < count; i++) {
            values[i] = random.nextInt(10) == 0 ? 0 : 2 * random.nextGaussian();
        }
        return values;
    }

    /// Numbers in (0, 1).
    double[] fractions(int count) {
        double[] values = new double[count];
        for (int i = 0; i < count; i++) {
            values[i] = 0.001 + 0.998 * random.nextDouble();
        }
        return values;
    }

    /// Whole numbers from 0 to `bound − 1`.
    double[] classes(int count, int bound) {
        double[] values = new double[count];
        for (int i = 0; i < count; i++) {
            values[i] = random.nextInt(bound);
        }
        return values;
    }

    Operand randomIn(int rows, int columns) {
        return in(rows, columns, numbers(rows * columns));
    }

    /// What a test does for each pair of sizes.
    interface ForShape {
        void run(int rows, int columns);
    }

    void forAllShapes(ForShape test) {
        for (int rows : SIZES) {
            for (int columns : SIZES) {
                test.run(rows, columns);
                requireRestUntouched();
            }
        }
    }

    /// Fewer shapes, for verbs whose elements do not know of rows: one part, several parts, and their edges.
    void forSomeShapes(ForShape test) {
        for (int[] shape : new int[][] {{0, 3}, {3, 0}, {1, 1}, {3, 31}, {33, 257}, {1, 1000}, {40, 1000}}) {
            test.run(shape[0], shape[1]);
            requireRestUntouched();
        }
    }

    static Tensor[] tensors(Operand... operands) {
        Tensor[] tensors = new Tensor[operands.length];
        for (int i = 0; i < operands.length; i++) {
            tensors[i] = operands[i].tensor();
        }
        return tensors;
    }
}
