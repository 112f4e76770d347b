package dev.cresset.backend.cpu;

import static dev.cresset.backend.cpu.VectorFunctions.COUNT;
import static dev.cresset.backend.cpu.VectorFunctions.FLOATS;
import static dev.cresset.backend.cpu.VectorFunctions.LANES;
import static jdk.incubator.vector.VectorOperators.D2F;
import static jdk.incubator.vector.VectorOperators.EQ;
import static jdk.incubator.vector.VectorOperators.F2D;

import jdk.incubator.vector.DoubleVector;

/// [BlockLoops] vector by vector. What a row writes behind its end, the next row overwrites, and what it reads there is
/// not used.
final class VectorLoops implements BlockLoops {
    static final VectorLoops ALL = new VectorLoops();

    private VectorLoops() {}

    @Override
    public void round(double[] x, int n) {
        for (int i = 0; i < n; i += COUNT) {
            DoubleVector.fromArray(LANES, x, i)
                    .convertShape(D2F, FLOATS, 0)
                    .convertShape(F2D, LANES, 0)
                    .reinterpretAsDoubles()
                    .intoArray(x, i);
        }
    }

    @Override
    public void multiplyUnlessFlat(double[] slope, double[] y, int n) {
        for (int i = 0; i < n; i += COUNT) {
            DoubleVector s = DoubleVector.fromArray(LANES, slope, i);
            s.mul(DoubleVector.fromArray(LANES, y, i))
                    .blend(0, s.compare(EQ, 0))
                    .intoArray(y, i);
        }
    }

    @Override
    public void columnSums(double[] x, double[] sums, int rows, int width) {
        for (int j = 0; j < width; j += COUNT) {
            DoubleVector sum = DoubleVector.zero(LANES);
            for (int i = 0; i < rows; i++) {
                sum = sum.add(DoubleVector.fromArray(LANES, x, i * width + j));
            }
            sum.intoArray(sums, j);
        }
    }

    @Override
    public void product(
            double[] a, int rowStep, int innerStep, double[] b, double[] c, int rows, int inner, int width) {
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < width; j += COUNT) {
                DoubleVector sum = DoubleVector.zero(LANES);
                for (int k = 0; k < inner; k++) {
                    DoubleVector row = DoubleVector.fromArray(LANES, b, k * width + j);
                    sum = sum.add(row.mul(a[i * rowStep + k * innerStep]));
                }
                sum.intoArray(c, i * width + j);
            }
        }
    }

    /// The sums are rounded in registers: each row's store reaches into the next row, which could not be loaded again
    /// before both are in the cache.
    @Override
    public void linearRounded(double[] a, double[] b, double[] row, double[] c, int rows, int inner, int width) {
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < width; j += COUNT) {
                DoubleVector sum = DoubleVector.zero(LANES);
                for (int k = 0; k < inner; k++) {
                    sum = sum.add(
                            DoubleVector.fromArray(LANES, b, k * width + j).mul(a[i * inner + k]));
                }
                sum.convertShape(D2F, FLOATS, 0)
                        .convertShape(F2D, LANES, 0)
                        .reinterpretAsDoubles()
                        .add(DoubleVector.fromArray(LANES, row, j))
                        .convertShape(D2F, FLOATS, 0)
                        .convertShape(F2D, LANES, 0)
                        .reinterpretAsDoubles()
                        .intoArray(c, i * width + j);
            }
        }
    }
}
