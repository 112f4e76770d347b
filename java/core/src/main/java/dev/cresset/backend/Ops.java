package dev.cresset.backend;

import dev.cresset.tensor.Counter;
import dev.cresset.tensor.RowOrder;
import dev.cresset.tensor.Tensor;

/// The vocabulary that layers, losses and optimizers speak; a backend is an implementation of it.
///
/// Rules of every verb: arguments come as inputs, outputs, scalars; outputs are overwritten unless it
/// says otherwise; an input may be the output where elements meet one to one, and must not overlap it
/// otherwise; all tensors are on this device; reductions have a fixed order, so the same call gives
/// the same bits. An empty batch (0 rows) writes empty outputs and sums of 0, so a mean loss over nothing
/// is NaN. The implementation in package `reference` is the meaning of each verb. A fused verb is a
/// default method written in terms of the small ones: that is its definition, and a faster one must
/// equal it.
///
/// Shapes are named N (rows of the batch) and C (features). A verb called with other shapes, with a
/// tensor of another device or on a closed device throws before anything is overwritten
/// ([dev.cresset.tensor.ShapeException], [IllegalArgumentException], [ClosedException]).
public interface Ops {
    /// `c ← op(a) · op(b) + beta · c`; with beta 0 the old c is not read.
    void gemm(Tensor a, Transpose transposeA, Tensor b, Transpose transposeB, Tensor c, double beta);

    /// `y ← value` in every element.
    void fill(Tensor y, double value);

    /// `y ← x`, same shape.
    void copy(Tensor x, Tensor y);

    /// `y_ic ← x_ic + row_c`: x and y N × C, row 1 × C.
    void addRow(Tensor x, Tensor row, Tensor y);

    /// `sums_c ← Σ_i x_ic`: x N × C, sums 1 × C.
    void columnSums(Tensor x, Tensor sums);

    /// `y ← keep · y + (1 − keep) · factor · x`, same shape: the running mean of a batch norm.
    void blend(Tensor x, Tensor y, double keep, double factor);

    /// `counter ← counter + 1`.
    void advance(Counter counter);

    /// `y_ic ← x_(r_i)c` where `r_i` is row i of `rows`: the rows of x in another order, such as a shuffled batch.
    ///
    /// @param x any number of rows × C
    /// @param rows N × 1, row numbers of x from 0 on (in float32 exact up to 2²⁴); where a number is none, the row of y
    ///     is NaN
    /// @param y N × C
    void gather(Tensor x, Tensor rows, Tensor y);

    /// Batch number `batch` of a dataset: row i of `x` and of `target` is row `r = order.row(batch, i)` of the tables.
    /// Where `targets` has one column and `target` has more, it holds class numbers, and row i of `target` is 1 in
    /// column `targets_r`, 0 elsewhere. The batch is not advanced.
    ///
    /// The caller answers for what only the device knows: the batch has N rows (the last one of an epoch may have
    /// fewer than others), and class numbers are whole, from 0 on and below the columns of `target`. What other ones
    /// give differs from device to device.
    ///
    /// @param x N × columns of `features`; N is at most `order.batchSize()`
    /// @param target N × columns of `targets`, or N × classes
    void draw(Table features, Table targets, RowOrder order, Counter batch, Tensor x, Tensor target);

    /// `ring_(at mod size) ← value`: value 1 × 1, ring 1 × size.
    void keep(Tensor value, Counter at, Tensor ring);

    /// `a ← f(z)`, same shape.
    void activate(Activation f, Tensor z, Tensor a);

    /// `dz ← f′(z) · da` given z and `a = f(z)`, same shape; dz may be da. Where f′(z) is 0, dz is 0 whatever da is.
    void activateGradient(Activation f, Tensor z, Tensor a, Tensor da, Tensor dz);

    /// `a_ic ← e^(z_ic − m_i) / Σ_k e^(z_ik − m_i)` with m_i the largest of row i.
    void softmax(Tensor z, Tensor a);

    /// `dz_ic ← a_ic (da_ic − Σ_k a_ik da_ik)` with a the softmax of z.
    void softmaxGradient(Tensor a, Tensor da, Tensor dz);

    /// `a_ic ← z_ic − m_i − log Σ_k e^(z_ik − m_i)`.
    void logSoftmax(Tensor z, Tensor a);

    /// `dz_ic ← da_ic − e^(a_ic) Σ_k da_ik` with a the log-softmax of z.
    void logSoftmaxGradient(Tensor a, Tensor da, Tensor dz);

    /// `mean_c ← Σ_i x_ic / N`, `variance_c ← Σ_i (x_ic − mean_c)² / N` (biased): x N × C with N of 1
    /// or more, mean and variance 1 × C.
    void columnMoments(Tensor x, Tensor mean, Tensor variance);

    /// `xhat_ic ← (x_ic − mean_c) / √(variance_c + epsilon)`, `y_ic ← gamma_c · xhat_ic + beta_c`:
    /// x, xhat, y N × C; the others 1 × C.
    void batchNorm(
            Tensor x, Tensor mean, Tensor variance, Tensor gamma, Tensor beta, Tensor xhat, Tensor y, double epsilon);

    /// The gradients of [#batchNorm] given dy = ∂L/∂y:
    /// `dgamma_c ← Σ_i dy_ic · xhat_ic`, `dbeta_c ← Σ_i dy_ic`, and with `s_c = gamma_c / √(variance_c + epsilon)`
    ///
    /// - RUNNING: `dx_ic ← s_c · dy_ic`,
    /// - BATCH: `dx_ic ← s_c · (dy_ic − dbeta_c / N − xhat_ic · dgamma_c / N)`.
    ///
    /// Source: Ioffe and Szegedy, "Batch normalization", 2015, section 3.
    void batchNormGradient(
            Statistics statistics,
            Tensor xhat,
            Tensor variance,
            Tensor gamma,
            Tensor dy,
            Tensor dx,
            Tensor dgamma,
            Tensor dbeta,
            double epsilon);

    /// `y_e ← 0` with probability p, else `x_e / (1 − p)`. Element e (row-major) falls if word `e mod 4` of
    /// [dev.cresset.tensor.Philox] block `(e / 4, draw)` under key `seed`, as an unsigned number, is below
    /// `⌊p · 2³²⌋`. The same call on dy is the gradient.
    ///
    /// @param probability p in [0, 1)
    void dropout(Tensor x, Tensor y, Counter draw, double probability, long seed);

    /// `loss ← scale · Σ ℓ(a, y)` over all elements; loss is 1 × 1.
    void pointwiseLoss(PointwiseLoss kind, Tensor a, Tensor y, Tensor loss, double scale);

    /// `da ← scale · ∂ℓ/∂a(a, y)`, same shape.
    void pointwiseLossGradient(PointwiseLoss kind, Tensor a, Tensor y, Tensor da, double scale);

    /// The loss of [CrossEntropy]: logp N × C, target N × 1 or N × C, weights 1 × C, loss 1 × 1.
    ///
    /// @throws IllegalArgumentException if a class index is not a whole number in 0 .. C − 1 (on devices
    ///     where looking would mean waiting, the loss is NaN instead)
    void crossEntropy(CrossEntropy spec, Tensor logp, Tensor target, Tensor weights, Tensor loss);

    /// The gradient of [CrossEntropy] to the logits: dz N × C, which may be logp.
    void crossEntropyGradient(CrossEntropy spec, Tensor logp, Tensor target, Tensor weights, Tensor dz);

    /// One plain step: `w ← w − lr · (g + weightDecay · w)`; w and g same shape, `hyper` as in [#sgdMomentum].
    void sgd(Tensor gradient, Tensor weight, Tensor hyper);

    /// One step with momentum, PyTorch's definition:
    /// `g′ = g + weightDecay · w`; `v ← g′` in the very first step (`step` is 0), else
    /// `v ← momentum · v + (1 − dampening) · g′`; `w ← w − lr · v`, or for NESTEROV `w ← w − lr · (g′ + momentum · v)`.
    ///
    /// @param velocity v, same shape; read and overwritten
    /// @param weight read and overwritten
    /// @param hyper 1 × 4 on the device: lr, momentum, dampening, weightDecay
    /// @param step how many steps came before this one; not advanced here
    void sgdMomentum(MomentumForm form, Tensor gradient, Tensor velocity, Tensor weight, Tensor hyper, Counter step);

    /// Fused: `z ← a · Wᵀ + 1 · b`: a N × in, weight out × in, bias 1 × out, z N × out.
    default void linear(Tensor a, Tensor weight, Tensor bias, Tensor z) {
        gemm(a, Transpose.NO, weight, Transpose.YES, z, 0);
        addRow(z, bias, z);
    }

    /// Fused: `z ← a · Wᵀ + 1 · b`, `y ← f(z)`: shapes as in [#linear], y like z.
    default void linearActivation(Activation f, Tensor a, Tensor weight, Tensor bias, Tensor z, Tensor y) {
        linear(a, weight, bias, z);
        activate(f, z, y);
    }

    /// Fused: `dz ← f′(z) · da` and `sums_c ← Σ_i dz_ic`, the gradient of the bias below: z, a, da, dz N × C, sums 1
    /// × C.
    default void activateGradientSums(Activation f, Tensor z, Tensor a, Tensor da, Tensor dz, Tensor sums) {
        activateGradient(f, z, a, da, dz);
        columnSums(dz, sums);
    }

    /// Fused: [#pointwiseLoss] and [#pointwiseLossGradient] with one scale, for training; da may be a or y.
    default void pointwiseLossAndGradient(
            PointwiseLoss kind, Tensor a, Tensor y, Tensor loss, Tensor da, double scale) {
        pointwiseLoss(kind, a, y, loss, scale);
        pointwiseLossGradient(kind, a, y, da, scale);
    }

    /// Fused: log-softmax, loss and gradient of a cross-entropy in one go, for training.
    default void softmaxCrossEntropy(
            CrossEntropy spec, Tensor z, Tensor target, Tensor weights, Tensor logp, Tensor loss, Tensor dz) {
        logSoftmax(z, logp);
        crossEntropy(spec, logp, target, weights, loss);
        crossEntropyGradient(spec, logp, target, weights, dz);
    }
}
