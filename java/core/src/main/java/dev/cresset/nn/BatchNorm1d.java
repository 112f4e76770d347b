package dev.cresset.nn;

import dev.cresset.backend.Arena;
import dev.cresset.backend.Device;
import dev.cresset.backend.Parameter;
import dev.cresset.backend.Statistics;
import dev.cresset.backend.Variable;
import dev.cresset.backend.step.Stage;
import dev.cresset.tensor.ShapeException;
import dev.cresset.tensor.Tensor;
import java.util.Arrays;
import java.util.List;

/// Batch normalisation of C features (Ioffe and Szegedy, 2015).
///
/// Training: with μ and the biased variance σ² of each column of the batch,
/// `Ẑ = (Z − μ) / √(σ² + ε)`, `Z̃ = γ·Ẑ + β` (the courses' BW and Bb), and the running statistics follow:
/// `E ← α·E + (1 − α)·μ`, `V ← α·V + (1 − α)·σ²`. They start at 0 and 1. PyTorch's momentum is 1 − α.
///
/// Evaluation: the same with E and V in place of μ and σ².
public final class BatchNorm1d extends Layer {
    private static final int NORMALIZED = 0;
    private static final int MEAN = 1;
    private static final int VARIANCE = 2;

    private final int features;
    private final double keep;
    private final double epsilon;
    private final RunningVariance runningVariance;
    private final Parameter weight;
    private final Parameter bias;
    private final Variable mean;
    private final Variable variance;

    /// α = 0.9, ε = 1e-5, running variance biased.
    public BatchNorm1d(int features) {
        this(features, 0.9, 1e-5, RunningVariance.BIASED);
    }

    /// @param features columns C, 1 or more
    /// @param keep α in [0, 1], how much of the running statistics stays in each step
    /// @param epsilon ε, above 0
    /// @param runningVariance which estimate the running variance follows
    public BatchNorm1d(int features, double keep, double epsilon, RunningVariance runningVariance) {
        if (features < 1) {
            throw new ShapeException("BatchNorm1d needs 1 or more features, found " + features + ".");
        }
        if (!(keep >= 0 && keep <= 1) || !(epsilon > 0)) {
            throw new IllegalArgumentException("BatchNorm1d needs keep in 0 .. 1 and epsilon above 0, found keep "
                    + keep + " and epsilon " + epsilon + ": 0.9 and 1e-5 are the defaults.");
        }
        this.features = features;
        this.keep = keep;
        this.epsilon = epsilon;
        this.runningVariance = runningVariance;
        double[] ones = new double[features];
        Arrays.fill(ones, 1);
        this.weight = parameter("weight", 1, features, ones);
        this.bias = parameter("bias", 1, features, new double[features]);
        this.mean = state("running_mean", new double[features]);
        this.variance = state("running_var", ones);
    }

    /// γ, 1 × C; the courses' BW.
    public Parameter weight() {
        return weight;
    }

    /// β, 1 × C; the courses' Bb.
    public Parameter bias() {
        return bias;
    }

    /// dLdBW of the last backward pass, 1 × C.
    public Tensor weightGradient() {
        return weight.gradient();
    }

    /// dLdBb of the last backward pass, 1 × C.
    public Tensor biasGradient() {
        return bias.gradient();
    }

    /// E, 1 × C.
    public Variable runningMean() {
        return mean;
    }

    /// V, 1 × C.
    public Variable runningVariance() {
        return variance;
    }

    @Override
    public BatchNorm1d to(Device device) {
        super.to(device);
        return this;
    }

    @Override
    public int outputs(int inputs) {
        if (inputs != features) {
            throw new ShapeException(describe() + ": the input should have " + features + " columns, found " + inputs
                    + ": give it the outputs of the layer below.");
        }
        return features;
    }

    @Override
    public LayerSpec spec() {
        return new LayerSpec.BatchNormSpec(features, keep, epsilon, runningVariance);
    }

    /// In training mode; in evaluation mode it is known by its verbs alone.
    @Override
    public List<Stage> stages(int rows) {
        return mode() == Mode.TRAINING
                ? List.of(new Stage.Normalize(
                        describe(), weight, bias, mean, variance, keep, varianceFactor(rows), epsilon))
                : super.stages(rows);
    }

    private double varianceFactor(double rows) {
        return runningVariance == RunningVariance.UNBIASED ? rows / (rows - 1) : 1;
    }

    @Override
    public void requireRows(int rows) {
        if (mode() == Mode.TRAINING && rows < 2) {
            throw new ShapeException(describe() + ": training needs a batch of 2 rows or more, found " + rows
                    + ": the variance of one row is 0. Use a larger batch, drop the last batch, or call eval().");
        }
    }

    @Override
    Room furnish(int rows, int columns, Arena arena) {
        return new Room(
                arena.tensor(rows, outputs(columns)),
                arena.tensor(rows, columns),
                arena.tensor(rows, columns),
                arena.tensor(1, columns),
                arena.tensor(1, columns));
    }

    @Override
    void compute(Tensor x, Room room) {
        boolean training = mode() == Mode.TRAINING;
        room.statistics = training ? Statistics.BATCH : Statistics.RUNNING;
        if (training) {
            ops().columnMoments(x, room.kept.get(MEAN), room.kept.get(VARIANCE));
        }
        Tensor mu = training ? room.kept.get(MEAN) : mean.value();
        ops().batchNorm(
                        x,
                        mu,
                        divisor(room),
                        weight.value(),
                        bias.value(),
                        room.kept.get(NORMALIZED),
                        room.output,
                        epsilon);
        if (training) {
            ops().blend(mu, mean.value(), keep, 1);
            ops().blend(divisor(room), variance.value(), keep, varianceFactor(x.rows()));
        }
    }

    @Override
    void computeGradients(Tensor dy, Room room, InputGradient wanted) {
        ops().batchNormGradient(
                        room.statistics,
                        room.kept.get(NORMALIZED),
                        divisor(room),
                        weight.value(),
                        dy,
                        room.inputGradient,
                        weight.gradient(),
                        bias.gradient(),
                        epsilon);
    }

    private Tensor divisor(Room room) {
        return room.statistics == Statistics.BATCH ? room.kept.get(VARIANCE) : variance.value();
    }

    @Override
    String sizes() {
        return Integer.toString(features);
    }
}
