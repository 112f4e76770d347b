package dev.cresset.backend;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.cresset.tensor.ShapeException;
import dev.cresset.tensor.Tensor;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/// What holds for every verb: what is refused, and that a refused call overwrites nothing; that calls repeat.
@ForEveryBackend
class EveryVerbContractTest extends BackendContract {
    private static final int ROWS = 5;
    private static final int COLUMNS = 4;

    EveryVerbContractTest(Backend backend) {
        super(backend);
    }

    private interface Check {
        void run(Verb verb, Operand[] operands, int changed);
    }

    @Test
    void anOperandOfAnotherShapeIsRefusedByNameAndSizes() {
        forEachOperand((verb, operands, changed) -> {
            Tensor[] tensors = tensors(operands);
            int rows = tensors[changed].rows();
            int columns = tensors[changed].columns();
            for (Tensor wrong : new Tensor[] {device.tensor(rows, columns + 2), device.tensor(rows + 2, columns)}) {
                tensors[changed] = wrong;
                // Any shape may be filled, and rows may be taken away where only columns are shared.
                if (verb != Verb.FILL && !fits(verb, changed, wrong)) {
                    ShapeException thrown = assertThrows(ShapeException.class, () -> verb.run(device, tensors));
                    requireShapes(thrown.getMessage(), wrong, operands);
                }
            }
        });
    }

    @Test
    void anOperandOfAnotherDeviceIsRefused() {
        try (Device other = Device.cpu()) {
            forEachOperand((verb, operands, changed) -> {
                Tensor[] tensors = tensors(operands);
                tensors[changed] = other.tensor(tensors[changed].rows(), tensors[changed].columns());
                IllegalArgumentException thrown =
                        assertThrows(IllegalArgumentException.class, () -> verb.run(device, tensors));
                assertTrue(thrown.getMessage().contains(" on " + device + " was given"), thrown.getMessage());
                assertTrue(thrown.getMessage().contains("lives on " + other), thrown.getMessage());
            });
            for (Verb verb : Verb.values()) {
                if (verb.usesCounter()) {
                    Operand[] operands = operands(verb);
                    assertThrows(
                            IllegalArgumentException.class, () -> verb.run(device, tensors(operands), other.counter()));
                    requireNothingOverwritten(operands);
                }
            }
        }
    }

    @Test
    void anOperandThatHasBeenFreedIsRefused() {
        forEachOperand((verb, operands, changed) -> {
            Tensor[] tensors = tensors(operands);
            Tensor shape = tensors[changed];
            Tensor[] freed = new Tensor[1];
            Arena.filledBy(device, arena -> freed[0] = arena.tensor(shape.rows(), shape.columns()))
                    .close();
            tensors[changed] = freed[0];
            assertThrows(ClosedException.class, () -> verb.run(device, tensors));
            if (backend == Backend.REFERENCE) {
                // The reference finds it only where it first reads or writes there.
                Arrays.stream(operands).forEach(Operand::forget);
            }
        });
    }

    @Test
    void anOutputThatLiesShiftedAgainstAnInputIsRefused() {
        Tensor tall = device.tensor(10, 4, numbers(40));
        Tensor upper = tall.rows(0, 9);
        Tensor lower = tall.rows(1, 9);
        Tensor apart = device.tensor(9, 4);
        double[] before = tall.toArray();
        assertThrows(IllegalArgumentException.class, () -> ops.copy(upper, lower));
        assertThrows(IllegalArgumentException.class, () -> ops.activate(Activation.TANH, lower, upper));
        assertThrows(
                IllegalArgumentException.class,
                () -> ops.activateGradient(Activation.TANH, apart, upper, apart, lower));
        assertThrows(IllegalArgumentException.class, () -> ops.sgd(upper, lower, device.tensor(1, 4)));
        assertArrayEquals(before, tall.toArray());
        assertDoesNotThrow(() -> ops.copy(upper, upper));
    }

    @Test
    void everyVerbOnAClosedDeviceIsRefused() {
        assumeTrue(backend.closes(), "the reference device is always open");
        for (Verb verb : Verb.values()) {
            Device closing = backend.open();
            Tensor[] tensors = IntStream.range(0, verb.operands())
                    .mapToObj(i -> closing.tensor(verb.rows(i, ROWS, COLUMNS), verb.columns(i, ROWS, COLUMNS)))
                    .toArray(Tensor[]::new);
            var counter = closing.counter();
            closing.close();
            assertThrows(ClosedException.class, () -> verb.run(closing, tensors, counter), verb.name());
        }
    }

    @Test
    void twoCallsAreBitEqual() {
        assertAll(Arrays.stream(Verb.values()).map(verb -> () -> {
            for (int[] shape : new int[][] {{1, 1}, {33, 31}, {700, 100}}) {
                double[][] first = run(verb, shape);
                double[][] second = run(verb, shape);
                for (int i = 0; i < first.length; i++) {
                    assertArrayEquals(first[i], second[i], verb + " " + Arrays.toString(shape));
                }
            }
        }));
    }

    @Test
    void emptyBatchesAreFine() {
        for (Verb verb : Verb.values()) {
            if (verb != Verb.COLUMN_MOMENTS) {
                assertDoesNotThrow(() -> run(verb, new int[] {0, 3}), verb.name());
            }
            if (verb != Verb.KEEP) {
                // A ring of no places keeps nothing.
                assertDoesNotThrow(() -> run(verb, new int[] {3, 0}), verb.name());
            }
        }
    }

    /// The message says the shape that was found and one that would do, of this operand or of the one that it is held
    /// against.
    private static void requireShapes(String message, Tensor wrong, Operand[] operands) {
        assertTrue(message.contains("found "), message);
        assertTrue(
                Arrays.stream(operands)
                        .anyMatch(operand -> message.contains(operand.tensor().shape())),
                message);
        boolean columns = message.contains(wrong.shape()) || message.contains("×" + wrong.columns());
        assertTrue(columns || message.contains(wrong.rows() + "×"), message);
    }

    /// Outputs that the verb also reads start as the same numbers each time.
    private double[][] run(Verb verb, int[] shape) {
        restartNumbers();
        Operand[] operands = IntStream.range(0, verb.operands())
                .mapToObj(i -> {
                    int rows = verb.rows(i, shape[0], shape[1]);
                    int columns = verb.columns(i, shape[0], shape[1]);
                    double[] values = fractions(rows * columns);
                    return verb.isOutput(i) ? inOut(rows, columns, values) : in(rows, columns, values);
                })
                .toArray(Operand[]::new);
        verb.run(device, tensors(operands));
        requireRestUntouched();
        return Arrays.stream(operands).map(Operand::now).toArray(double[][]::new);
    }

    private void forEachOperand(Check check) {
        Executable[] all = Arrays.stream(Verb.values())
                .flatMap(verb -> IntStream.range(0, verb.operands()).<Executable>mapToObj(i -> () -> {
                    Operand[] operands = operands(verb);
                    try {
                        check.run(verb, operands, i);
                    } catch (AssertionError e) {
                        throw new AssertionError(verb + ", operand " + i + ": " + e.getMessage(), e);
                    }
                    requireNothingOverwritten(operands);
                }))
                .toArray(Executable[]::new);
        assertAll(all);
    }

    private Operand[] operands(Verb verb) {
        return IntStream.range(0, verb.operands())
                .mapToObj(i -> {
                    int rows = verb.rows(i, ROWS, COLUMNS);
                    int columns = verb.columns(i, ROWS, COLUMNS);
                    return in(rows, columns, fractions(rows * columns));
                })
                .toArray(Operand[]::new);
    }

    private static void requireNothingOverwritten(Operand[] operands) {
        for (Operand operand : operands) {
            operand.requireUntouched();
        }
    }

    /// Whether a verb takes such a tensor after all: a matrix whose rows are not shared with another operand.
    private static boolean fits(Verb verb, int operand, Tensor tensor) {
        boolean onlyMatrix = verb == Verb.COLUMN_SUMS || verb == Verb.COLUMN_MOMENTS || verb == Verb.GATHER;
        boolean ring = verb == Verb.KEEP && operand == 1 && tensor.rows() == 1;
        return ring || onlyMatrix && operand == 0 && tensor.columns() == COLUMNS;
    }
}
