package dev.cresset.data;

import java.util.Arrays;

/// Shifts and scales each column to mean 0 and standard deviation 1: `z = (x − μ) / σ`.
///
/// Fit it on the **training part only** and apply it to every part: statistics that saw validation rows leak what
/// the model is to be judged on. Save [#mean()] and [#deviation()] with the model; [#of(double[], double[])]
/// brings them back.
public final class Standardizer {
    private final double[] mean;
    private final double[] deviation;

    private Standardizer(double[] mean, double[] deviation) {
        this.mean = mean;
        this.deviation = deviation;
    }

    /// The mean and the population standard deviation of each column, `μ = Σx / N`, `σ = √(Σ(x − μ)² / N)`, in two
    /// passes over the rows (Chan, Golub and LeVeque, "Algorithms for computing the sample variance", 1983).
    ///
    /// A constant column gets `σ = 1` and its exact value as `μ`, so it becomes exactly 0 instead of amplified
    /// rounding noise or NaN.
    ///
    /// @param rows the training features: at least one row, all finite
    /// @throws IllegalArgumentException if there is no row, a value is not finite, or a column's sum of squares
    ///     overflows
    public static Standardizer fit(Rows rows) {
        if (rows.count() == 0) {
            throw new IllegalArgumentException("Standardizer: at least one row to fit expected, found none.");
        }
        rows.requireFinite("Standardizer");
        int width = rows.width();
        double[] row = new double[width];
        double[] sum = new double[width];
        double[] least = filled(width, Double.POSITIVE_INFINITY);
        double[] largest = filled(width, Double.NEGATIVE_INFINITY);
        for (int i = 0; i < rows.count(); i++) {
            rows.copy(i, row, 0);
            for (int c = 0; c < width; c++) {
                sum[c] += row[c];
                least[c] = Math.min(least[c], row[c]);
                largest[c] = Math.max(largest[c], row[c]);
            }
        }
        double[] mean = new double[width];
        for (int c = 0; c < width; c++) {
            // A sum of equal numbers divided by N may miss the number by a bit; the least value is exact.
            mean[c] = least[c] == largest[c] ? least[c] : sum[c] / rows.count();
        }
        double[] squares = new double[width];
        for (int i = 0; i < rows.count(); i++) {
            rows.copy(i, row, 0);
            for (int c = 0; c < width; c++) {
                double distance = row[c] - mean[c];
                squares[c] += distance * distance;
            }
        }
        double[] deviation = new double[width];
        for (int c = 0; c < width; c++) {
            deviation[c] = deviation(c, squares[c] / rows.count(), mean[c]);
        }
        return new Standardizer(mean, deviation);
    }

    /// The standardizer with these statistics, for a saved model; both arrays are copied.
    ///
    /// @param mean      μ of each column, finite
    /// @param deviation σ of each column, finite and above 0
    /// @throws IllegalArgumentException if the arrays are empty, differ in length or hold other values
    public static Standardizer of(double[] mean, double[] deviation) {
        if (mean.length == 0 || mean.length != deviation.length) {
            throw new IllegalArgumentException("Standardizer: one mean and one deviation for each column expected, "
                    + "found " + mean.length + " means and " + deviation.length + " deviations.");
        }
        for (int c = 0; c < mean.length; c++) {
            if (!Double.isFinite(mean[c]) || !Double.isFinite(deviation[c]) || deviation[c] <= 0) {
                throw new IllegalArgumentException("Standardizer: column " + c + " needs a finite mean and a finite "
                        + "deviation above 0, found mean " + mean[c] + ", deviation " + deviation[c] + ".");
            }
        }
        return new Standardizer(mean.clone(), deviation.clone());
    }

    /// A view of `rows` that standardises each row when it is read.
    ///
    /// A view rather than a new array: pictures stay in bytes (an eighth of the memory), and one subtraction and
    /// one division a value vanish beside the first layer's product.
    ///
    /// @throws IllegalArgumentException if `rows` has another number of columns
    public Rows apply(Rows rows) {
        if (rows.width() != mean.length) {
            throw new IllegalArgumentException("Standardizer: rows of " + mean.length + " columns expected, found "
                    + rows.width() + ". Apply it to the columns it was fitted on.");
        }
        return new StandardizedRows(rows, mean, deviation);
    }

    /// The number of columns.
    public int width() {
        return mean.length;
    }

    /// A copy of μ, one entry a column.
    public double[] mean() {
        return mean.clone();
    }

    /// A copy of σ, one entry a column, each above 0.
    public double[] deviation() {
        return deviation.clone();
    }

    private static double deviation(int column, double variance, double mean) {
        if (!Double.isFinite(variance) || !Double.isFinite(mean)) {
            throw new IllegalArgumentException("Standardizer: the squares of column " + column
                    + " overflow a double. Give the column in a larger unit.");
        }
        // Zero for a constant column, and where the squares of tiny differences underflow.
        return variance == 0 ? 1 : Math.sqrt(variance);
    }

    private static double[] filled(int length, double value) {
        double[] array = new double[length];
        Arrays.fill(array, value);
        return array;
    }
}
