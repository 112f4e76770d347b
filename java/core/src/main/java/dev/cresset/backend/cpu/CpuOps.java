package dev.cresset.backend.cpu;

import dev.cresset.backend.Activation;
import dev.cresset.backend.CrossEntropy;
import dev.cresset.backend.MomentumForm;
import dev.cresset.backend.Ops;
import dev.cresset.backend.PointwiseLoss;
import dev.cresset.backend.Statistics;
import dev.cresset.backend.Table;
import dev.cresset.backend.Transpose;
import dev.cresset.tensor.Counter;
import dev.cresset.tensor.Precision;
import dev.cresset.tensor.RowOrder;
import dev.cresset.tensor.Tensor;

/// The verbs of the CPU device, in the order of the interface: each collects its arguments in a call and says which
/// kernel computes them, cut how. Arguments have been checked.
final class CpuOps implements Ops {
    private final CpuGemm gemm;
    private final CpuSmallGemm smallGemm;
    private final CpuBlocks blocks;
    private final CpuCalls calls;

    CpuOps(Precision precision, CpuProducts products, CpuBlocks blocks, CpuCalls calls) {
        this.gemm = new CpuGemm(products, CpuSimd.tiles(precision));
        this.smallGemm = new CpuSmallGemm(precision);
        this.blocks = blocks;
        this.calls = calls;
    }

    @Override
    public void gemm(Tensor a, Transpose transposeA, Tensor b, Transpose transposeB, Tensor c, double beta) {
        CpuCall call = calls.take();
        Factors factors = Factors.of(transposeA, transposeB);
        if (CpuSmallGemm.takes(c, factors.firstFlips() ? a.rows() : a.columns())) {
            smallGemm.gemm(call.scratch(), factors, a, b, c, beta);
        } else {
            gemm.product(call.with(a).with(b).with(c).option(factors).scalars(beta, 0));
        }
        call.end();
    }

    @Override
    public void fill(Tensor y, double value) {
        CpuCall call = calls.take().with(y).scalars(value, 0);
        call.elements(CpuElementwise::fill, y.size(), CpuCall.LIGHT).end();
    }

    @Override
    public void copy(Tensor x, Tensor y) {
        CpuCall call = calls.take().with(x).with(y);
        call.elements(CpuElementwise::copy, y.size(), CpuCall.LIGHT).end();
    }

    @Override
    public void addRow(Tensor x, Tensor row, Tensor y) {
        CpuCall call = calls.take().with(x).with(row).with(y);
        call.rows(CpuElementwise::addRow, x, CpuCall.LIGHT).end();
    }

    @Override
    public void columnSums(Tensor x, Tensor sums) {
        CpuCall call = calls.take().with(x).with(sums);
        call.write(1, CpuColumns.sum(call, 1, CpuColumns::ofValues), 0);
        call.end();
    }

    @Override
    public void blend(Tensor x, Tensor y, double keep, double factor) {
        CpuCall call = calls.take().with(x).with(y).scalars(keep, factor);
        call.elements(CpuElementwise::blend, y.size(), CpuCall.LIGHT).end();
    }

    @Override
    public void advance(Counter counter) {
        CpuCounter.advance(counter);
    }

    @Override
    public void gather(Tensor x, Tensor rows, Tensor y) {
        CpuCall call = calls.take().with(x).with(rows).with(y);
        call.rows(CpuElementwise::gather, y, CpuCall.LIGHT).end();
    }

    @Override
    public void draw(Table features, Table targets, RowOrder order, Counter batch, Tensor x, Tensor target) {
        CpuDraw.features(calls, features, order, batch, x);
        CpuDraw.targets(calls, targets, order, batch, target);
    }

    @Override
    public void keep(Tensor value, Counter at, Tensor ring) {
        long place = CpuCounter.count(at) % ring.columns();
        CpuCall call = calls.take().with(value).with(ring);
        CpuBuffer.copy(call.tensor(0), 0, call.tensor(1), place, 1);
        call.end();
    }

    @Override
    public void activate(Activation f, Tensor z, Tensor a) {
        CpuCall call = calls.take();
        if (CpuOneBlock.holds(z)) {
            CpuOneBlock.activate(call.scratch(), f, z, a);
        } else {
            call.with(z).with(a).option(f);
            call.elements(CpuActivations::value, z.size(), CpuActivations.grain(f));
        }
        call.end();
    }

    @Override
    public void activateGradient(Activation f, Tensor z, Tensor a, Tensor da, Tensor dz) {
        CpuCall call = calls.take().with(z).with(a).with(da).with(dz).option(f);
        call.elements(CpuActivations::gradient, z.size(), CpuActivations.grain(f))
                .end();
    }

    @Override
    public void softmax(Tensor z, Tensor a) {
        CpuCall call = calls.take().with(z).with(a);
        call.rows(CpuSoftmax::softmax, z, CpuCall.HEAVY).end();
    }

    @Override
    public void softmaxGradient(Tensor a, Tensor da, Tensor dz) {
        CpuCall call = calls.take().with(a).with(da).with(dz);
        call.rows(CpuSoftmax::softmaxGradient, a, CpuCall.LIGHT).end();
    }

    @Override
    public void logSoftmax(Tensor z, Tensor a) {
        CpuCall call = calls.take().with(z).with(a);
        call.rows(CpuSoftmax::logSoftmax, z, CpuCall.HEAVY).end();
    }

    @Override
    public void logSoftmaxGradient(Tensor a, Tensor da, Tensor dz) {
        CpuCall call = calls.take().with(a).with(da).with(dz);
        call.rows(CpuSoftmax::logSoftmaxGradient, a, CpuCall.HEAVY).end();
    }

    @Override
    public void columnMoments(Tensor x, Tensor mean, Tensor variance) {
        CpuCall call = calls.take().with(x).with(mean).with(variance);
        CpuNormalization.moments(call);
        call.end();
    }

    @Override
    public void batchNorm(
            Tensor x, Tensor mean, Tensor variance, Tensor gamma, Tensor beta, Tensor xhat, Tensor y, double epsilon) {
        CpuCall call =
                calls.take().with(x).with(mean).with(variance).with(gamma).with(beta);
        call.with(xhat).with(y).scalars(epsilon, 0);
        call.rows(CpuNormalization::forward, x, CpuCall.LIGHT).end();
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
        CpuCall call = calls.take().with(dy).with(xhat).with(variance).with(gamma);
        call.with(dx).with(dgamma).with(dbeta).option(statistics).scalars(epsilon, 0);
        CpuNormalization.backward(call);
        call.end();
    }

    @Override
    public void dropout(Tensor x, Tensor y, Counter draw, double probability, long seed) {
        CpuCall call = calls.take().with(x).with(y).scalars(probability, 0).words(seed, CpuCounter.count(draw));
        call.elements(CpuElementwise::dropout, y.size(), CpuCall.HEAVY).end();
    }

    @Override
    public void pointwiseLoss(PointwiseLoss kind, Tensor a, Tensor y, Tensor loss, double scale) {
        CpuCall call = calls.take();
        if (CpuOneBlock.holds(a)) {
            CpuOneBlock.pointwiseLoss(call.scratch(), kind, a, y, loss, scale);
        } else {
            CpuPointwiseLosses.value(
                    call.with(a).with(y).with(loss).option(kind).scalars(scale, 0));
        }
        call.end();
    }

    @Override
    public void pointwiseLossGradient(PointwiseLoss kind, Tensor a, Tensor y, Tensor da, double scale) {
        CpuCall call = calls.take();
        if (CpuOneBlock.holds(a)) {
            CpuOneBlock.pointwiseLossGradient(call.scratch(), kind, a, y, da, scale);
        } else {
            call.with(a).with(y).with(da).option(kind).scalars(scale, 0);
            call.elements(CpuPointwiseLosses::gradient, a.size(), CpuCall.LIGHT);
        }
        call.end();
    }

    @Override
    public void crossEntropy(CrossEntropy spec, Tensor logp, Tensor target, Tensor weights, Tensor loss) {
        CpuCall call =
                calls.take().with(logp).with(target).with(weights).with(loss).option(spec);
        CpuCrossEntropy.value(call);
        call.end();
    }

    @Override
    public void crossEntropyGradient(CrossEntropy spec, Tensor logp, Tensor target, Tensor weights, Tensor dz) {
        CpuCall call =
                calls.take().with(logp).with(target).with(weights).with(dz).option(spec);
        CpuCrossEntropy.gradient(call);
        call.end();
    }

    @Override
    public void sgd(Tensor gradient, Tensor weight, Tensor hyper) {
        CpuCall call = calls.take();
        if (CpuOneBlock.holds(weight)) {
            CpuOptimizers.sgd(call.scratch(), blocks, gradient, weight, hyper);
        } else {
            call.with(gradient).with(weight).with(hyper);
            call.elements(CpuOptimizers::sgd, weight.size(), CpuCall.LIGHT);
        }
        call.end();
    }

    @Override
    public void sgdMomentum(
            MomentumForm form, Tensor gradient, Tensor velocity, Tensor weight, Tensor hyper, Counter step) {
        CpuCall call = calls.take().with(gradient).with(velocity).with(weight).with(hyper);
        call.option(form).words(CpuCounter.count(step), 0);
        call.elements(CpuOptimizers::momentum, weight.size(), CpuCall.LIGHT).end();
    }

    /// One pass over each tile of z: the bias is added while the tile is still in the cache.
    @Override
    public void linear(Tensor a, Tensor weight, Tensor bias, Tensor z) {
        CpuCall call = calls.take();
        if (CpuSmallGemm.takes(z, a.columns())) {
            smallGemm.linear(call.scratch(), a, weight, bias, z, Activation.IDENTITY, null);
        } else {
            call.with(a).with(weight).with(z).with(bias);
            gemm.product(call.option(Factors.SECOND_TRANSPOSED).scalars(0, 0));
        }
        call.end();
    }

    /// One pass over each tile: bias and activation while the product is still in the cache.
    @Override
    public void linearActivation(Activation f, Tensor a, Tensor weight, Tensor bias, Tensor z, Tensor y) {
        CpuCall call = calls.take();
        if (CpuSmallGemm.takes(z, a.columns())) {
            smallGemm.linear(call.scratch(), a, weight, bias, z, f, y);
        } else {
            call.with(a).with(weight).with(z).with(bias).with(y);
            gemm.product(call.option(Factors.SECOND_TRANSPOSED).activation(f).scalars(0, 0));
        }
        call.end();
    }

    /// One pass over the elements.
    @Override
    public void activateGradientSums(Activation f, Tensor z, Tensor a, Tensor da, Tensor dz, Tensor sums) {
        CpuCall call = calls.take();
        if (CpuOneBlock.holds(z)) {
            CpuOneBlock.activateGradientSums(call.scratch(), f, z, a, da, dz, sums);
        } else {
            call.with(z).with(a).with(da).with(dz).with(sums).option(f);
            call.write(4, CpuColumns.sum(call, 1, CpuActivations::gradients), 0);
        }
        call.end();
    }

    /// One pass over few elements; many are divided twice.
    @Override
    public void pointwiseLossAndGradient(PointwiseLoss kind, Tensor a, Tensor y, Tensor loss, Tensor da, double scale) {
        if (CpuOneBlock.holds(a)) {
            CpuCall call = calls.take();
            CpuOneBlock.pointwiseLossAndGradient(call.scratch(), kind, a, y, loss, da, scale);
            call.end();
        } else {
            Ops.super.pointwiseLossAndGradient(kind, a, y, loss, da, scale);
        }
    }

    /// One pass over the rows. All operands and all class numbers are checked before anything is overwritten.
    @Override
    public void softmaxCrossEntropy(
            CrossEntropy spec, Tensor z, Tensor target, Tensor weights, Tensor logp, Tensor loss, Tensor dz) {
        CpuCall call = calls.take().with(logp).with(target).with(weights).with(loss);
        CpuCrossEntropy.fromLogits(call.with(dz).with(z).option(spec));
        call.end();
    }
}
