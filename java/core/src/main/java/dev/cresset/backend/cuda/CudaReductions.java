package dev.cresset.backend.cuda;

import dev.cresset.backend.Activation;
import dev.cresset.backend.CrossEntropy;
import dev.cresset.backend.CrossEntropy.Targets;
import dev.cresset.backend.PointwiseLoss;
import dev.cresset.backend.Reduction;
import dev.cresset.kernels.Kernel;
import dev.cresset.tensor.Tensor;

/// The verbs that add up over many blocks: one kernel leaves partial results in the scratch memory, a second adds those
/// in order. No atomics, so the same call gives the same bits. The context is entered, its monitor held.
final class CudaReductions {
    /// Room before the partial results of a cross-entropy, for its divisor.
    private static final int DIVISOR = 32;

    private final CudaLaunch launch;
    private final CudaScratch scratch;

    CudaReductions(CudaLaunch launch, CudaScratch scratch) {
        this.launch = launch;
        this.scratch = scratch;
    }

    void columnSums(Tensor x, Tensor sums) {
        long partials = columnPartials(x, 1);
        overColumns(launch.of(Kernel.COLUMN_SUMS).with(x).address(partials), x);
        finishSums(partials, x, sums);
    }

    void activateGradientSums(Activation f, Tensor z, Tensor a, Tensor da, Tensor dz, Tensor sums) {
        long partials = columnPartials(z, 1);
        CudaLaunch begun = launch.of(Kernel.ACTIVATE_GRADIENT_SUMS)
                .with(z)
                .with(a)
                .with(da)
                .with(dz)
                .address(partials);
        overColumns(begun.number(f.kind().ordinal()).real(f.parameter()), z);
        finishSums(partials, z, sums);
    }

    void columnMoments(Tensor x, Tensor mean, Tensor variance) {
        long partials = columnPartials(x, 2);
        overColumns(launch.of(Kernel.COLUMN_MOMENTS).with(x).address(partials), x);
        CudaLaunch begun = launch.of(Kernel.COLUMN_MOMENTS_FINISH)
                .address(partials)
                .with(mean)
                .with(variance);
        begun.size(x.rows()).size(x.columns()).size(CudaGrid.chunk(x.rows()));
        begun.run(CudaGrid.elements(x.columns()), 1);
    }

    void batchNormSums(Tensor xhat, Tensor dy, Tensor dgamma, Tensor dbeta) {
        long partials = columnPartials(dy, 2);
        overColumns(launch.of(Kernel.BATCH_NORM_SUMS).with(xhat).with(dy).address(partials), dy);
        CudaLaunch begun = launch.of(Kernel.BATCH_NORM_SUMS_FINISH)
                .address(partials)
                .with(dgamma)
                .with(dbeta);
        begun.size(CudaGrid.chunks(dy.rows())).size(dy.columns()).run(CudaGrid.elements(dy.columns()), 1);
    }

    void pointwiseLoss(PointwiseLoss kind, Tensor a, Tensor y, Tensor loss, double scale) {
        int blocks = CudaGrid.partials(a.size());
        long partials = scratch.doubles(blocks);
        CudaLaunch begun = launch.of(Kernel.POINTWISE_LOSS).with(a).with(y).address(partials);
        begun.number(kind.kind().ordinal()).real(kind.beta()).size(a.size()).run(blocks, 1);
        launch.of(Kernel.POINTWISE_LOSS_FINISH)
                .address(partials)
                .with(loss)
                .real(scale)
                .size(blocks)
                .run(1, 1);
    }

    void crossEntropy(CrossEntropy spec, Tensor logp, Tensor target, Tensor weights, Tensor loss) {
        int blocks = CudaGrid.rowPartials(logp.rows());
        long divisor = divisor(spec, target, weights, blocks);
        CudaLaunch begun =
                launch.of(Kernel.CROSS_ENTROPY).with(logp).with(target).with(weights);
        begun.address(partials(divisor)).number(indices(spec)).real(spec.smoothing());
        begun.size(logp.rows()).size(logp.columns()).run(blocks, 1);
        finishCrossEntropy(divisor, loss, blocks);
    }

    void crossEntropyGradient(CrossEntropy spec, Tensor logp, Tensor target, Tensor weights, Tensor dz) {
        long divisor = divisor(spec, target, weights, 0);
        CudaLaunch begun =
                launch.of(Kernel.CROSS_ENTROPY_GRADIENT).with(logp).with(target).with(weights);
        begun.address(divisor).with(dz).number(indices(spec)).real(spec.smoothing());
        begun.size(dz.rows()).size(dz.columns()).run(CudaGrid.rows(dz.rows()), 1);
    }

    void softmaxCrossEntropy(
            CrossEntropy spec, Tensor z, Tensor target, Tensor weights, Tensor logp, Tensor loss, Tensor dz) {
        int blocks = CudaGrid.rowPartials(z.rows());
        long divisor = divisor(spec, target, weights, blocks);
        CudaLaunch begun =
                launch.of(Kernel.SOFTMAX_CROSS_ENTROPY).with(z).with(target).with(weights);
        begun.address(divisor).with(logp).address(partials(divisor)).with(dz);
        begun.number(indices(spec)).real(spec.smoothing());
        begun.size(z.rows()).size(z.columns()).run(blocks, 1);
        finishCrossEntropy(divisor, loss, blocks);
    }

    /// Computes the divisor; returns its address, behind which there is room for `blocks` partial results.
    private long divisor(CrossEntropy spec, Tensor target, Tensor weights, int blocks) {
        long address = scratch.doubles(DIVISOR + (long) blocks);
        CudaLaunch begun = launch.of(Kernel.CROSS_ENTROPY_DIVISOR)
                .with(target)
                .with(weights)
                .address(address);
        begun.number(rule(spec)).size(target.rows()).size(weights.columns()).run(1, 1);
        return address;
    }

    private static long partials(long divisor) {
        return divisor + (long) DIVISOR * Double.BYTES;
    }

    private void finishCrossEntropy(long divisor, Tensor loss, int blocks) {
        launch.of(Kernel.CROSS_ENTROPY_FINISH)
                .address(partials(divisor))
                .address(divisor)
                .with(loss)
                .size(blocks)
                .run(1, 1);
    }

    /// What the sum over rows is divided by: 0 for 1, 1 for the number of rows, 2 for the weights of their classes.
    static int rule(CrossEntropy spec) {
        if (spec.reduction() == Reduction.SUM) {
            return 0;
        }
        return spec.reduction() == Reduction.MEAN && spec.targets() == Targets.CLASS_INDICES ? 2 : 1;
    }

    private static int indices(CrossEntropy spec) {
        return spec.targets() == Targets.CLASS_INDICES ? 1 : 0;
    }

    private long columnPartials(Tensor x, int kinds) {
        return scratch.doubles((long) kinds * CudaGrid.chunks(x.rows()) * x.columns());
    }

    private static void overColumns(CudaLaunch begun, Tensor x) {
        begun.size(x.rows()).size(x.columns()).size(CudaGrid.chunk(x.rows()));
        begun.run(CudaGrid.columns(x.columns()), CudaGrid.chunks(x.rows()));
    }

    private void finishSums(long partials, Tensor x, Tensor sums) {
        CudaLaunch begun =
                launch.of(Kernel.COLUMN_SUMS_FINISH).address(partials).with(sums);
        begun.size(CudaGrid.chunks(x.rows())).size(x.columns()).run(CudaGrid.elements(x.columns()), 1);
    }
}
