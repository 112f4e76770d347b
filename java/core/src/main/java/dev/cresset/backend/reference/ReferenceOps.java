package dev.cresset.backend.reference;

import static dev.cresset.backend.reference.ReferenceElements.at;
import static dev.cresset.backend.reference.ReferenceElements.each;
import static dev.cresset.backend.reference.ReferenceElements.set;

import dev.cresset.backend.Activation;
import dev.cresset.backend.CrossEntropy;
import dev.cresset.backend.MomentumForm;
import dev.cresset.backend.Ops;
import dev.cresset.backend.PointwiseLoss;
import dev.cresset.backend.Statistics;
import dev.cresset.backend.Table;
import dev.cresset.backend.Transpose;
import dev.cresset.tensor.Counter;
import dev.cresset.tensor.Philox;
import dev.cresset.tensor.RowOrder;
import dev.cresset.tensor.Tensor;

/// Every verb as its definition in [Ops] reads, one loop after the other. The order of the verbs is
/// that of the interface.
final class ReferenceOps implements Ops {
    @Override
    public void gemm(Tensor a, Transpose transposeA, Tensor b, Transpose transposeB, Tensor c, double beta) {
        int inner = transposeA == Transpose.NO ? a.columns() : a.rows();
        for (int i = 0; i < c.rows(); i++) {
            for (int j = 0; j < c.columns(); j++) {
                double sum = 0;
                for (int k = 0; k < inner; k++) {
                    sum += at(a, transposeA, i, k) * at(b, transposeB, k, j);
                }
                set(c, i, j, beta == 0 ? sum : sum + beta * at(c, i, j));
            }
        }
    }

    @Override
    public void fill(Tensor y, double value) {
        each(y, (i, j) -> value);
    }

    @Override
    public void copy(Tensor x, Tensor y) {
        each(y, (i, j) -> at(x, i, j));
    }

    @Override
    public void addRow(Tensor x, Tensor row, Tensor y) {
        each(y, (i, j) -> at(x, i, j) + at(row, 0, j));
    }

    @Override
    public void columnSums(Tensor x, Tensor sums) {
        each(sums, (zero, j) -> columnSum(x, i -> at(x, i, j)));
    }

    @Override
    public void blend(Tensor x, Tensor y, double keep, double factor) {
        each(y, (i, j) -> keep * at(y, i, j) + (1 - keep) * factor * at(x, i, j));
    }

    @Override
    public void advance(Counter counter) {
        counter.set(counter.value() + 1);
    }

    @Override
    public void gather(Tensor x, Tensor rows, Tensor y) {
        each(y, (i, j) -> {
            double row = at(rows, i, 0);
            boolean isRow = row >= 0 && row < x.rows() && row == Math.rint(row);
            return isRow ? at(x, (int) row, j) : Double.NaN;
        });
    }

    @Override
    public void draw(Table features, Table targets, RowOrder order, Counter batch, Tensor x, Tensor target) {
        long number = ReferenceCounter.count(batch);
        each(x, (i, j) -> ReferenceTables.at(features, order.row(number, i), j));
        each(target, (i, j) -> ReferenceTables.target(targets, target.columns(), order.row(number, i), j));
    }

    @Override
    public void keep(Tensor value, Counter at, Tensor ring) {
        int place = (int) (ReferenceCounter.count(at) % ring.columns());
        ReferenceBuffer.values(ring)[(int) ring.offset() + place] = at(value, 0, 0);
    }

    @Override
    public void activate(Activation f, Tensor z, Tensor a) {
        each(a, (i, j) -> ReferenceFunctions.value(f, at(z, i, j)));
    }

    @Override
    public void activateGradient(Activation f, Tensor z, Tensor a, Tensor da, Tensor dz) {
        each(dz, (i, j) -> {
            double slope = ReferenceFunctions.slope(f, at(z, i, j), at(a, i, j));
            // A flat piece passes nothing on, not even an infinite da.
            return slope == 0 ? 0 : slope * at(da, i, j);
        });
    }

    @Override
    public void softmax(Tensor z, Tensor a) {
        logSoftmax(z, a);
        each(a, (i, j) -> Math.exp(at(a, i, j)));
    }

    @Override
    public void softmaxGradient(Tensor a, Tensor da, Tensor dz) {
        for (int i = 0; i < a.rows(); i++) {
            int row = i;
            double dot = rowSum(a, j -> at(a, row, j) * at(da, row, j));
            for (int j = 0; j < a.columns(); j++) {
                set(dz, i, j, at(a, i, j) * (at(da, i, j) - dot));
            }
        }
    }

    @Override
    public void logSoftmax(Tensor z, Tensor a) {
        for (int i = 0; i < z.rows(); i++) {
            int row = i;
            double max = Double.NEGATIVE_INFINITY;
            for (int j = 0; j < z.columns(); j++) {
                max = Math.max(max, at(z, i, j));
            }
            double largest = max;
            double log = Math.log(rowSum(z, j -> Math.exp(at(z, row, j) - largest)));
            for (int j = 0; j < z.columns(); j++) {
                set(a, i, j, at(z, i, j) - max - log);
            }
        }
    }

    @Override
    public void logSoftmaxGradient(Tensor a, Tensor da, Tensor dz) {
        for (int i = 0; i < a.rows(); i++) {
            int row = i;
            double sum = rowSum(da, j -> at(da, row, j));
            for (int j = 0; j < a.columns(); j++) {
                set(dz, i, j, at(da, i, j) - Math.exp(at(a, i, j)) * sum);
            }
        }
    }

    @Override
    public void columnMoments(Tensor x, Tensor mean, Tensor variance) {
        each(mean, (zero, j) -> columnSum(x, i -> at(x, i, j)) / x.rows());
        each(variance, (zero, j) -> columnSum(x, i -> square(at(x, i, j) - at(mean, 0, j))) / x.rows());
    }

    @Override
    public void batchNorm(
            Tensor x, Tensor mean, Tensor variance, Tensor gamma, Tensor beta, Tensor xhat, Tensor y, double epsilon) {
        each(xhat, (i, j) -> (at(x, i, j) - at(mean, 0, j)) / Math.sqrt(at(variance, 0, j) + epsilon));
        each(y, (i, j) -> at(gamma, 0, j) * at(xhat, i, j) + at(beta, 0, j));
    }

    @Override
    public void batchNormGradient(
            Statistics statistics,
            Tensor xhat,
            Tensor variance,
            Tensor gamma,
            Tensor dy,
            Tensor dx,
            Tensor dgamma,
            Tensor dbeta,
            double epsilon) {
        each(dgamma, (zero, j) -> columnSum(dy, i -> at(dy, i, j) * at(xhat, i, j)));
        columnSums(dy, dbeta);
        int n = dy.rows();
        each(dx, (i, j) -> {
            double scale = at(gamma, 0, j) / Math.sqrt(at(variance, 0, j) + epsilon);
            return statistics == Statistics.RUNNING
                    ? scale * at(dy, i, j)
                    : scale * (at(dy, i, j) - at(dbeta, 0, j) / n - at(xhat, i, j) * at(dgamma, 0, j) / n);
        });
    }

    @Override
    public void dropout(Tensor x, Tensor y, Counter draw, double probability, long seed) {
        long limit = (long) (probability * 0x1p32);
        int[] words = new int[4];
        each(y, (i, j) -> {
            long element = (long) i * y.columns() + j;
            Philox.block(seed, draw.value(), element / 4, words);
            boolean falls = Integer.toUnsignedLong(words[(int) (element % 4)]) < limit;
            return falls ? 0 : at(x, i, j) / (1 - probability);
        });
    }

    @Override
    public void pointwiseLoss(PointwiseLoss kind, Tensor a, Tensor y, Tensor loss, double scale) {
        double sum = 0;
        for (int i = 0; i < a.rows(); i++) {
            int row = i;
            sum += rowSum(a, j -> ReferenceFunctions.value(kind, at(a, row, j), at(y, row, j)));
        }
        set(loss, 0, 0, scale * sum);
    }

    @Override
    public void pointwiseLossGradient(PointwiseLoss kind, Tensor a, Tensor y, Tensor da, double scale) {
        each(da, (i, j) -> scale * ReferenceFunctions.slope(kind, at(a, i, j), at(y, i, j)));
    }

    @Override
    public void crossEntropy(CrossEntropy spec, Tensor logp, Tensor target, Tensor weights, Tensor loss) {
        ReferenceCrossEntropy.requireClasses(spec, logp, target);
        double sum = 0;
        for (int i = 0; i < logp.rows(); i++) {
            int row = i;
            sum -= rowSum(logp, j -> {
                double q = ReferenceCrossEntropy.share(spec, target, weights, row, j);
                // A class without a share costs nothing, even at log 0.
                return q == 0 ? 0 : q * at(logp, row, j);
            });
        }
        set(loss, 0, 0, sum / ReferenceCrossEntropy.divisor(spec, target, weights));
    }

    @Override
    public void crossEntropyGradient(CrossEntropy spec, Tensor logp, Tensor target, Tensor weights, Tensor dz) {
        ReferenceCrossEntropy.requireClasses(spec, logp, target);
        double divisor = ReferenceCrossEntropy.divisor(spec, target, weights);
        for (int i = 0; i < logp.rows(); i++) {
            int row = i;
            double total = rowSum(logp, j -> ReferenceCrossEntropy.share(spec, target, weights, row, j));
            for (int j = 0; j < logp.columns(); j++) {
                set(
                        dz,
                        i,
                        j,
                        (Math.exp(at(logp, i, j)) * total - ReferenceCrossEntropy.share(spec, target, weights, i, j))
                                / divisor);
            }
        }
    }

    @Override
    public void sgd(Tensor gradient, Tensor weight, Tensor hyper) {
        double lr = at(hyper, 0, 0);
        double decay = at(hyper, 0, 3);
        each(weight, (i, j) -> at(weight, i, j) - lr * (at(gradient, i, j) + decay * at(weight, i, j)));
    }

    @Override
    public void sgdMomentum(
            MomentumForm form, Tensor gradient, Tensor velocity, Tensor weight, Tensor hyper, Counter step) {
        double lr = at(hyper, 0, 0);
        double momentum = at(hyper, 0, 1);
        double dampening = at(hyper, 0, 2);
        double decay = at(hyper, 0, 3);
        boolean first = step.value() == 0;
        each(weight, (i, j) -> {
            double g = at(gradient, i, j) + decay * at(weight, i, j);
            double v = first ? g : momentum * at(velocity, i, j) + (1 - dampening) * g;
            set(velocity, i, j, v);
            return at(weight, i, j) - lr * (form == MomentumForm.NESTEROV ? g + momentum * v : v);
        });
    }

    private interface Term {
        double at(int index);
    }

    private static double columnSum(Tensor x, Term term) {
        double sum = 0;
        for (int i = 0; i < x.rows(); i++) {
            sum += term.at(i);
        }
        return sum;
    }

    private static double rowSum(Tensor x, Term term) {
        double sum = 0;
        for (int j = 0; j < x.columns(); j++) {
            sum += term.at(j);
        }
        return sum;
    }

    private static double square(double x) {
        return x * x;
    }
}
