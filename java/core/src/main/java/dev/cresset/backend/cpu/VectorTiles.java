package dev.cresset.backend.cpu;

import static dev.cresset.backend.cpu.VectorFunctions.ORDER;

import dev.cresset.backend.Activation;
import dev.cresset.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/// [CpuTiles] in one pass of vectors, for float32 where there is no activation or ReLU and vectors fill the tile's
/// rows; the rest is left to [PlainTiles].
///
/// It adds in float32. A sum is rounded to the same number at once or by way of a format that has twice the bits and
/// two more, and `double` has 53 of 2 · 24 + 2 (S. A. Figueroa, "When is double rounding innocuous?", 1995).
final class VectorTiles implements CpuTiles {
    static final VectorTiles ALL = new VectorTiles();

    private static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_PREFERRED;
    private static final int COUNT = FLOATS.length();

    private VectorTiles() {}

    @Override
    public void finish(CpuCall call, int row, int column, int rows, int columns, CpuScratch scratch) {
        boolean activated = CpuTiles.isActivated(call);
        if (columns % COUNT != 0 || activated && call.activation().kind() != Activation.Kind.RELU) {
            PlainTiles.ALL.finish(call, row, column, rows, columns, scratch);
        } else if (activated) {
            Tensor sums = CpuTiles.sums(call);
            addRowRelu(sums, CpuTiles.bias(call), CpuTiles.activated(call), row, column, rows, columns);
        } else {
            addRow(CpuTiles.sums(call), CpuTiles.bias(call), row, column, rows, columns);
        }
    }

    private static void addRow(Tensor sums, Tensor bias, int row, int column, int rows, int columns) {
        MemorySegment z = CpuBuffer.memory(sums);
        MemorySegment b = CpuBuffer.memory(bias);
        long b0 = CpuBuffer.floatAt(bias, column);
        for (int i = row; i < row + rows; i++) {
            long z0 = CpuBuffer.floatAt(sums, (long) i * sums.columns() + column);
            for (int j = 0; j < columns; j += COUNT) {
                long at = (long) j * Float.BYTES;
                FloatVector.fromMemorySegment(FLOATS, z, z0 + at, ORDER)
                        .add(FloatVector.fromMemorySegment(FLOATS, b, b0 + at, ORDER))
                        .intoMemorySegment(z, z0 + at, ORDER);
            }
        }
    }

    private static void addRowRelu(
            Tensor sums, Tensor bias, Tensor activated, int row, int column, int rows, int columns) {
        MemorySegment z = CpuBuffer.memory(sums);
        MemorySegment b = CpuBuffer.memory(bias);
        MemorySegment a = CpuBuffer.memory(activated);
        long b0 = CpuBuffer.floatAt(bias, column);
        for (int i = row; i < row + rows; i++) {
            long first = (long) i * sums.columns() + column;
            long z0 = CpuBuffer.floatAt(sums, first);
            long a0 = CpuBuffer.floatAt(activated, first);
            for (int j = 0; j < columns; j += COUNT) {
                long at = (long) j * Float.BYTES;
                FloatVector sum = FloatVector.fromMemorySegment(FLOATS, z, z0 + at, ORDER)
                        .add(FloatVector.fromMemorySegment(FLOATS, b, b0 + at, ORDER));
                sum.intoMemorySegment(z, z0 + at, ORDER);
                sum.max(0).intoMemorySegment(a, a0 + at, ORDER);
            }
        }
    }
}
