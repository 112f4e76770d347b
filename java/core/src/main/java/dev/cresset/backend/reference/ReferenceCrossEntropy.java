package dev.cresset.backend.reference;

import dev.cresset.backend.CrossEntropy;
import dev.cresset.backend.CrossEntropy.Targets;
import dev.cresset.backend.Reduction;
import dev.cresset.tensor.Tensor;

/// The shares q and the divisor of [CrossEntropy].
final class ReferenceCrossEntropy {
    private ReferenceCrossEntropy() {}

    /// q_ic of [CrossEntropy].
    static double share(CrossEntropy spec, Tensor target, Tensor weights, int row, int column) {
        double smooth = spec.smoothing() / weights.columns();
        double hit = spec.targets() == Targets.CLASS_INDICES
                ? (ReferenceElements.at(target, row, 0) == column ? 1 : 0)
                : ReferenceElements.at(target, row, column);
        return ReferenceElements.at(weights, 0, column) * ((1 - spec.smoothing()) * hit + smooth);
    }

    static double divisor(CrossEntropy spec, Tensor target, Tensor weights) {
        if (spec.reduction() == Reduction.SUM) {
            return 1;
        }
        if (spec.reduction() == Reduction.MEAN && spec.targets() == Targets.CLASS_INDICES) {
            double sum = 0;
            for (int i = 0; i < target.rows(); i++) {
                sum += ReferenceElements.at(weights, 0, (int) ReferenceElements.at(target, i, 0));
            }
            return sum;
        }
        return target.rows();
    }

    static void requireClasses(CrossEntropy spec, Tensor logp, Tensor target) {
        if (spec.targets() == Targets.CLASS_INDICES) {
            for (int i = 0; i < target.rows(); i++) {
                spec.requireClass(ReferenceElements.at(target, i, 0), i, logp.columns());
            }
        }
    }
}
