package dev.cresset.loss;

import dev.cresset.backend.Arena;
import dev.cresset.backend.CrossEntropy;
import dev.cresset.backend.CrossEntropy.Targets;
import dev.cresset.backend.Reduction;
import dev.cresset.backend.step.Objective;
import dev.cresset.tensor.ShapeException;
import dev.cresset.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The cross-entropy of logits A (N × C) and classes, by log-sum-exp. Without smoothing and weights a row of
/// class y costs `−log softmax(A)_y`, and with SUM the gradient is `softmax(A) − Y`, with Y the one-hot rows.
/// Targets are class indices (N × 1) or probabilities (N × C). The general formula, with label smoothing and
/// class weights, is at [CrossEntropy].
public final class CrossEntropyLoss extends Loss {
    private final CrossEntropy spec;
    private final double @Nullable [] classWeights;

    /// Of class indices, with the mean over the rows.
    public CrossEntropyLoss() {
        this(Targets.CLASS_INDICES, Reduction.MEAN);
    }

    public CrossEntropyLoss(Targets targets, Reduction reduction) {
        this(new CrossEntropy(targets, 0, reduction), null);
    }

    private CrossEntropyLoss(CrossEntropy spec, double @Nullable [] classWeights) {
        super(spec.reduction());
        this.spec = spec;
        this.classWeights = classWeights;
    }

    /// The same loss with labels smoothed by ε in [0, 1]: a share ε of each target is spread evenly over all
    /// classes.
    public CrossEntropyLoss withLabelSmoothing(double epsilon) {
        return new CrossEntropyLoss(new CrossEntropy(spec.targets(), epsilon, spec.reduction()), classWeights);
    }

    /// The same loss with one weight, 0 or more, for each class.
    public CrossEntropyLoss withClassWeights(double... weights) {
        if (Arrays.stream(weights).anyMatch(w -> !(w >= 0 && Double.isFinite(w)))) {
            throw new IllegalArgumentException(
                    this + ": class weights are 0 or more and finite, found " + Arrays.toString(weights) + ".");
        }
        return new CrossEntropyLoss(spec, weights.clone());
    }

    /// Targets, smoothing and reduction.
    public CrossEntropy spec() {
        return spec;
    }

    /// Log-probabilities of the last call, N × C.
    public Tensor logProbabilities() {
        return logProbabilities(room());
    }

    @Override
    public int targetColumns(int columns) {
        if (classWeights != null && classWeights.length != columns) {
            throw new ShapeException(this + " has " + classWeights.length + " class weights, the prediction has "
                    + columns + " columns: give one weight for each class.");
        }
        return spec.targetColumns(columns);
    }

    @Override
    String advice() {
        return switch (spec.targets()) {
            case CLASS_INDICES ->
                "give the number of each row's class, or, for one-hot rows and probabilities, make the loss with"
                        + " Targets.PROBABILITIES";
            case PROBABILITIES ->
                "give each row the probabilities of all classes, or, for class numbers, make the loss with"
                        + " Targets.CLASS_INDICES";
        };
    }

    @Override
    public Objective objective(int rows, int columns) {
        return new Objective.Classes(spec, classWeights == null ? null : classWeights.clone());
    }

    /// Log-probabilities and class weights: the weights too, since a recording must find them where they were.
    @Override
    List<Tensor> keep(int rows, int columns, Arena arena) {
        return List.of(arena.tensor(rows, columns), arena.tensor(1, columns));
    }

    @Override
    void prepare(Room room) {
        double[] ones = new double[room.prediction.columns()];
        Arrays.fill(ones, 1);
        weights(room).write(classWeights == null ? ones : classWeights);
    }

    @Override
    void compute(Room room) {
        room.device.ops().logSoftmax(room.prediction, logProbabilities(room));
        room.device.ops().crossEntropy(spec, logProbabilities(room), room.target, weights(room), room.value);
    }

    @Override
    void computeGradient(Room room) {
        room.device.ops().crossEntropyGradient(spec, logProbabilities(room), room.target, weights(room), room.gradient);
    }

    @Override
    void computeBoth(Room room) {
        room.device
                .ops()
                .softmaxCrossEntropy(
                        spec,
                        room.prediction,
                        room.target,
                        weights(room),
                        logProbabilities(room),
                        room.value,
                        room.gradient);
    }

    private static Tensor logProbabilities(Room room) {
        return room.kept.get(0);
    }

    private static Tensor weights(Room room) {
        return room.kept.get(1);
    }

    /// Class, targets and reduction, as messages name this loss.
    @Override
    public String toString() {
        return "CrossEntropyLoss(" + spec.targets() + ", " + spec.reduction() + ")";
    }
}
