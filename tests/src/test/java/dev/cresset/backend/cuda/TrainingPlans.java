package dev.cresset.backend.cuda;

import dev.cresset.backend.Device;
import dev.cresset.backend.Ops;
import dev.cresset.backend.Parameters;
import dev.cresset.backend.Table;
import dev.cresset.backend.step.Draw;
import dev.cresset.backend.step.StepPlan;
import dev.cresset.backend.step.Update;
import dev.cresset.loss.Loss;
import dev.cresset.nn.Sequential;
import dev.cresset.optim.SGD;
import dev.cresset.tensor.Counter;
import dev.cresset.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// A training of a [TrainingCase] on a device: as a plan, or verb by verb, which is what the plan means.
abstract class TrainingPlans implements AutoCloseable {
    static final int RING = 64;

    private final TrainingCase of;
    private final Device device;
    private final Sequential model;
    private final Parameters parameters;
    private final Loss loss;
    private final SGD optimizer;
    private final Table features;
    private final Table targets;
    private final Counter batch;
    private final Tensor ring;

    TrainingPlans(TrainingCase of, Device device) {
        this.of = of;
        this.device = device;
        this.model = of.model().get().to(device);
        this.loss = of.loss().get();
        this.parameters = model.parameters();
        // What float32 holds exactly, on every device.
        parameters.byName().values().forEach(p -> p.value()
                .write(Arrays.stream(p.value().toArray()).map(n -> (float) n).toArray()));
        this.optimizer = new SGD(parameters, of.hyper());
        this.features = device.table(of.samples(), of.inputs(), of::features);
        this.targets = device.table(of.samples(), of.targetColumns(), of::targets);
        this.batch = device.counter();
        this.ring = device.tensor(1, RING, new double[RING]);
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
                new Draw(features, targets, of.order(), batch),
                ring);
    }

    /// So many steps, verb by verb.
    void compose(int rows, int steps) {
        Ops ops = device.ops();
        Tensor x = device.tensor(rows, of.inputs());
        Tensor target = device.tensor(rows, loss.targetColumns(model.outputs(of.inputs())));
        for (int i = 0; i < steps; i++) {
            ops.draw(features, targets, of.order(), batch, x, target);
            model.backwardParameters(loss.forwardBackward(model.forward(x), target));
            ops.keep(loss.value(), update().step(), ring);
            optimizer.step();
            ops.advance(batch);
        }
    }

    private Update update() {
        return optimizer.update().orElseThrow();
    }

    Device device() {
        return device;
    }

    Sequential model() {
        return model;
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

    /// Parameters layer after layer, weights before biases, then running statistics.
    List<Tensor> variables() {
        List<Tensor> all = new ArrayList<>();
        parameters.byName().values().forEach(each -> all.add(each.value()));
        parameters.states().values().forEach(each -> all.add(each.value()));
        return all;
    }

    /// The numbers of the variables, one after the other, without what lies between them.
    double[] numbers() {
        return variables().stream()
                .flatMapToDouble(each -> Arrays.stream(each.toArray()))
                .toArray();
    }

    /// All that a step leaves: parameters, velocities, running statistics, losses, counters.
    double[] state() {
        List<double[]> parts =
                new ArrayList<>(List.of(update().parameters().values().toArray()));
        if (update().velocity() != null) {
            parts.add(update().velocity().toArray());
        }
        parameters.states().values().forEach(each -> parts.add(each.value().toArray()));
        parts.add(losses());
        parts.add(new double[] {batch.value(), steps()});
        return parts.stream().flatMapToDouble(Arrays::stream).toArray();
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
