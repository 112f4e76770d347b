package dev.cresset.standin;

import static dev.cresset.standin.KernelCase.Kind.COUNTER;
import static dev.cresset.standin.KernelCase.Kind.DOUBLES;
import static dev.cresset.standin.KernelCase.Kind.HALVES;
import static dev.cresset.standin.KernelCase.Kind.INT;
import static dev.cresset.standin.KernelCase.Kind.LABELS;
import static dev.cresset.standin.KernelCase.Kind.LONG;
import static dev.cresset.standin.KernelCase.Kind.REAL;
import static dev.cresset.standin.KernelCase.Kind.REALS;
import static dev.cresset.standin.KernelCase.Kind.ROOM;
import static dev.cresset.standin.KernelCase.Kind.ROOM_OF_DOUBLES;

import dev.cresset.kernels.Kernel;
import java.util.List;

/// Arguments for each kernel of the table: sensible ones, in its order, with memory of exactly the size that it needs.
final class KernelCase {
    private static final int SIGMOID = 1;
    private static final int SQUARED = 0;

    /// What an argument is.
    enum Kind {
        /// Memory: random numbers of the kernel's type.
        REALS,
        /// Memory: random `double`s.
        DOUBLES,
        /// Memory: whole numbers of the kernel's type: each below the bound, the largest among them, and in a matrix
        /// with more than one row one that is the bound.
        LABELS,
        /// Memory that the kernel is to write.
        ROOM,
        /// The same, of `double`s.
        ROOM_OF_DOUBLES,
        /// Memory that the kernel is to write, 2 bytes a number.
        HALVES,
        /// Memory: one whole number, 1.
        COUNTER,
        /// A number of the kernel's type.
        REAL,
        INT,
        LONG
    }

    /// An argument: of memory, how many numbers; else the number.
    record Argument(Kind kind, double number, int bound) {
        boolean isMemory() {
            return kind.ordinal() <= COUNTER.ordinal();
        }
    }

    private KernelCase() {}

    static List<Argument> of(Kernel kernel, Shape s) {
        int n = s.elements();
        int rows = s.rows();
        int columns = s.columns();
        int partials = s.chunks() * columns;
        Argument size = number(LONG, n);
        Argument height = number(LONG, rows);
        Argument width = number(LONG, columns);
        Argument chunk = number(LONG, s.chunk());
        Argument chunks = number(LONG, s.chunks());
        Argument all = memory(REALS, n);
        Argument row = memory(REALS, columns);
        Argument room = memory(ROOM, n);
        Argument roomOfRow = memory(ROOM, columns);
        Argument half = number(REAL, 0.5);
        Argument one = memory(ROOM, 1);
        Argument sum = memory(ROOM_OF_DOUBLES, 1);
        Argument divisor = memory(DOUBLES, 1);
        Argument labels = new Argument(LABELS, rows, columns);
        return switch (kernel) {
            case FILL -> List.of(room, half, size);
            case SCALE -> List.of(all, half, size);
            case ADD_ROW -> List.of(all, row, room, height, width);
            case BLEND -> List.of(all, all, half, number(REAL, 0.25), size);
            case ADVANCE -> List.of(memory(COUNTER, 1));
            case GATHER -> List.of(all, new Argument(LABELS, rows, rows), room, height, height, width);
            case ACTIVATE -> List.of(all, room, number(INT, SIGMOID), half, size);
            case ACTIVATE_GRADIENT -> List.of(all, all, all, room, number(INT, SIGMOID), half, size);
            case ADD_ROW_ACTIVATE -> List.of(all, row, room, room, number(INT, SIGMOID), half, height, width);
            case DROPOUT -> List.of(all, memory(COUNTER, 1), room, half, number(LONG, 7), number(LONG, 1L << 30), size);
            case COLUMN_SUMS -> List.of(all, memory(ROOM_OF_DOUBLES, partials), height, width, chunk);
            case COLUMN_SUMS_FINISH -> List.of(memory(DOUBLES, partials), roomOfRow, chunks, width);
            case ACTIVATE_GRADIENT_SUMS ->
                List.of(
                        all,
                        all,
                        all,
                        room,
                        memory(ROOM_OF_DOUBLES, partials),
                        number(INT, SIGMOID),
                        half,
                        height,
                        width,
                        chunk);
            case COLUMN_MOMENTS -> List.of(all, memory(ROOM_OF_DOUBLES, 2 * partials), height, width, chunk);
            case COLUMN_MOMENTS_FINISH ->
                List.of(memory(DOUBLES, 2 * partials), roomOfRow, roomOfRow, height, width, chunk);
            case BATCH_NORM -> List.of(all, row, row, row, row, room, room, half, height, width);
            case BATCH_NORM_SUMS -> List.of(all, all, memory(ROOM_OF_DOUBLES, 2 * partials), height, width, chunk);
            case BATCH_NORM_SUMS_FINISH -> List.of(memory(DOUBLES, 2 * partials), roomOfRow, roomOfRow, chunks, width);
            case BATCH_NORM_GRADIENT ->
                List.of(all, row, row, all, row, row, room, half, number(INT, 1), height, width);
            case SOFTMAX, LOG_SOFTMAX -> List.of(all, room, height, width);
            case SOFTMAX_GRADIENT, LOG_SOFTMAX_GRADIENT -> List.of(all, all, room, height, width);
            case POINTWISE_LOSS -> List.of(all, all, sum, number(INT, SQUARED), half, size);
            case POINTWISE_LOSS_FINISH -> List.of(memory(DOUBLES, n), one, half, size);
            case POINTWISE_LOSS_GRADIENT ->
                List.of(all, all, room, number(INT, SQUARED), half, number(REAL, 0.25), size);
            case CROSS_ENTROPY_DIVISOR -> List.of(labels, row, sum, number(INT, 2), height, width);
            case CROSS_ENTROPY -> List.of(all, labels, row, sum, number(INT, 1), half, height, width);
            case CROSS_ENTROPY_FINISH -> List.of(memory(DOUBLES, n), divisor, one, size);
            case CROSS_ENTROPY_GRADIENT ->
                List.of(all, labels, row, divisor, room, number(INT, 1), half, height, width);
            case SOFTMAX_CROSS_ENTROPY ->
                List.of(all, labels, row, divisor, room, sum, room, number(INT, 1), half, height, width);
            case SGD -> List.of(all, memory(REALS, 4), all, size);
            case SGD_MOMENTUM -> List.of(all, memory(REALS, 4), memory(COUNTER, 1), all, all, number(INT, 1), size);
            case DRAW ->
                List.of(
                        number(LONG, 0),
                        all,
                        number(LONG, 0),
                        new Argument(LABELS, rows, columns),
                        memory(COUNTER, 1),
                        room,
                        room,
                        number(INT, 1),
                        number(LONG, 7),
                        height,
                        height,
                        number(LONG, 1),
                        height,
                        width,
                        number(LONG, 1),
                        width);
            case KEEP -> List.of(memory(REALS, 1), memory(COUNTER, 1), room, size);
            case ROUND_TO_BF16 -> List.of(all, memory(HALVES, n), size);
            case SPLIT_TF32 -> List.of(all, room, room, size);
            case STEP_TINY,
                    STEP_DRAW,
                    STEP_NORMALIZE,
                    STEP_NORMALIZE_GRADIENT,
                    STEP_NORMALIZE_GRADIENT_OF_CLASSES,
                    STEP_CLASSIFY,
                    STEP_CLASSIFY_GRADIENT,
                    STEP_LOSS,
                    STEP_UPDATE,
                    STEP_NARROW_FP32,
                    STEP_NARROW_TF32,
                    STEP_NARROW_BF16,
                    STEP_NARROW_UPDATE,
                    STEP_DRAW_BF16,
                    STEP_NORMALIZE_BF16,
                    STEP_NORMALIZE_GRADIENT_BF16,
                    STEP_NORMALIZE_GRADIENT_OF_CLASSES_BF16,
                    STEP_CLASSIFY_BF16,
                    STEP_CLASSIFY_GRADIENT_BF16,
                    STEP_LOSS_BF16,
                    STEP_UPDATE_BF16,
                    STEP_CROSS_ENTROPY_BF16,
                    STEP_ACTIVATE_BF16,
                    STEP_ACTIVATE_GRADIENT_BF16,
                    STEP_COLUMN_SUMS_BF16 ->
                throw new IllegalArgumentException(kernel + " is a whole step: see its own tests");
        };
    }

    private static Argument memory(Kind kind, int count) {
        return new Argument(kind, count, 0);
    }

    private static Argument number(Kind kind, double number) {
        return new Argument(kind, number, 0);
    }
}
