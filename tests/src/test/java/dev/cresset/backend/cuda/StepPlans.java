package dev.cresset.backend.cuda;

import dev.cresset.backend.Device;
import dev.cresset.backend.Ops;
import dev.cresset.backend.Parameter;
import dev.cresset.backend.Parameters;
import dev.cresset.backend.Table;
import dev.cresset.backend.step.Draw;
import dev.cresset.backend.step.StepPlan;
import dev.cresset.backend.step.StepProgram;
import dev.cresset.backend.step.Tier;
import dev.cresset.backend.step.Update;
import dev.cresset.loss.Loss;
import dev.cresset.nn.Sequential;
import dev.cresset.optim.SGD;
import dev.cresset.tensor.Counter;
import dev.cresset.tensor.RowOrder;
import dev.cresset.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// A training of a [StepCase] on a device: as a plan, or verb by verb, which is what the plan means.
final class StepPlans implements AutoCloseable {
    static final int RING = 64;

    private final StepCase of;
    private final Tier tier;
    private final Device device;
    private final Sequential model;
    private final Loss loss;
    private final SGD optimizer;
    private final Table features;
    private final Table targets;
    private final Counter batch;
    private final Tensor ring;

    StepPlans(StepCase of, Tier tier, Device device) {
        this.of = of;
        this.tier = tier;
        this.device = device;
        this.model = of.model().get().to(device);
        this.loss = of.loss().get();
        Parameters parameters = model.parameters();
        // What float32 holds exactly, on every device.
        parameters.byName().values().forEach(p -> p.value()
                .write(Arrays.stream(p.value().toArray()).map(n -> (float) n).toArray()));
        this.optimizer = new SGD(parameters, of.hyper());
        this.features = device.table(of.samples(), of.inputs(), of::features);
        this.targets = device.table(of.samples(), of.targetColumns(), of::targets);
        this.batch = device.counter();
        this.ring = device.tensor(1, RING);
    }

    /// The plan for batches of so many rows.
    StepPlan plan(int rows) {
        int outputs = model.outputs(of.inputs());
        return new StepPlan(
                rows,
                of.inputs(),
                model.stages(rows),
                loss.targetColumns(outputs),
                loss.objective(rows, outputs),
                update(),
                new Draw(features, targets, order(), batch),
                ring);
    }

    /// The program of that plan in this tier.
    ///
    /// @throws IllegalStateException with the reasons if it does not fit
    StepProgram program(int rows) {
        List<String> reasons = new ArrayList<>();
        return device.program(plan(rows), tier, reasons)
                .orElseThrow(() -> new IllegalStateException(reasons.toString()));
    }

    StepProgram program() {
        return program(of.rows());
    }

    /// So many steps, verb by verb.
    void compose(int rows, int steps) {
        Ops ops = device.ops();
        Tensor x = device.tensor(rows, of.inputs());
        Tensor target = device.tensor(rows, loss.targetColumns(model.outputs(of.inputs())));
        for (int i = 0; i < steps; i++) {
            ops.draw(features, targets, order(), batch, x, target);
            model.backwardParameters(loss.forwardBackward(model.forward(x), target));
            ops.keep(loss.value(), update().step(), ring);
            optimizer.step();
            ops.advance(batch);
        }
    }

    private Update update() {
        return optimizer.update().orElseThrow();
    }

    private RowOrder order() {
        return of.order();
    }

    void lr(double lr) {
        optimizer.lr(lr);
    }

    Counter batch() {
        return batch;
    }

    long steps() {
        return optimizer.steps();
    }

    double[] losses() {
        return ring.toArray();
    }

    /// All that a step leaves: parameters, velocities, losses, counters.
    double[] state() {
        List<double[]> parts = new ArrayList<>();
        parts.add(update().parameters().values().toArray());
        if (update().velocity() != null) {
            parts.add(update().velocity().toArray());
        }
        parts.add(losses());
        parts.add(new double[] {batch.value(), steps()});
        return parts.stream().flatMapToDouble(Arrays::stream).toArray();
    }

    /// All parameters, one after the other, without what lies between them.
    double[] parameters() {
        return tensors().stream()
                .flatMapToDouble(parameter -> Arrays.stream(parameter.toArray()))
                .toArray();
    }

    /// The parameters, layer after layer, weights before biases.
    List<Tensor> tensors() {
        return model.parameters().byName().values().stream()
                .map(Parameter::value)
                .toList();
    }

    Sequential model() {
        return model;
    }

    @Override
    public void close() {
        features.close();
        targets.close();
        optimizer.close();
        loss.close();
        model.close();
    }
}
