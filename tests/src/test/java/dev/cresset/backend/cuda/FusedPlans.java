package dev.cresset.backend.cuda;

import dev.cresset.backend.Device;
import dev.cresset.backend.Ops;
import dev.cresset.backend.Parameters;
import dev.cresset.backend.Table;
import dev.cresset.backend.Variable;
import dev.cresset.backend.step.Draw;
import dev.cresset.backend.step.StepPlan;
import dev.cresset.backend.step.StepProgram;
import dev.cresset.backend.step.Update;
import dev.cresset.loss.Loss;
import dev.cresset.nn.Sequential;
import dev.cresset.optim.SGD;
import dev.cresset.tensor.Counter;
import dev.cresset.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// A training of a [FusedCase] on a device: as a plan, or verb by verb, which is what the plan means.
final class FusedPlans implements AutoCloseable {
    static final int RING = 64;
    /// No weight is so large.
    static final long NEVER = Long.MAX_VALUE;

    private final FusedCase of;
    private final Device device;
    private final Sequential model;
    private final Parameters parameters;
    private final Loss loss;
    private final SGD optimizer;
    private final Table features;
    private final Table targets;
    private final Counter batch;
    private final Tensor ring;

    FusedPlans(FusedCase of, Device device) {
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

    StepPlan plan() {
        int outputs = model.outputs(of.inputs());
        return new StepPlan(
                of.rows(),
                of.inputs(),
                model.stages(of.rows()),
                loss.targetColumns(outputs),
                loss.objective(of.rows(), outputs),
                update(),
                new Draw(features, targets, of.order(), batch),
                ring);
    }

    /// @throws IllegalStateException with the reasons if it does not fit
    StepProgram program(long leastToMerge) {
        List<String> reasons = new ArrayList<>();
        return CudaFusedProgram.of(plan(), (CudaBackend) device, reasons, leastToMerge)
                .orElseThrow(() -> new IllegalStateException(reasons.toString()));
    }

    StepProgram program() {
        return program(NEVER);
    }

    /// So many steps, verb by verb.
    void compose(int steps) {
        Ops ops = device.ops();
        Tensor x = device.tensor(of.rows(), of.inputs());
        Tensor target = device.tensor(of.rows(), loss.targetColumns(model.outputs(of.inputs())));
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

    /// Parameters and running statistics, one after the other, without what lies between them.
    double[] numbers() {
        List<Variable> all = new ArrayList<>(parameters.byName().values());
        all.addAll(parameters.states().values());
        return all.stream()
                .flatMapToDouble(variable -> Arrays.stream(variable.value().toArray()))
                .toArray();
    }

    /// Parameters, running statistics and losses, each for itself.
    List<double[]> tensors() {
        List<double[]> all = new ArrayList<>();
        parameters.byName().values().forEach(p -> all.add(p.value().toArray()));
        parameters.states().values().forEach(p -> all.add(p.value().toArray()));
        all.add(losses());
        return all;
    }

    /// All that a step leaves.
    double[] state() {
        List<double[]> parts =
                new ArrayList<>(List.of(update().parameters().values().toArray()));
        if (update().velocity() != null) {
            parts.add(update().velocity().toArray());
        }
        parameters
                .states()
                .values()
                .forEach(variable -> parts.add(variable.value().toArray()));
        parts.add(losses());
        parts.add(new double[] {batch.value(), steps()});
        return parts.stream().flatMapToDouble(Arrays::stream).toArray();
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
