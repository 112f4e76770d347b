package dev.cresset.backend;

/// A cross-entropy over C classes: what its targets are, how far labels are smoothed, how rows are
/// reduced. With log-probabilities `log p`, class weights w and smoothing ε, row i costs
/// `−Σ_c q_ic · log p_ic` where
///
/// - for class indices `y_i`: `q_ic = (1 − ε)·w_c·[c = y_i] + (ε/C)·w_c`,
/// - for probabilities `t_i`: `q_ic = w_c·((1 − ε)·t_ic + ε/C)`.
///
/// MEAN divides the sum over rows by `Σ_i w_{y_i}` for indices and by N for probabilities (as PyTorch
/// does), BATCH_MEAN by N, SUM by 1. The gradient to the logits is `(softmax_ic · Σ_k q_ik − q_ic)`
/// over that divisor.
///
/// @param targets whether a row of targets is one class number or C probabilities
/// @param smoothing ε in [0, 1] (Szegedy et al., "Rethinking the Inception architecture", 2016)
/// @param reduction how the rows become one number
public record CrossEntropy(Targets targets, double smoothing, Reduction reduction) {
    /// The form of the targets.
    public enum Targets {
        /// N × 1, each the number 0 .. C − 1 of a class (exact in float32 up to 2²⁴ classes).
        CLASS_INDICES,
        /// N × C, each row the probabilities of the classes.
        PROBABILITIES
    }

    public CrossEntropy {
        if (!(smoothing >= 0 && smoothing <= 1)) {
            throw new IllegalArgumentException(
                    "Label smoothing lies in 0 .. 1, found " + smoothing + ": 0.1 is the usual value, 0 is off.");
        }
    }

    /// Columns that a target has for `classes` classes.
    public int targetColumns(int classes) {
        return targets == Targets.CLASS_INDICES ? 1 : classes;
    }

    /// Throws unless `label`, the target of row `row`, is the number of one of `classes` classes; for
    /// backends, before they overwrite anything.
    ///
    /// @throws IllegalArgumentException with row, label and range
    public void requireClass(double label, int row, int classes) {
        if (!(label >= 0 && label < classes && label == Math.rint(label))) {
            throw new IllegalArgumentException("Cross-entropy: the target of row " + row + " is " + label
                    + ", expected a class number from 0 to " + (classes - 1) + ": check the labels, or give the model"
                    + " one output for each class.");
        }
    }
}
