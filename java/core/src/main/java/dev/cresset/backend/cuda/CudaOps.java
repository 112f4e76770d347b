package dev.cresset.backend.cuda;

import dev.cresset.backend.Activation;
import dev.cresset.backend.CrossEntropy;
import dev.cresset.backend.MomentumForm;
import dev.cresset.backend.Ops;
import dev.cresset.backend.PointwiseLoss;
import dev.cresset.backend.Statistics;
import dev.cresset.backend.Table;
import dev.cresset.backend.Transpose;
import dev.cresset.kernels.Kernel;
import dev.cresset.tensor.Counter;
import dev.cresset.tensor.RowOrder;
import dev.cresset.tensor.Tensor;

/// The verbs of a CUDA device, in the order of the interface: each is one launch or a few, submitted to the stream
/// without waiting. Arguments have been checked. The verbs that need partial results are in [CudaReductions].
final class CudaOps implements Ops {
    private final CudaContext context;
    private final CudaLaunch launch;
    private final CudaProducts products;
    private final CudaReductions reductions;
    private final CudaCopy copy;

    CudaOps(CudaContext context, CudaLaunch launch, CudaProducts products, CudaReductions reductions) {
        this.context = context;
        this.launch = launch;
        this.products = products;
        this.reductions = reductions;
        this.copy = new CudaCopy(context);
    }

    @Override
    public void gemm(Tensor a, Transpose transposeA, Tensor b, Transpose transposeB, Tensor c, double beta) {
        synchronized (context) {
            context.enter();
            products.product(a, transposeA, b, transposeB, c, beta);
        }
    }

    @Override
    public void fill(Tensor y, double value) {
        synchronized (context) {
            begin(Kernel.FILL).with(y).real(value).size(y.size()).run(CudaGrid.elements(y.size()), 1);
        }
    }

    @Override
    public void copy(Tensor x, Tensor y) {
        synchronized (context) {
            context.enter();
            copy.copy(x, y);
        }
    }

    @Override
    public void addRow(Tensor x, Tensor row, Tensor y) {
        synchronized (context) {
            CudaLaunch begun = begin(Kernel.ADD_ROW).with(x).with(row).with(y);
            begun.size(y.rows()).size(y.columns()).run(CudaGrid.elements(y.size()), 1);
        }
    }

    @Override
    public void columnSums(Tensor x, Tensor sums) {
        synchronized (context) {
            context.enter();
            reductions.columnSums(x, sums);
        }
    }

    @Override
    public void blend(Tensor x, Tensor y, double keep, double factor) {
        synchronized (context) {
            CudaLaunch begun = begin(Kernel.BLEND).with(x).with(y).real(keep).real((1 - keep) * factor);
            begun.size(y.size()).run(CudaGrid.elements(y.size()), 1);
        }
    }

    @Override
    public void advance(Counter counter) {
        synchronized (context) {
            begin(Kernel.ADVANCE).with(counter).run(1, 1);
        }
    }

    @Override
    public void gather(Tensor x, Tensor rows, Tensor y) {
        synchronized (context) {
            CudaLaunch begun = begin(Kernel.GATHER).with(x).with(rows).with(y);
            begun.size(x.rows()).size(y.rows()).size(y.columns()).run(CudaGrid.elements(y.size()), 1);
        }
    }

    @Override
    public void draw(Table features, Table targets, RowOrder order, Counter batch, Tensor x, Tensor target) {
        synchronized (context) {
            context.enter();
            CudaDraw.draw(launch, features, targets, order, batch, x, target);
        }
    }

    @Override
    public void keep(Tensor value, Counter at, Tensor ring) {
        synchronized (context) {
            begin(Kernel.KEEP)
                    .with(value)
                    .with(at)
                    .with(ring)
                    .size(ring.columns())
                    .run(1, 1);
        }
    }

    @Override
    public void activate(Activation f, Tensor z, Tensor a) {
        synchronized (context) {
            CudaLaunch begun = begin(Kernel.ACTIVATE).with(z).with(a);
            begun.number(f.kind().ordinal()).real(f.parameter());
            begun.size(a.size()).run(CudaGrid.elements(a.size()), 1);
        }
    }

    @Override
    public void activateGradient(Activation f, Tensor z, Tensor a, Tensor da, Tensor dz) {
        synchronized (context) {
            CudaLaunch begun =
                    begin(Kernel.ACTIVATE_GRADIENT).with(z).with(a).with(da).with(dz);
            begun.number(f.kind().ordinal()).real(f.parameter());
            begun.size(dz.size()).run(CudaGrid.elements(dz.size()), 1);
        }
    }

    @Override
    public void softmax(Tensor z, Tensor a) {
        synchronized (context) {
            rows(begin(Kernel.SOFTMAX).with(z), a);
        }
    }

    @Override
    public void softmaxGradient(Tensor a, Tensor da, Tensor dz) {
        synchronized (context) {
            rows(begin(Kernel.SOFTMAX_GRADIENT).with(a).with(da), dz);
        }
    }

    @Override
    public void logSoftmax(Tensor z, Tensor a) {
        synchronized (context) {
            rows(begin(Kernel.LOG_SOFTMAX).with(z), a);
        }
    }

    @Override
    public void logSoftmaxGradient(Tensor a, Tensor da, Tensor dz) {
        synchronized (context) {
            rows(begin(Kernel.LOG_SOFTMAX_GRADIENT).with(a).with(da), dz);
        }
    }

    @Override
    public void columnMoments(Tensor x, Tensor mean, Tensor variance) {
        synchronized (context) {
            context.enter();
            reductions.columnMoments(x, mean, variance);
        }
    }

    @Override
    public void batchNorm(
            Tensor x, Tensor mean, Tensor variance, Tensor gamma, Tensor beta, Tensor xhat, Tensor y, double epsilon) {
        synchronized (context) {
            CudaLaunch begun = begin(Kernel.BATCH_NORM).with(x).with(mean).with(variance);
            begun.with(gamma).with(beta).with(xhat).with(y).real(epsilon);
            begun.size(y.rows()).size(y.columns()).run(CudaGrid.elements(y.size()), 1);
        }
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
        synchronized (context) {
            context.enter();
            reductions.batchNormSums(xhat, dy, dgamma, dbeta);
            CudaLaunch begun = begin(Kernel.BATCH_NORM_GRADIENT).with(xhat).with(variance);
            begun.with(gamma).with(dy).with(dgamma).with(dbeta).with(dx).real(epsilon);
            begun.number(statistics == Statistics.BATCH ? 1 : 0);
            begun.size(dx.rows()).size(dx.columns()).run(CudaGrid.elements(dx.size()), 1);
        }
    }

    @Override
    public void dropout(Tensor x, Tensor y, Counter draw, double probability, long seed) {
        synchronized (context) {
            CudaLaunch begun = begin(Kernel.DROPOUT).with(x).with(draw).with(y).real(1 - probability);
            begun.size(seed).size((long) (probability * 0x1p32)).size(y.size());
            begun.run(CudaGrid.elements(y.size()), 1);
        }
    }

    @Override
    public void pointwiseLoss(PointwiseLoss kind, Tensor a, Tensor y, Tensor loss, double scale) {
        synchronized (context) {
            context.enter();
            reductions.pointwiseLoss(kind, a, y, loss, scale);
        }
    }

    @Override
    public void pointwiseLossGradient(PointwiseLoss kind, Tensor a, Tensor y, Tensor da, double scale) {
        synchronized (context) {
            CudaLaunch begun =
                    begin(Kernel.POINTWISE_LOSS_GRADIENT).with(a).with(y).with(da);
            begun.number(kind.kind().ordinal()).real(kind.beta()).real(scale);
            begun.size(da.size()).run(CudaGrid.elements(da.size()), 1);
        }
    }

    @Override
    public void crossEntropy(CrossEntropy spec, Tensor logp, Tensor target, Tensor weights, Tensor loss) {
        synchronized (context) {
            context.enter();
            reductions.crossEntropy(spec, logp, target, weights, loss);
        }
    }

    @Override
    public void crossEntropyGradient(CrossEntropy spec, Tensor logp, Tensor target, Tensor weights, Tensor dz) {
        synchronized (context) {
            context.enter();
            reductions.crossEntropyGradient(spec, logp, target, weights, dz);
        }
    }

    @Override
    public void sgd(Tensor gradient, Tensor weight, Tensor hyper) {
        synchronized (context) {
            CudaLaunch begun = begin(Kernel.SGD).with(gradient).with(hyper).with(weight);
            begun.size(weight.size()).run(CudaGrid.elements(weight.size()), 1);
        }
    }

    @Override
    public void sgdMomentum(
            MomentumForm form, Tensor gradient, Tensor velocity, Tensor weight, Tensor hyper, Counter step) {
        synchronized (context) {
            CudaLaunch begun =
                    begin(Kernel.SGD_MOMENTUM).with(gradient).with(hyper).with(step);
            begun.with(velocity).with(weight).number(form == MomentumForm.NESTEROV ? 1 : 0);
            begun.size(weight.size()).run(CudaGrid.elements(weight.size()), 1);
        }
    }

    @Override
    public void linearActivation(Activation f, Tensor a, Tensor weight, Tensor bias, Tensor z, Tensor y) {
        synchronized (context) {
            gemm(a, Transpose.NO, weight, Transpose.YES, z, 0);
            CudaLaunch begun =
                    begin(Kernel.ADD_ROW_ACTIVATE).with(z).with(bias).with(z).with(y);
            begun.number(f.kind().ordinal()).real(f.parameter());
            begun.size(y.rows()).size(y.columns()).run(CudaGrid.elements(y.size()), 1);
        }
    }

    @Override
    public void activateGradientSums(Activation f, Tensor z, Tensor a, Tensor da, Tensor dz, Tensor sums) {
        synchronized (context) {
            context.enter();
            reductions.activateGradientSums(f, z, a, da, dz, sums);
        }
    }

    @Override
    public void softmaxCrossEntropy(
            CrossEntropy spec, Tensor z, Tensor target, Tensor weights, Tensor logp, Tensor loss, Tensor dz) {
        synchronized (context) {
            context.enter();
            reductions.softmaxCrossEntropy(spec, z, target, weights, logp, loss, dz);
        }
    }

    /// Runs a kernel that takes a warp for each row of its output.
    private static void rows(CudaLaunch begun, Tensor output) {
        begun.with(output).size(output.rows()).size(output.columns()).run(CudaGrid.rows(output.rows()), 1);
    }

    private CudaLaunch begin(Kernel kernel) {
        context.enter();
        return launch.of(kernel);
    }
}
