package dev.cresset.backend.cuda;

import dev.cresset.backend.Activation;
import dev.cresset.backend.Parameter;
import dev.cresset.backend.step.Objective;
import dev.cresset.backend.step.Stage;
import dev.cresset.backend.step.StepPlan;
import dev.cresset.kernels.Real;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Where everything of a small net lies in the shared memory of a block, in numbers of the device's precision: two
/// batches, a row of ones, two batches of targets, outputs and deltas of each layer, the parameters, the velocities,
/// the class weights; behind that the rows of the next batches, as `int`s. And the tables that tell the kernel so; see
/// `step_tiny.cu`.
///
/// @param pitch numbers from one feature of the samples to the next: odd, which spreads features over the banks
/// @param parameters how many there are
/// @param start of the parameters
/// @param ahead batches whose rows are computed together
/// @param shared bytes of it all
record CudaTinyLayout(StepPlan plan, List<Layer> layers, int pitch, int parameters, int start, int ahead, int shared) {
    /// As MOST_LAYERS, MOST_AHEAD of the kernel; and what it declares for itself, at most.
    private static final int MOST_LAYERS = 16;

    private static final int MOST_AHEAD = 64;
    private static final int DECLARED_BYTES = 6 << 10;
    private static final int ROWS_TOGETHER = 2048;
    /// As TILE of the kernel; from so many parameters on every thread has that much to do.
    private static final int TILE = 4;

    private static final int GROUPED_FROM = 1024;

    /// A linear layer with the activation behind it.
    ///
    /// @param weight first of its weights among the parameters, row after row
    /// @param bias first of its biases
    /// @param input place of its input; the first layer's is the batch
    /// @param output place of its output
    /// @param delta place of the gradient to what goes into the activation
    record Layer(Stage.Affine affine, Activation activation, int weight, int bias, int input, int output, int delta) {}

    /// The layout of a plan that fits.
    ///
    /// @param most bytes of shared memory that a block may have
    /// @param reasons gets a sentence if the plan does not fit
    static Optional<CudaTinyLayout> of(StepPlan plan, Real real, int most, List<String> reasons) {
        return CudaChain.of(plan, "tiny", MOST_LAYERS, reasons)
                .flatMap(chain -> placed(plan, chain.affine(), chain.activations(), real, most, reasons));
    }

    private static Optional<CudaTinyLayout> placed(
            StepPlan plan,
            List<Stage.Affine> affine,
            List<Activation> activations,
            Real real,
            int most,
            List<String> reasons) {
        int classes =
                plan.objective() instanceof Objective.Classes ? affine.getLast().outputs() : 0;
        long pitch = plan.rows() | 1;
        long ones = 2 * pitch * plan.inputs();
        long start = ones + pitch + 2 * pitch * plan.targetColumns();
        long parameters = 0;
        for (Stage.Affine layer : affine) {
            start += 2 * pitch * layer.outputs();
            parameters += (layer.inputs() + 1L) * layer.outputs();
        }
        long kept = plan.update().velocity() == null ? parameters : 2 * parameters;
        long numbers = (start + kept + classes) * real.bytes();
        long room = most - DECLARED_BYTES - numbers;
        long ahead = Math.min(
                Math.min(MOST_AHEAD, Math.max(1, ROWS_TOGETHER / plan.rows())),
                room / ((long) plan.rows() * Integer.BYTES));
        if (ahead < 1) {
            reasons.add(("The tiny tier keeps net and batch in the shared memory of one block, which has %d bytes here;"
                            + " %,d parameters and a batch of %d rows need %d. A smaller batch or net fits.")
                    .formatted(
                            most - DECLARED_BYTES,
                            parameters,
                            plan.rows(),
                            numbers + (long) plan.rows() * Integer.BYTES));
            return Optional.empty();
        }
        long shared = numbers + ahead * plan.rows() * Integer.BYTES;
        List<Layer> layers = layers(affine, activations, (int) (start - sizes(affine, pitch)), (int) pitch);
        return Optional.of(new CudaTinyLayout(
                plan, layers, (int) pitch, (int) parameters, (int) start, (int) ahead, (int) shared));
    }

    private static long sizes(List<Stage.Affine> affine, long pitch) {
        return affine.stream().mapToLong(layer -> 2 * pitch * layer.outputs()).sum();
    }

    private static List<Layer> layers(List<Stage.Affine> affine, List<Activation> activations, int from, int pitch) {
        List<Layer> layers = new ArrayList<>();
        int place = from;
        int parameter = 0;
        int input = 0;
        for (int i = 0; i < affine.size(); i++) {
            Stage.Affine layer = affine.get(i);
            int size = pitch * layer.outputs();
            int bias = parameter + layer.inputs() * layer.outputs();
            layers.add(new Layer(layer, activations.get(i), parameter, bias, input, place, place + size));
            input = place;
            place += 2 * size;
            parameter = bias + layer.outputs();
        }
        return layers;
    }

    /// The layers as the kernel reads them: the activation's parameter, then eight `int`s each.
    ByteBuffer layerTable(Real real) {
        int bytes = layers.size() * (real.bytes() + 8 * Integer.BYTES);
        ByteBuffer table = ByteBuffer.allocate(bytes).order(ByteOrder.nativeOrder());
        for (Layer layer : layers) {
            put(table, real, layer.activation().parameter());
            table.putInt(layer.activation().kind().ordinal());
            table.putInt(layer.affine().inputs()).putInt(layer.affine().outputs());
            table.putInt(layer.weight()).putInt(layer.bias());
            table.putInt(layer.input()).putInt(layer.output()).putInt(layer.delta());
        }
        return table;
    }

    /// Neighbouring units whose parameters a thread takes together.
    private int tile() {
        return parameters >= GROUPED_FROM ? TILE : 1;
    }

    int groups() {
        return layers.stream()
                .mapToInt(layer ->
                        (layer.affine().inputs() + 1) * divide(layer.affine().outputs(), tile()))
                .sum();
    }

    private static int divide(int a, int b) {
        return (a + b - 1) / b;
    }

    /// The parameters of neighbouring units that have one input, as the kernel reads them: five `int`s each.
    ByteBuffer groupTable() {
        ByteBuffer table = ByteBuffer.allocate(5 * groups() * Integer.BYTES).order(ByteOrder.nativeOrder());
        int ones = 2 * pitch * plan.inputs();
        for (Layer layer : layers) {
            int inputs = layer.affine().inputs();
            for (int unit = 0; unit < layer.affine().outputs(); unit += tile()) {
                int delta = layer.delta() + unit * pitch;
                int count = Math.min(tile(), layer.affine().outputs() - unit);
                for (int k = 0; k < inputs; k++) {
                    table.putInt(layer.input() + k * pitch).putInt(delta);
                    table.putInt(layer.weight() + unit * inputs + k)
                            .putInt(inputs)
                            .putInt(count);
                }
                table.putInt(ones)
                        .putInt(delta)
                        .putInt(layer.bias() + unit)
                        .putInt(1)
                        .putInt(count);
            }
        }
        return table;
    }

    /// For each parameter its element of the optimizer's stretch of memory.
    ByteBuffer elementTable() {
        ByteBuffer table = ByteBuffer.allocate(parameters * Integer.BYTES).order(ByteOrder.nativeOrder());
        for (Layer layer : layers) {
            putElements(table, layer.affine().weight());
            putElements(table, layer.affine().bias());
        }
        return table;
    }

    private void putElements(ByteBuffer table, Parameter parameter) {
        long from =
                parameter.value().offset() - plan.update().parameters().values().offset();
        for (int i = 0; i < parameter.value().size(); i++) {
            table.putInt(Math.toIntExact(from + i));
        }
    }

    /// A weight for each class; none where the loss knows no classes.
    ByteBuffer classWeights(Real real) {
        if (!(plan.objective() instanceof Objective.Classes(var spec, double[] weights))) {
            return ByteBuffer.allocate(0);
        }
        int classes = layers.getLast().affine().outputs();
        ByteBuffer table = ByteBuffer.allocate(classes * real.bytes()).order(ByteOrder.nativeOrder());
        for (int c = 0; c < classes; c++) {
            put(table, real, weights == null ? 1 : weights[c]);
        }
        return table;
    }

    private static void put(ByteBuffer table, Real real, double number) {
        if (real == Real.F32) {
            table.putFloat((float) number);
        } else {
            table.putDouble(number);
        }
    }

    /// Such as `4-5-3`.
    String widths() {
        StringBuilder text = new StringBuilder().append(plan.inputs());
        layers.forEach(layer -> text.append('-').append(layer.affine().outputs()));
        return text.toString();
    }
}
