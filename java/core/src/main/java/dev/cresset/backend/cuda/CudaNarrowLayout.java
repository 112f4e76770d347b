package dev.cresset.backend.cuda;

import dev.cresset.backend.Activation;
import dev.cresset.backend.Parameter;
import dev.cresset.backend.Table;
import dev.cresset.backend.step.Draw;
import dev.cresset.backend.step.Objective;
import dev.cresset.backend.step.Stage;
import dev.cresset.backend.step.StepPlan;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Where everything of a narrow net and a tile of samples lies in a block's shared memory, in bytes: for each layer
/// weights as factors and biases, then the batch and the layers' outputs as factors, the logits and the targets as
/// float, the gradients as float where they fit (else each block has them in global memory). And the table that tells
/// the kernel so; see `step_narrow.cu`.
///
/// @param tileRows samples of a tile
/// @param logits place of the last layer's output before its activation; its deltas' place where these are float too
/// @param labels place of the targets
/// @param gradients place of the gradients, or -1
/// @param slots numbers of a block's gradients, padding included
/// @param blocks of the first kernel
/// @param shared bytes of it all
record CudaNarrowLayout(
        StepPlan plan,
        CudaNarrowFactors factors,
        List<Layer> layers,
        int tileRows,
        int logits,
        int labels,
        int gradients,
        int slots,
        int blocks,
        int shared) {
    static final int WIDEST = 128;
    /// As MOST_LAYERS of the kernel; and what it declares for itself.
    private static final int MOST_LAYERS = 16;

    private static final int DECLARED_BYTES = 2 << 10;
    /// As GRAIN, STRIP and TILE_SLOTS of the kernel.
    private static final int GRAIN = 16;

    private static final int STRIP = 32;
    private static final int TILE_SLOTS = GRAIN * STRIP;
    private static final int[] TILE_ROWS = {128, 64, 32};
    /// As many as a large GPU works on at once, whatever GPU there is. The order of addition depends on it, and on the
    /// rows of a tile, which follow from how much shared memory a block of the GPU has.
    private static final int MOST_BLOCKS = 132;

    private static final Set<Activation.Kind> HIDDEN = EnumSet.of(
            Activation.Kind.IDENTITY,
            Activation.Kind.SIGMOID,
            Activation.Kind.TANH,
            Activation.Kind.RELU,
            Activation.Kind.LEAKY_RELU);

    /// A linear layer with the activation behind it.
    ///
    /// @param weights place of its weights
    /// @param biases place of its biases
    /// @param input place of its input
    /// @param output place of its output
    /// @param slot first of its gradients
    record Layer(
            Stage.Affine affine, Activation activation, int weights, int biases, int input, int output, int slot) {}

    /// The layout of a plan that fits.
    ///
    /// @param most bytes of shared memory that a block may have
    /// @param reasons gets a sentence if the plan does not fit
    static Optional<CudaNarrowLayout> of(StepPlan plan, CudaNarrowFactors factors, int most, List<String> reasons) {
        Optional<CudaChain> chain = CudaChain.of(plan, "narrow", MOST_LAYERS, reasons);
        if (chain.isEmpty() || !isTaken(plan, chain.get(), reasons)) {
            return Optional.empty();
        }
        CudaNarrowLayout least = null;
        for (boolean isInShared : new boolean[] {true, false}) {
            for (int rows : TILE_ROWS) {
                if (rows == GRAIN * 2 || (long) rows * MOST_BLOCKS <= plan.rows()) {
                    least = placed(plan, factors, chain.get(), rows, isInShared);
                    if (least.shared <= most - DECLARED_BYTES) {
                        return Optional.of(least);
                    }
                }
            }
        }
        reasons.add(("The narrow tier keeps the weights and %d samples in the shared memory of one block, which has %d"
                        + " bytes here; %s needs %d. Fewer or narrower layers fit.")
                .formatted(TILE_ROWS[2], most - DECLARED_BYTES, least.widths(), least.shared));
        return Optional.empty();
    }

    private static boolean isTaken(StepPlan plan, CudaChain chain, List<String> reasons) {
        if (plan.inputs() > WIDEST) {
            reasons.add("The narrow tier takes at most " + WIDEST + " inputs, found " + plan.inputs() + ".");
            return false;
        }
        int last = chain.affine().size() - 1;
        for (int i = 0; i <= last; i++) {
            Stage.Affine layer = chain.affine().get(i);
            Activation activation = chain.activations().get(i);
            if (layer.outputs() > WIDEST) {
                reasons.add("The narrow tier takes layers of at most " + WIDEST + " outputs, found " + layer.name()
                        + " with " + layer.outputs() + ".");
                return false;
            }
            if (i < last && !(HIDDEN.contains(activation.kind()) && activation.parameter() >= 0)) {
                reasons.add("The narrow tier takes activations between layers whose output tells their slope (" + HIDDEN
                        + ", none with a negative slope), found " + activation + " behind " + layer.name() + ".");
                return false;
            }
        }
        Activation end = chain.activations().getLast();
        if (plan.objective() instanceof Objective.Classes && end.kind() != Activation.Kind.IDENTITY) {
            reasons.add("The narrow tier takes cross-entropy of a linear layer's output, found " + end + " behind "
                    + chain.affine().getLast().name() + ".");
            return false;
        }
        return true;
    }

    private static CudaNarrowLayout placed(
            StepPlan plan, CudaNarrowFactors factors, CudaChain chain, int rows, boolean isInShared) {
        List<Layer> layers = new ArrayList<>();
        int parameters = 0;
        for (Stage.Affine layer : chain.affine()) {
            parameters += padded(layer.outputs()) * (factors.pitch(layer.inputs()) + Float.BYTES);
        }
        int place = 0;
        int input = parameters;
        int slot = 0;
        for (int i = 0; i < chain.affine().size(); i++) {
            Stage.Affine layer = chain.affine().get(i);
            int biases = place + padded(layer.outputs()) * factors.pitch(layer.inputs());
            int output = input + rows * factors.pitch(layer.inputs());
            layers.add(new Layer(layer, chain.activations().get(i), place, biases, input, output, slot));
            place = biases + padded(layer.outputs()) * Float.BYTES;
            input = output;
            slot += padded(layer.outputs()) / GRAIN * strips(layer.inputs()) * TILE_SLOTS + padded(layer.outputs());
        }
        int outputs = chain.affine().getLast().outputs();
        int behind = input + rows * factors.pitch(outputs);
        int logits = factors == CudaNarrowFactors.BF16 ? behind : input;
        int labels = logits + rows * CudaNarrowFactors.FP32.pitch(outputs);
        int end = labels
                + rows * CudaNarrowFactors.FP32.pitch(plan.draw().targets().columns());
        int tiles = divide(plan.rows(), rows);
        int blocks = divide(tiles, divide(tiles, MOST_BLOCKS));
        int shared = isInShared ? end + slot * Float.BYTES : end;
        return new CudaNarrowLayout(
                plan, factors, layers, rows, logits, labels, isInShared ? end : -1, slot, blocks, shared);
    }

    /// Columns or rows with their padding.
    static int padded(int count) {
        return divide(count, GRAIN) * GRAIN;
    }

    private static int strips(int columns) {
        return divide(columns, STRIP);
    }

    private static int divide(int a, int b) {
        return (a + b - 1) / b;
    }

    /// The layers as the kernel reads them: the activation's parameter, then ten `int`s each.
    ByteBuffer layerTable() {
        ByteBuffer table = ByteBuffer.allocate(layers.size() * (Float.BYTES + 10 * Integer.BYTES))
                .order(ByteOrder.nativeOrder());
        for (Layer layer : layers) {
            table.putFloat((float) layer.activation().parameter());
            table.putInt(layer.activation().kind().ordinal());
            table.putInt(layer.affine().inputs()).putInt(layer.affine().outputs());
            table.putInt(element(layer.affine().weight()))
                    .putInt(element(layer.affine().bias()));
            table.putInt(layer.weights()).putInt(layer.biases());
            table.putInt(layer.input()).putInt(layer.output()).putInt(layer.slot());
        }
        return table.rewind();
    }

    /// Where a parameter begins in the optimizer's stretch of memory.
    private int element(Parameter parameter) {
        return Math.toIntExact(
                parameter.value().offset() - plan.update().parameters().values().offset());
    }

    /// A weight for each class; none where the loss knows no classes.
    ByteBuffer classWeights() {
        if (!(plan.objective() instanceof Objective.Classes(var spec, double[] weights))) {
            return ByteBuffer.allocate(0);
        }
        int classes = layers.getLast().affine().outputs();
        ByteBuffer table = ByteBuffer.allocate(classes * Float.BYTES).order(ByteOrder.nativeOrder());
        for (int c = 0; c < classes; c++) {
            table.putFloat(weights == null ? 1 : (float) weights[c]);
        }
        return table.rewind();
    }

    /// Bytes that the first kernel moves: the batch once, the parameters once a block, a number a slot and block, which
    /// is read and written again for each tile where it has no place in shared memory.
    long trainBytes() {
        long slotsMoved = 1;
        if (gradients < 0) {
            slotsMoved += 2 * divide(divide(plan.rows(), tileRows), blocks);
        }
        Draw draw = plan.draw();
        return plan.rows() * (rowBytes(draw.features()) + rowBytes(draw.targets()))
                + blocks * (parameters() + slotsMoved * slots) * Float.BYTES;
    }

    private static long rowBytes(Table table) {
        return (long) table.columns() * (table.codes().isPresent() ? 1 : Float.BYTES);
    }

    /// Bytes that the second one moves: the blocks' gradients, weight and velocity there and back.
    long updateBytes() {
        int numbers = plan.update().velocity() == null ? 2 : 4;
        return ((long) blocks * slots + numbers * parameters()) * Float.BYTES;
    }

    private long parameters() {
        return layers.stream()
                .mapToLong(
                        layer -> (layer.affine().inputs() + 1L) * layer.affine().outputs())
                .sum();
    }

    /// Such as `64-64-16`.
    String widths() {
        StringBuilder text = new StringBuilder().append(plan.inputs());
        layers.forEach(layer -> text.append('-').append(layer.affine().outputs()));
        return text.toString();
    }
}
