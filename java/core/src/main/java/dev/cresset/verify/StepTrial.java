package dev.cresset.verify;

import dev.cresset.backend.Device;
import dev.cresset.backend.Parameters;
import dev.cresset.backend.Table;
import dev.cresset.backend.step.Draw;
import dev.cresset.backend.step.StepPlan;
import dev.cresset.backend.step.StepProgram;
import dev.cresset.backend.step.Tier;
import dev.cresset.backend.step.Update;
import dev.cresset.loss.CrossEntropyLoss;
import dev.cresset.loss.Loss;
import dev.cresset.loss.MSELoss;
import dev.cresset.nn.BatchNorm1d;
import dev.cresset.nn.GELU;
import dev.cresset.nn.Linear;
import dev.cresset.nn.ReLU;
import dev.cresset.nn.Sequential;
import dev.cresset.nn.Tanh;
import dev.cresset.optim.Hyper;
import dev.cresset.optim.SGD;
import dev.cresset.tensor.Counter;
import dev.cresset.tensor.Precision;
import dev.cresset.tensor.RandomStream;
import dev.cresset.tensor.RowOrder;
import dev.cresset.tensor.Tensor;
import dev.cresset.verify.DeviceCheck.Result;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;

/// Whole training steps as a device does them, against the same steps verb by verb on the reference device.
enum StepTrial {
    TINY(
            Tier.TINY,
            4,
            () -> new Sequential(new Linear(StepTrial.INPUTS, 7, 1), new Tanh(), new Linear(7, 4, 2)),
            CrossEntropyLoss::new),
    NARROW(
            Tier.NARROW,
            4,
            () -> new Sequential(
                    new Linear(StepTrial.INPUTS, 33, 1),
                    new ReLU(),
                    new Linear(33, 17, 2),
                    new Tanh(),
                    new Linear(17, 4, 3)),
            CrossEntropyLoss::new),
    FUSED_CLASSES(
            Tier.FUSED,
            5,
            () -> new Sequential(
                    new Linear(StepTrial.INPUTS, 33, 1),
                    new BatchNorm1d(33),
                    new ReLU(),
                    new Linear(33, 20, 2),
                    new BatchNorm1d(20),
                    new ReLU(),
                    new Linear(20, 5, 3)),
            CrossEntropyLoss::new),
    FUSED_NUMBERS(
            Tier.FUSED,
            3,
            () -> new Sequential(new Linear(StepTrial.INPUTS, 33, 1), new GELU(), new Linear(33, 3, 2)),
            MSELoss::new);

    private static final int INPUTS = 6;
    private static final int SAMPLES = 150;
    private static final int BATCH = 64;
    static final int STEPS = 4;
    /// Roundings that a number of a net goes through in a step, generously: sums over a batch, three layers and back.
    private static final int ROUNDINGS = 512;
    /// Rounded factors that an error is made of, layers forward and back, as shares of the tensor's way.
    private static final int FACTORS = 8;
    /// How much of a tensor's way may change, at most, where a rounded factor turns ReLUs of single samples: 0.09 was
    /// seen in a batch of 64.
    private static final double TURNED = 0.125;
    /// The same in units of a factor's rounding, for roundings so small that they turn next to nothing.
    private static final int TURNS = 128;
    /// A tensor that goes less far than this stands still but for rounding: a bias below a batch norm, whose gradient
    /// is 0.
    private static final double LEAST = 0x1p-10;

    private final Tier tier;
    private final int outputs;
    private final Supplier<Sequential> model;
    private final Supplier<Loss> loss;

    StepTrial(Tier tier, int outputs, Supplier<Sequential> model, Supplier<Loss> loss) {
        this.tier = tier;
        this.outputs = outputs;
        this.model = model;
        this.loss = loss;
    }

    /// How the device does; empty if it does not do steps this way: see [#refusal].
    Optional<Result> run(Device device) {
        try (Session here = new Session(device)) {
            Optional<StepProgram> program = device.program(here.plan(), tier, new ArrayList<>());
            if (program.isEmpty()) {
                return Optional.empty();
            }
            try (StepProgram steps = program.get()) {
                steps.run(STEPS);
            }
            return Optional.of(judge(here, device.precision()));
        }
    }

    /// Why the device does not do steps this way; empty if it does.
    Optional<String> refusal(Device device) {
        List<String> reasons = new ArrayList<>();
        try (Session here = new Session(device)) {
            Optional<StepProgram> program = device.program(here.plan(), tier, reasons);
            program.ifPresent(StepProgram::close);
            return program.isPresent()
                    ? Optional.empty()
                    : Optional.of(label() + ": not done this way. " + String.join(" ", reasons));
        }
    }

    /// How far a training of all steps is from the one on the reference device: the largest error of a tensor (L2
    /// norm, since a ReLU that turns by rounding moves a few numbers far), over the way that it should go. So a tensor
    /// that stays where it was is off by 1.
    ///
    /// @param precision that it was computed in
    Result judge(Session here, Precision precision) {
        try (Session there = new Session(Device.reference())) {
            there.compose(STEPS);
            List<double[]> found = here.numbers();
            List<double[]> expected = there.numbers();
            double error = 0;
            for (int i = 0; i < expected.size(); i++) {
                double scale = Math.max(LEAST, distance(there.first.get(i), expected.get(i)));
                error = Math.max(error, distance(found.get(i), expected.get(i)) / scale);
            }
            return new Result(label(), error, tolerance(precision));
        }
    }

    private static double distance(double[] from, double[] to) {
        double sum = 0;
        for (int i = 0; i < to.length; i++) {
            sum += (to[i] - from[i]) * (to[i] - from[i]);
        }
        return Math.sqrt(sum);
    }

    private double tolerance(Precision precision) {
        // The tiny tier rounds no factors.
        double product = tier == Tier.TINY ? precision.roundoff() : precision.productRoundoff();
        return STEPS * (ROUNDINGS * precision.roundoff() + FACTORS * product) + Math.min(TURNED, TURNS * product);
    }

    /// What a report calls it.
    String label() {
        return "steps, " + name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    /// A training on one device.
    final class Session implements AutoCloseable {
        private final Sequential net = model.get();
        private final Loss criterion = loss.get();
        private final Device device;
        private final SGD optimizer;
        private final Parameters parameters;
        private final Table features;
        private final Table targets;
        private final RowOrder order = new RowOrder(RowOrder.Kind.SHUFFLED, 5, SAMPLES, BATCH, SAMPLES / BATCH);
        private final Counter batch;
        private final Tensor ring;
        private final List<double[]> first;

        Session(Device device) {
            this.device = device;
            this.parameters = net.to(device).parameters();
            this.optimizer = new SGD(parameters, Hyper.lr(0.05).withMomentum(0.9));
            RandomStream random = new RandomStream(ordinal(), 1);
            int columns = criterion.targetColumns(outputs);
            this.features = table(INPUTS, () -> (float) random.nextGaussian());
            this.targets = table(columns, () -> columns == 1 ? random.nextInt(outputs) : (float) random.nextDouble());
            this.batch = device.counter();
            this.ring = device.tensor(1, STEPS, new double[STEPS]);
            this.first = numbers();
        }

        private Table table(int columns, Supplier<? extends Number> next) {
            double[] numbers = new double[SAMPLES * columns];
            Arrays.setAll(numbers, i -> next.get().doubleValue());
            return device.table(
                    SAMPLES, columns, (row, to, at) -> System.arraycopy(numbers, row * columns, to, at, columns));
        }

        private StepPlan plan() {
            return new StepPlan(
                    BATCH,
                    INPUTS,
                    net.stages(BATCH),
                    targets.columns(),
                    criterion.objective(BATCH, outputs),
                    update(),
                    new Draw(features, targets, order, batch),
                    ring);
        }

        private Update update() {
            return optimizer.update().orElseThrow();
        }

        /// Does so many steps, verb by verb.
        void compose(int steps) {
            Tensor x = device.tensor(BATCH, INPUTS);
            Tensor target = device.tensor(BATCH, targets.columns());
            for (int i = 0; i < steps; i++) {
                device.ops().draw(features, targets, order, batch, x, target);
                net.backwardParameters(criterion.forwardBackward(net.forward(x), target));
                device.ops().keep(criterion.value(), update().step(), ring);
                optimizer.step();
                device.ops().advance(batch);
            }
        }

        Parameters parameters() {
            return parameters;
        }

        /// What the steps leave, by tensor: parameters, running statistics, losses.
        private List<double[]> numbers() {
            List<Tensor> all = new ArrayList<>();
            parameters.byName().values().forEach(parameter -> all.add(parameter.value()));
            parameters.states().values().forEach(state -> all.add(state.value()));
            all.add(ring);
            return all.stream().map(Tensor::toArray).toList();
        }

        @Override
        public void close() {
            features.close();
            targets.close();
            optimizer.close();
            criterion.close();
            net.close();
        }
    }
}
