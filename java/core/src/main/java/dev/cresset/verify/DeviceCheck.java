package dev.cresset.verify;

import dev.cresset.backend.Device;
import dev.cresset.tensor.Counter;
import dev.cresset.tensor.RandomStream;
import dev.cresset.tensor.Tensor;
import dev.cresset.verify.VerbTrial.Slot;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/// Every verb of a device, and its training steps, against the reference device, on the same numbers: shows within
/// seconds whether a driver, a library or a GPU computes what it should.
public final class DeviceCheck {
    /// Rows and columns of a batch: several blocks of threads, and no multiple of any.
    static final int ROWS = 517;

    private static final int COLUMNS = 131;
    private static final double[] HYPERPARAMETERS = {0.125, 0.75, 0.25, 0.0625};

    /// Roundings of a short calculation with two functions of the C library.
    private static final int SHORT = 24;

    private DeviceCheck() {}

    /// How one verb, or way of doing steps, did.
    ///
    /// @param verb its name
    /// @param error largest difference to the reference, over the largest number of that result; of steps, the
    /// largest relative error of the way that a tensor has gone
    /// @param tolerance the largest error that rounding explains
    public record Result(String verb, double error, double tolerance) {
        /// Whether the error is explained; a NaN is not.
        public boolean passes() {
            return error <= tolerance;
        }
    }

    /// Tries every verb, and whole training steps in each way that the device has.
    ///
    /// @return a result for each, in a fixed order
    public static List<Result> run(Device device) {
        Stream<Result> verbs = Arrays.stream(VerbTrial.values()).map(trial -> run(device, trial));
        Stream<Result> steps = Arrays.stream(StepTrial.values()).flatMap(trial -> trial.run(device).stream());
        return Stream.concat(verbs, steps).toList();
    }

    /// The ways to do whole training steps that the device does not take, as sentences with the reasons; none for a
    /// device that does steps verb by verb only because its memory is the host's.
    public static List<String> refusals(Device device) {
        return device.hasOwnMemory()
                ? Arrays.stream(StepTrial.values())
                        .flatMap(trial -> trial.refusal(device).stream())
                        .toList()
                : List.of();
    }

    private static Result run(Device device, VerbTrial trial) {
        Device reference = Device.reference();
        RandomStream random = new RandomStream(trial.ordinal(), 0);
        List<Tensor> here = new ArrayList<>();
        List<Tensor> there = new ArrayList<>();
        for (Slot slot : trial.slots()) {
            int rows = slot.rows(ROWS, COLUMNS);
            int columns = slot.columns(ROWS, COLUMNS);
            Tensor tensor = device.tensor(rows, columns, numbers(slot, rows * columns, random));
            here.add(tensor);
            // What the device made of the numbers, so that only the verb's own error is seen.
            there.add(reference.tensor(rows, columns, tensor.toArray()));
        }
        Counter counter = device.counter();
        trial.call().on(device.ops(), here.toArray(Tensor[]::new), counter);
        trial.call().on(reference.ops(), there.toArray(Tensor[]::new), reference.counter());
        double error = 0;
        for (int i = 0; i < here.size(); i++) {
            if (trial.slots().get(i).isOutput()) {
                error = worse(
                        error, difference(here.get(i).toArray(), there.get(i).toArray()));
            }
        }
        return new Result(trial.name().toLowerCase(Locale.ROOT).replace('_', ' '), error, tolerance(device, trial));
    }

    /// A sum of n terms of one sign errs by at most n roundoffs of itself.
    private static double tolerance(Device device, VerbTrial trial) {
        double sums = (ROWS + COLUMNS + SHORT) * device.precision().roundoff();
        return trial.isProduct() ? sums + 2 * device.precision().productRoundoff() : sums;
    }

    private static double difference(double[] found, double[] expected) {
        double largest = Arrays.stream(expected).map(Math::abs).max().orElse(0);
        double error = 0;
        for (int i = 0; i < found.length; i++) {
            error = worse(error, found[i] == expected[i] ? 0 : Math.abs(found[i] - expected[i]) / largest);
        }
        return error;
    }

    /// The larger one, and NaN if either is.
    private static double worse(double a, double b) {
        return Math.max(a, b);
    }

    private static double[] numbers(Slot slot, int count, RandomStream random) {
        double[] values = new double[count];
        for (int i = 0; i < count; i++) {
            values[i] = switch (slot.content()) {
                case 'f', 'u' -> 0.01 + 0.98 * random.nextDouble();
                case 'z' -> random.nextGaussian();
                case 'l' -> -Math.abs(random.nextGaussian());
                case 'k' -> random.nextInt(COLUMNS);
                case 'r' -> random.nextInt(ROWS);
                case 'h' -> HYPERPARAMETERS[i];
                default -> Double.NaN;
            };
        }
        return values;
    }
}
