package dev.cresset.backend.cuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cresset.backend.Activation;
import dev.cresset.backend.Device;
import dev.cresset.backend.MomentumForm;
import dev.cresset.backend.step.StepPlan;
import dev.cresset.backend.step.Update;
import dev.cresset.loss.Loss;
import dev.cresset.tensor.Precision;
import dev.cresset.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One step of a net whose matrices are stored as bfloat16, held against its definition (the header of `step_bf16.cuh`)
/// in float64, matrix by matrix: each is computed from what the device has stored before it, so a rounding that falls
/// to the other side of a tie stays where it is, and the tolerances are those of float32. What is stored rounded must
/// lie between the roundings of the float64 number less and plus its tolerance.
final class Bf16Step {
    private static final double U = Precision.FP32.roundoff();
    /// Roundings of a function, a loss or an update.
    private static final double FEW = 32;

    private final FusedCase of;
    private final StepPlan plan;
    private final CudaBf16Memory memory;
    private final long batch;
    private final long step;
    private final List<Before> before;

    /// A layer's parameters before the step.
    private record Before(double[] weight, double[] bias, double[] weightVelocity, double[] biasVelocity) {}

    /// The checks of layers with normalisation; null where there is none.
    private final List<@Nullable Bf16Normal> normals = new ArrayList<>();
    private final boolean classes;

    /// A number in float64 and how far float32 may be from it.
    record Near(double value, double tolerance) {
        Near times(double slope) {
            return new Near(slope * value, Math.abs(slope) * tolerance + FEW * U * Math.abs(slope * value));
        }
    }

    /// Looks at what is there before the step.
    Bf16Step(FusedCase of, StepPlan plan, CudaBf16Program program) {
        this.of = of;
        this.plan = plan;
        this.memory = program.memory();
        this.batch = plan.draw().batch().value();
        this.step = plan.update().step().value();
        this.classes = CudaBf16Layer.endsInClasses(plan);
        memory.layers()
                .forEach(layer -> normals.add(layer.normal() == null ? null : new Bf16Normal(layer.normal(), this)));
        this.before = memory.layers().stream()
                .map(layer -> new Before(
                        layer.affine().weight().value().toArray(),
                        layer.affine().bias().value().toArray(),
                        velocity(layer.affine().weight().value()),
                        velocity(layer.affine().bias().value())))
                .toList();
    }

    double[] velocity(Tensor value) {
        Tensor all = plan.update().velocity();
        if (all == null) {
            return new double[Math.toIntExact(value.size())];
        }
        long at = value.offset() - plan.update().parameters().values().offset();
        return new Tensor(all.buffer(), all.offset() + at, value.rows(), value.columns()).toArray();
    }

    /// Looks at what is there after it.
    void check() {
        batchIsDrawn();
        for (int i = 0; i + 1 < memory.layers().size(); i++) {
            hidden(i);
        }
        last();
        for (int i = memory.layers().size() - 2; i >= 0; i--) {
            gradient(i);
        }
        for (int i = 0; i < memory.layers().size(); i++) {
            update(i);
        }
        Tensor values = plan.update().parameters().values();
        assertArrayEquals(
                Bf16Matrix.rounded(values.toArray()),
                Bf16Matrix.of(memory.shadow()).at(),
                "shadow");
    }

    private void batchIsDrawn() {
        double[] row = new double[of.inputs()];
        Bf16Matrix x = Bf16Matrix.of(memory.layers().getFirst().input());
        for (int i = 0; i < of.rows(); i++) {
            of.features(of.order().row(batch, i), row, 0);
            for (int c = 0; c < of.inputs(); c++) {
                assertEquals(Bf16Matrix.rounded(row[c]), x.get(i, c), "x");
            }
        }
    }

    /// `A~·W~ᵀ + bias` of layer `i`.
    private Near product(int i, Bf16Matrix input, double[] bias, int row, int output) {
        double sum = bias[output];
        double size = Math.abs(sum);
        double[] weight = before.get(i).weight;
        for (int c = 0; c < input.columns(); c++) {
            double term = input.get(row, c) * Bf16Matrix.rounded(weight[output * input.columns() + c]);
            sum += term;
            size += Math.abs(term);
        }
        return new Near(sum, (input.columns() + FEW) * U * size);
    }

    private void hidden(int i) {
        CudaBf16Layer layer = memory.layers().get(i);
        if (normals.get(i) != null) {
            normalized(i, layer, normals.get(i));
            return;
        }
        double[] bias = Bf16Matrix.rounded(before.get(i).bias);
        Bf16Matrix input = Bf16Matrix.of(layer.input());
        Bf16Matrix z = Bf16Matrix.of(layer.z());
        Bf16Matrix output = Bf16Matrix.of(memory.layers().get(i + 1).input());
        boolean kept = layer.z() != memory.layers().get(i + 1).input();
        double[] f = kept ? values(layer.function(), z.at()) : z.at();
        boolean relu = layer.function().equals(Activation.RELU);
        for (int row = 0; row < of.rows(); row++) {
            for (int c = 0; c < layer.outputs(); c++) {
                Near sum = product(i, input, bias, row, c);
                double low = sum.value - sum.tolerance;
                double high = sum.value + sum.tolerance;
                assertRounded(
                        relu ? Math.max(0, low) : low, relu ? Math.max(0, high) : high, z.get(row, c), "z of " + i);
                if (kept) {
                    double value = f[row * layer.outputs() + c];
                    assertRounded(new Near(value, FEW * U * Math.abs(value)), output.get(row, c), "a of " + i);
                }
            }
        }
    }

    private void normalized(int i, CudaBf16Layer layer, Bf16Normal normal) {
        Bf16Matrix input = Bf16Matrix.of(layer.input());
        double[] none = new double[layer.outputs()];
        double[] z = layer.normal().z().toArray();
        for (int e = 0; e < z.length; e++) {
            Near sum = product(i, input, none, e / layer.outputs(), e % layer.outputs());
            assertEquals(sum.value, z[e], sum.tolerance, "z of " + i);
        }
        normal.forward(Bf16Matrix.of(memory.layers().get(i + 1).input()), before.get(i).bias);
    }

    private void last() {
        int i = memory.layers().size() - 1;
        if (classes) {
            fewClasses(i);
            return;
        }
        CudaBf16Layer layer = memory.last();
        Bf16Matrix input = Bf16Matrix.of(layer.input());
        double[] z = new double[of.rows() * layer.outputs()];
        double[] tolerance = new double[z.length];
        for (int e = 0; e < z.length; e++) {
            Near sum = product(i, input, before.get(i).bias, e / layer.outputs(), e % layer.outputs());
            z[e] = sum.value;
            tolerance[e] = 2 * sum.tolerance + FEW * U * Math.abs(z[e]);
        }
        double[] expected = values(layer.function(), z);
        double[] a = memory.a().toArray();
        for (int e = 0; e < z.length; e++) {
            assertEquals(expected[e], a[e], tolerance[e] + FEW * U, "output");
        }
        loss(layer, z, a);
    }

    /// A last layer of few classes: all in float32, with weights as they are.
    private void fewClasses(int i) {
        CudaBf16Layer layer = memory.last();
        Bf16Matrix input = Bf16Matrix.of(layer.input());
        double[] logits = new double[of.rows() * layer.outputs()];
        double largest = 1;
        for (int row = 0; row < of.rows(); row++) {
            for (int k = 0; k < layer.outputs(); k++) {
                double sum = before.get(i).bias[k];
                for (int c = 0; c < layer.inputs(); c++) {
                    sum += input.get(row, c) * before.get(i).weight[k * layer.inputs() + c];
                }
                logits[row * layer.outputs() + k] = sum;
                largest = Math.max(largest, Math.abs(sum));
            }
        }
        double tolerance = (layer.inputs() + FEW) * U * largest;
        double[] expected = lossGradient(layer, logits, tolerance);
        assertArrayEquals(expected, memory.da().toArray(), tolerance, "dz of the last");
    }

    /// The loss and its gradient, from the output that is there.
    private void loss(CudaBf16Layer layer, double[] z, double[] a) {
        double[] da = lossGradient(layer, a, 0);
        double most = Arrays.stream(da).map(Math::abs).max().orElse(0);
        double[] slopes = slopes(layer.function(), z);
        Bf16Matrix dz = Bf16Matrix.of(layer.dz());
        for (int e = 0; e < da.length; e++) {
            assertRounded(new Near(da[e], FEW * U * most).times(slopes[e]), dz.at()[e], "dz of the last");
        }
    }

    /// The gradient of the loss to an output; and looks at the loss that the device has.
    private double[] lossGradient(CudaBf16Layer layer, double[] a, double tolerance) {
        Device reference = Device.reference();
        Tensor output = reference.tensor(of.rows(), layer.outputs());
        output.write(a);
        Tensor target = reference.tensor(of.rows(), of.targetColumns());
        double[] targets = new double[of.rows() * of.targetColumns()];
        for (int row = 0; row < of.rows(); row++) {
            of.targets(of.order().row(batch, row), targets, row * of.targetColumns());
        }
        target.write(targets);
        try (Loss loss = of.loss().get()) {
            double[] da = loss.forwardBackward(output, target).toArray();
            double value = loss.value().item();
            double found = plan.ring().toArray()[(int) (step % plan.ring().columns())];
            assertEquals(value, found, FEW * U * Math.max(1, Math.abs(value)) + tolerance, "loss");
            return da;
        }
    }

    /// The gradient of the product of layer `i`.
    private Bf16Matrix dz(int i) {
        CudaBf16Layer layer = memory.layers().get(i);
        return classes && layer == memory.last()
                ? new Bf16Matrix(of.rows(), layer.outputs(), memory.da().toArray())
                : Bf16Matrix.of(layer.dz());
    }

    private void gradient(int i) {
        CudaBf16Layer layer = memory.layers().get(i);
        Near[] da = gradientOfOutput(i, layer);
        if (normals.get(i) != null) {
            normals.get(i).backward(da, Bf16Matrix.of(layer.dz()));
            return;
        }
        double[] slopes = slopes(layer.function(), Bf16Matrix.of(layer.z()).at());
        Bf16Matrix dz = Bf16Matrix.of(layer.dz());
        for (int e = 0; e < da.length; e++) {
            assertRounded(da[e].times(slopes[e]), dz.at()[e], "dz of " + i);
        }
    }

    private Near[] gradientOfOutput(int i, CudaBf16Layer layer) {
        Bf16Matrix above = dz(i + 1);
        double[] weight = before.get(i + 1).weight;
        weight = classes && i + 2 == memory.layers().size() ? weight : Bf16Matrix.rounded(weight);
        Near[] da = new Near[of.rows() * layer.outputs()];
        for (int row = 0; row < of.rows(); row++) {
            for (int c = 0; c < layer.outputs(); c++) {
                double sum = 0;
                double size = 0;
                for (int k = 0; k < above.columns(); k++) {
                    double term = above.get(row, k) * weight[k * layer.outputs() + c];
                    sum += term;
                    size += Math.abs(term);
                }
                da[row * layer.outputs() + c] = new Near(sum, (above.columns() + FEW) * U * size);
            }
        }
        return da;
    }

    private void update(int i) {
        CudaBf16Layer layer = memory.layers().get(i);
        Before old = before.get(i);
        Bf16Matrix dz = dz(i);
        Bf16Matrix input = Bf16Matrix.of(layer.input());
        double[] weight = layer.affine().weight().value().toArray();
        double[] bias = layer.affine().bias().value().toArray();
        for (int o = 0; o < layer.outputs(); o++) {
            for (int c = 0; c < layer.inputs(); c++) {
                int at = o * layer.inputs() + c;
                moved(old.weight[at], old.weightVelocity[at], sum(dz, o, input, c), weight[at], "weight of " + i);
            }
            Near gradient = layer.normal() == null ? sum(dz, o, null, 0) : new Near(0, 0);
            gradient = classes ? new Near(gradient.value, of.rows() * gradient.tolerance) : gradient;
            moved(old.bias[o], old.biasVelocity[o], gradient, bias[o], "bias of " + i);
        }
    }

    /// The sum over rows of a column of dZ~ times one of A~, in float32; without A~ in float64.
    private static Near sum(Bf16Matrix dz, int o, @Nullable Bf16Matrix input, int c) {
        double sum = 0;
        double size = 0;
        for (int row = 0; row < dz.rows(); row++) {
            double term = dz.get(row, o) * (input == null ? 1 : input.get(row, c));
            sum += term;
            size += Math.abs(term);
        }
        return new Near(sum, input == null ? U * Math.abs(sum) : (dz.rows() + FEW) * U * size);
    }

    void moved(double old, double velocity, Near gradient, double found, String what) {
        Update update = plan.update();
        double lr = update.hyper().toArray()[0];
        double g = gradient.value + update.weightDecay() * old;
        double fresh = step == 0 ? 1 : 1 - update.dampening();
        double v = update.velocity() == null ? g : update.momentum() * velocity + fresh * g;
        double along = update.form() == MomentumForm.NESTEROV ? g + update.momentum() * v : v;
        double size = Math.abs(g) + Math.abs(velocity) + Math.abs(old);
        double tolerance = 2 * lr * (gradient.tolerance + FEW * U * size) + 2 * U * Math.abs(old);
        assertEquals(old - lr * along, found, tolerance, what);
    }

    private static double[] values(Activation function, double[] z) {
        Tensor of = onReference(z);
        Device.reference().ops().activate(function, of, of);
        return of.toArray();
    }

    private static double[] slopes(Activation function, double[] z) {
        double[] ones = new double[z.length];
        Arrays.fill(ones, 1);
        Tensor slopes = onReference(ones);
        Tensor outputs = onReference(values(function, z));
        Device.reference().ops().activateGradient(function, onReference(z), outputs, slopes, slopes);
        return slopes.toArray();
    }

    private static Tensor onReference(double[] numbers) {
        Tensor tensor = Device.reference().tensor(1, numbers.length);
        tensor.write(numbers);
        return tensor;
    }

    static void assertRounded(Near expected, double found, String what) {
        assertRounded(expected.value - expected.tolerance, expected.value + expected.tolerance, found, what);
    }

    static void assertRounded(double low, double high, double found, String what) {
        assertTrue(
                Bf16Matrix.rounded(low) <= found && found <= Bf16Matrix.rounded(high),
                () -> what + ": expected a rounding of " + low + " .. " + high + ", found " + found);
    }
}
