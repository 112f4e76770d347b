package dev.cresset.backend.cpu;

import java.util.Arrays;

/// [BlockLoops] number by number: their meaning.
final class ScalarLoops implements BlockLoops {
    static final ScalarLoops ALL = new ScalarLoops();

    private ScalarLoops() {}

    @Override
    public void round(double[] x, int n) {
        for (int i = 0; i < n; i++) {
            x[i] = (float) x[i];
        }
    }

    @Override
    public void multiplyUnlessFlat(double[] slope, double[] y, int n) {
        for (int i = 0; i < n; i++) {
            y[i] = CpuSelect.unlessZero(slope[i], slope[i] * y[i]);
        }
    }

    @Override
    public void columnSums(double[] x, double[] sums, int rows, int width) {
        Arrays.fill(sums, 0, width, 0);
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < width; j++) {
                sums[j] += x[i * width + j];
            }
        }
    }

    @Override
    public void product(
            double[] a, int rowStep, int innerStep, double[] b, double[] c, int rows, int inner, int width) {
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < width; j++) {
                double sum = 0;
                for (int k = 0; k < inner; k++) {
                    sum += a[i * rowStep + k * innerStep] * b[k * width + j];
                }
                c[i * width + j] = sum;
            }
        }
    }

    @Override
    public void linearRounded(double[] a, double[] b, double[] row, double[] c, int rows, int inner, int width) {
        product(a, inner, 1, b, c, rows, inner, width);
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < width; j++) {
                c[i * width + j] = (float) ((float) c[i * width + j] + row[j]);
            }
        }
    }
}
