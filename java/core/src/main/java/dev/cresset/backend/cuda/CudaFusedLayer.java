package dev.cresset.backend.cuda;

import dev.cresset.backend.Activation;
import dev.cresset.backend.Arena;
import dev.cresset.backend.step.Objective;
import dev.cresset.backend.step.Stage;
import dev.cresset.backend.step.StepPlan;
import dev.cresset.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A linear layer of a fused step with what follows it, the way in which it is done, and its memory.
///
/// @param normalize the normalisation of its outputs, or null
/// @param function the activation behind both; the identity where there is none
/// @param z the product `A·Wᵀ`, before the bias where the normalisation adds it, else with it
/// @param y what the activation takes; z where nothing is between
/// @param a the output; z or y where the gradient does not need those
/// @param dz the gradient of the output first, then of z
/// @param mean of the batch, 1 × outputs; unused without normalisation
/// @param spread of the batch, 1 × outputs: `1/√(σ² + ε)`, or σ² BY_VERBS; unused without normalisation
record CudaFusedLayer(
        Stage.Affine affine,
        Stage.@Nullable Normalize normalize,
        Activation function,
        Way way,
        Tensor z,
        Tensor y,
        Tensor a,
        Tensor dz,
        Tensor mean,
        Tensor spread) {
    /// More rows do not fit into the registers of a block.
    static final int MOST_ROWS = 1024;
    /// More classes do not fit into a warp.
    static final int MOST_CLASSES = 32;
    /// Beyond, a library's product has the better shape for the weight's gradient.
    static final int MOST_ROWS_OF_CLASSES = 4096;

    /// How it is done.
    enum Way {
        /// Bias and activation by kernels round the products, or by the products themselves: see [CudaFusedLt].
        PLAIN,
        /// Normalisation and ReLU in one launch each way.
        NORMALIZED,
        /// Normalisation verb by verb.
        BY_VERBS,
        /// Product, softmax and cross-entropy in one launch.
        CLASSES
    }

    /// What a plan says of one layer.
    record Shape(Stage.Affine affine, Stage.@Nullable Normalize normalize, Activation function) {}

    /// The layers of a plan, with memory from `arena`.
    static List<CudaFusedLayer> of(StepPlan plan, Arena arena) {
        List<Shape> shapes = shapes(plan);
        List<CudaFusedLayer> layers = new ArrayList<>();
        for (int i = 0; i < shapes.size(); i++) {
            layers.add(of(shapes.get(i), plan, i == shapes.size() - 1, arena));
        }
        return layers;
    }

    private static CudaFusedLayer of(Shape shape, StepPlan plan, boolean last, Arena arena) {
        int rows = plan.rows();
        int outputs = shape.affine.outputs();
        Way way = way(shape, plan, last);
        Tensor z = arena.tensor(rows, outputs);
        boolean between = way == Way.BY_VERBS || way == Way.NORMALIZED && !fits(shape.function);
        Tensor y = between ? arena.tensor(rows, outputs) : z;
        boolean inPlace = way == Way.CLASSES
                || shape.function.equals(Activation.IDENTITY) && way != Way.NORMALIZED
                || way != Way.NORMALIZED && followsFromOutput(shape.function);
        Tensor a = inPlace ? y : arena.tensor(rows, outputs);
        Tensor dz = arena.tensor(rows, outputs);
        boolean normal = shape.normalize != null;
        return new CudaFusedLayer(
                shape.affine,
                shape.normalize,
                shape.function,
                way,
                z,
                y,
                a,
                dz,
                normal ? arena.tensor(1, outputs) : z,
                normal ? arena.tensor(1, outputs) : z);
    }

    /// How a layer of this shape is done.
    static Way way(Shape shape, StepPlan plan, boolean last) {
        if (shape.normalize != null) {
            return plan.rows() <= MOST_ROWS ? Way.NORMALIZED : Way.BY_VERBS;
        }
        return last && isOfClasses(shape, plan) ? Way.CLASSES : Way.PLAIN;
    }

    /// Whether a last layer without normalisation has few classes.
    static boolean isOfClasses(Shape shape, StepPlan plan) {
        return plan.objective() instanceof Objective.Classes
                && shape.function.equals(Activation.IDENTITY)
                && shape.affine.outputs() <= MOST_CLASSES
                && plan.rows() <= MOST_ROWS_OF_CLASSES;
    }

    /// Whether the kernels of normalisation have this activation in them.
    static boolean fits(Activation function) {
        return function.equals(Activation.IDENTITY) || function.equals(Activation.RELU);
    }

    /// Whether the slope of the activation follows from its output.
    private static boolean followsFromOutput(Activation function) {
        return switch (function.kind()) {
            case RELU, SIGMOID, TANH -> true;
            default -> false;
        };
    }

    /// Whether activation and normalisation are one kernel.
    boolean isWhole() {
        return way == Way.NORMALIZED && y == z;
    }

    /// Whether the activation is a launch of its own.
    boolean activatesApart() {
        return !function.equals(Activation.IDENTITY) && !isWhole();
    }

    int outputs() {
        return affine.outputs();
    }

    int inputs() {
        return affine.inputs();
    }

    /// What a plan that fused steps know says of its layers.
    static List<Shape> shapes(StepPlan plan) {
        return Objects.requireNonNull(shapes(plan.stages(), new ArrayList<>()));
    }

    /// Columns of the last layer of such a plan.
    static int outputs(StepPlan plan) {
        return shapes(plan).getLast().affine.outputs();
    }

    /// The stages as layers, or null if they are in an order that fused steps do not know.
    private static @Nullable List<Shape> shapes(List<Stage> stages, List<String> reasons) {
        List<Shape> shapes = new ArrayList<>();
        boolean activated = true;
        for (Stage stage : stages) {
            Shape open = shapes.isEmpty() ? null : shapes.getLast();
            if (stage instanceof Stage.Affine affine) {
                shapes.add(new Shape(affine, null, Activation.IDENTITY));
                activated = false;
            } else if (stage instanceof Stage.Normalize normalize
                    && open != null
                    && !activated
                    && open.normalize == null) {
                shapes.set(shapes.size() - 1, new Shape(open.affine, normalize, Activation.IDENTITY));
            } else if (stage instanceof Stage.Activate activate && open != null && !activated) {
                shapes.set(shapes.size() - 1, new Shape(open.affine, open.normalize, activate.function()));
                activated = true;
            } else {
                reasons.add("The fused tier takes linear layers, each with at most one batch normalisation and then one"
                        + " activation behind it, found " + name(stage) + " where none of these is expected.");
                return null;
            }
        }
        if (shapes.isEmpty()) {
            reasons.add("The fused tier takes one linear layer or more, found none.");
            return null;
        }
        return shapes;
    }

    /// Whether fused steps know this plan's chain.
    ///
    /// @param reasons gets a sentence if not
    static boolean knows(StepPlan plan, List<String> reasons) {
        List<Shape> shapes = shapes(plan.stages(), reasons);
        if (shapes == null) {
            return false;
        }
        for (Shape shape : shapes) {
            if (shape.normalize != null && plan.rows() < 2) {
                reasons.add("The fused tier takes batches of 2 rows or more for " + shape.normalize.name() + ", found "
                        + plan.rows() + ".");
                return false;
            }
        }
        return true;
    }

    private static String name(Stage stage) {
        return switch (stage) {
            case Stage.Affine affine -> affine.name();
            case Stage.Normalize normalize -> normalize.name();
            case Stage.Activate activate -> activate.name();
            case Stage.Other other -> other.name();
        };
    }
}
