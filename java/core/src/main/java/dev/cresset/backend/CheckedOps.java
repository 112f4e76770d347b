package dev.cresset.backend;

import dev.cresset.tensor.Counter;
import dev.cresset.tensor.RowOrder;
import dev.cresset.tensor.ShapeException;
import dev.cresset.tensor.Tensor;

/// The rules of every verb, in one place for all backends: devices and shapes are checked before the
/// backend computes, so that nothing is overwritten by a call that is refused.
public final class CheckedOps extends OperandRules implements Ops {
    private final Ops engine;

    /// @param engine computes and may trust its arguments
    public CheckedOps(Device device, Ops engine) {
        super(device);
        this.engine = engine;
    }

    @Override
    public void gemm(Tensor a, Transpose transposeA, Tensor b, Transpose transposeB, Tensor c, double beta) {
        here("gemm", a);
        here("gemm", b);
        here("gemm", c);
        boolean plainA = transposeA == Transpose.NO;
        boolean plainB = transposeB == Transpose.NO;
        int inner = plainA ? a.columns() : a.rows();
        if (inner != (plainB ? b.rows() : b.columns())
                || c.rows() != (plainA ? a.rows() : a.columns())
                || c.columns() != (plainB ? b.columns() : b.rows())) {
            throw new ShapeException(
                    "gemm: op(a)·op(b) must fit c: found a " + a.shape() + (plainA ? "" : " transposed") + ", b "
                            + b.shape() + (plainB ? "" : " transposed") + ", c " + c.shape() + ".");
        }
        apart("gemm", c, a);
        apart("gemm", c, b);
        engine.gemm(a, transposeA, b, transposeB, c, beta);
    }

    @Override
    public void fill(Tensor y, double value) {
        here("fill", y);
        engine.fill(y, value);
    }

    @Override
    public void copy(Tensor x, Tensor y) {
        same("copy", x, y);
        engine.copy(x, y);
    }

    @Override
    public void addRow(Tensor x, Tensor row, Tensor y) {
        same("addRow", x, y);
        row("addRow", "row", x, row);
        engine.addRow(x, row, y);
    }

    @Override
    public void columnSums(Tensor x, Tensor sums) {
        row("columnSums", "sums", x, sums);
        apart("columnSums", sums, x);
        engine.columnSums(x, sums);
    }

    @Override
    public void blend(Tensor x, Tensor y, double keep, double factor) {
        same("blend", x, y);
        engine.blend(x, y, keep, factor);
    }

    @Override
    public void advance(Counter counter) {
        here("advance", counter);
        engine.advance(counter);
    }

    @Override
    public void gather(Tensor x, Tensor rows, Tensor y) {
        shape("gather", "rows", rows, y.rows(), 1);
        shape("gather", "x", x, x.rows(), y.columns());
        here("gather", y);
        apart("gather", y, x);
        apart("gather", y, rows);
        engine.gather(x, rows, y);
    }

    @Override
    public void draw(Table features, Table targets, RowOrder order, Counter batch, Tensor x, Tensor target) {
        table("draw", "features", features, order);
        table("draw", "targets", targets, order);
        here("draw", batch);
        int rows = x.rows();
        shape("draw", "x", x, rows, features.columns());
        shape("draw", "target", target, rows, targets.columns() == 1 ? target.columns() : targets.columns());
        if (rows > order.batchSize()) {
            throw new ShapeException("draw: a batch of at most " + order.batchSize() + " rows, x " + x.shape() + ".");
        }
        apart("draw", x, target);
        engine.draw(features, targets, order, batch, x, target);
    }

    @Override
    public void keep(Tensor value, Counter at, Tensor ring) {
        shape("keep", "value", value, 1, 1);
        shape("keep", "ring", ring, 1, Math.max(1, ring.columns()));
        here("keep", at);
        apart("keep", ring, value);
        engine.keep(value, at, ring);
    }

    private void table(String verb, String what, Table table, RowOrder order) {
        here(verb, table.numbers());
        table.requireOpen();
        if (table.rows() != order.rows()) {
            throw new ShapeException(verb + ": " + what + " should have the " + order.rows()
                    + " rows of the order, found " + table + ".");
        }
    }

    @Override
    public void activate(Activation f, Tensor z, Tensor a) {
        same("activate", z, a);
        engine.activate(f, z, a);
    }

    @Override
    public void activateGradient(Activation f, Tensor z, Tensor a, Tensor da, Tensor dz) {
        same("activateGradient", z, a, da, dz);
        engine.activateGradient(f, z, a, da, dz);
    }

    @Override
    public void softmax(Tensor z, Tensor a) {
        same("softmax", z, a);
        engine.softmax(z, a);
    }

    @Override
    public void softmaxGradient(Tensor a, Tensor da, Tensor dz) {
        same("softmaxGradient", a, da, dz);
        engine.softmaxGradient(a, da, dz);
    }

    @Override
    public void logSoftmax(Tensor z, Tensor a) {
        same("logSoftmax", z, a);
        engine.logSoftmax(z, a);
    }

    @Override
    public void logSoftmaxGradient(Tensor a, Tensor da, Tensor dz) {
        same("logSoftmaxGradient", a, da, dz);
        engine.logSoftmaxGradient(a, da, dz);
    }

    @Override
    public void columnMoments(Tensor x, Tensor mean, Tensor variance) {
        row("columnMoments", "mean", x, mean);
        row("columnMoments", "variance", x, variance);
        if (x.rows() == 0) {
            throw new ShapeException("columnMoments: the mean of no rows is not defined: x is " + x.shape() + ".");
        }
        apart("columnMoments", mean, x);
        apart("columnMoments", variance, x);
        engine.columnMoments(x, mean, variance);
    }

    @Override
    public void batchNorm(
            Tensor x, Tensor mean, Tensor variance, Tensor gamma, Tensor beta, Tensor xhat, Tensor y, double epsilon) {
        same("batchNorm", x, xhat, y);
        row("batchNorm", "mean", x, mean);
        row("batchNorm", "variance", x, variance);
        row("batchNorm", "gamma", x, gamma);
        row("batchNorm", "beta", x, beta);
        engine.batchNorm(x, mean, variance, gamma, beta, xhat, y, epsilon);
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
        same("batchNormGradient", xhat, dy, dx);
        row("batchNormGradient", "variance", dy, variance);
        row("batchNormGradient", "gamma", dy, gamma);
        row("batchNormGradient", "dgamma", dy, dgamma);
        row("batchNormGradient", "dbeta", dy, dbeta);
        engine.batchNormGradient(statistics, xhat, variance, gamma, dy, dx, dgamma, dbeta, epsilon);
    }

    @Override
    public void dropout(Tensor x, Tensor y, Counter draw, double probability, long seed) {
        same("dropout", x, y);
        here("dropout", draw);
        if (!(probability >= 0 && probability < 1)) {
            throw new IllegalArgumentException("dropout: the probability lies in [0, 1), found " + probability + ".");
        }
        engine.dropout(x, y, draw, probability, seed);
    }

    @Override
    public void pointwiseLoss(PointwiseLoss kind, Tensor a, Tensor y, Tensor loss, double scale) {
        sameShape("pointwiseLoss", a, y);
        shape("pointwiseLoss", "loss", loss, 1, 1);
        engine.pointwiseLoss(kind, a, y, loss, scale);
    }

    @Override
    public void pointwiseLossGradient(PointwiseLoss kind, Tensor a, Tensor y, Tensor da, double scale) {
        same("pointwiseLossGradient", a, y, da);
        engine.pointwiseLossGradient(kind, a, y, da, scale);
    }

    @Override
    public void pointwiseLossAndGradient(PointwiseLoss kind, Tensor a, Tensor y, Tensor loss, Tensor da, double scale) {
        same("pointwiseLossAndGradient", a, y, da);
        shape("pointwiseLossAndGradient", "loss", loss, 1, 1);
        apart("pointwiseLossAndGradient", loss, a);
        apart("pointwiseLossAndGradient", loss, y);
        apart("pointwiseLossAndGradient", loss, da);
        engine.pointwiseLossAndGradient(kind, a, y, loss, da, scale);
    }

    @Override
    public void crossEntropy(CrossEntropy spec, Tensor logp, Tensor target, Tensor weights, Tensor loss) {
        shape("crossEntropy", "target", target, logp.rows(), spec.targetColumns(logp.columns()));
        row("crossEntropy", "weights", logp, weights);
        shape("crossEntropy", "loss", loss, 1, 1);
        engine.crossEntropy(spec, logp, target, weights, loss);
    }

    @Override
    public void crossEntropyGradient(CrossEntropy spec, Tensor logp, Tensor target, Tensor weights, Tensor dz) {
        same("crossEntropyGradient", logp, dz);
        shape("crossEntropyGradient", "target", target, logp.rows(), spec.targetColumns(logp.columns()));
        row("crossEntropyGradient", "weights", logp, weights);
        engine.crossEntropyGradient(spec, logp, target, weights, dz);
    }

    @Override
    public void sgd(Tensor gradient, Tensor weight, Tensor hyper) {
        same("sgd", gradient, weight);
        shape("sgd", "hyper", hyper, 1, 4);
        engine.sgd(gradient, weight, hyper);
    }

    @Override
    public void sgdMomentum(
            MomentumForm form, Tensor gradient, Tensor velocity, Tensor weight, Tensor hyper, Counter step) {
        same("sgdMomentum", gradient, velocity, weight);
        shape("sgdMomentum", "hyper", hyper, 1, 4);
        here("sgdMomentum", step);
        engine.sgdMomentum(form, gradient, velocity, weight, hyper, step);
    }

    @Override
    public void linear(Tensor a, Tensor weight, Tensor bias, Tensor z) {
        linearShapes("linear", a, weight, bias, z);
        engine.linear(a, weight, bias, z);
    }

    @Override
    public void linearActivation(Activation f, Tensor a, Tensor weight, Tensor bias, Tensor z, Tensor y) {
        linearShapes("linearActivation", a, weight, bias, z);
        same("linearActivation", z, y);
        apart("linearActivation", y, z);
        apart("linearActivation", y, a);
        apart("linearActivation", y, weight);
        apart("linearActivation", y, bias);
        engine.linearActivation(f, a, weight, bias, z, y);
    }

    @Override
    public void activateGradientSums(Activation f, Tensor z, Tensor a, Tensor da, Tensor dz, Tensor sums) {
        same("activateGradientSums", z, a, da, dz);
        row("activateGradientSums", "sums", z, sums);
        apart("activateGradientSums", sums, z);
        apart("activateGradientSums", sums, a);
        apart("activateGradientSums", sums, da);
        apart("activateGradientSums", sums, dz);
        engine.activateGradientSums(f, z, a, da, dz, sums);
    }

    @Override
    public void softmaxCrossEntropy(
            CrossEntropy spec, Tensor z, Tensor target, Tensor weights, Tensor logp, Tensor loss, Tensor dz) {
        same("softmaxCrossEntropy", z, logp, dz);
        shape("softmaxCrossEntropy", "target", target, z.rows(), spec.targetColumns(z.columns()));
        row("softmaxCrossEntropy", "weights", z, weights);
        shape("softmaxCrossEntropy", "loss", loss, 1, 1);
        engine.softmaxCrossEntropy(spec, z, target, weights, logp, loss, dz);
    }
}
