package dev.cresset.backend.cuda;

import dev.cresset.loss.Loss;
import dev.cresset.nn.ActivationLayer;
import dev.cresset.nn.Layer;
import dev.cresset.nn.Linear;
import dev.cresset.nn.Sequential;
import dev.cresset.optim.Hyper;
import dev.cresset.tensor.RandomStream;
import dev.cresset.tensor.RowOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/// What to train: a net, a loss, an optimizer, and data that is made up as it is asked for.
///
/// @param hyper of the optimizer
/// @param samples of the data
/// @param batches of an epoch
/// @param numbers what features and targets are
/// @param targetColumns columns of the table of targets
/// @param labels how many classes the targets are numbers of; 0 for numbers in 0 .. 1
record StepCase(
        String name,
        Supplier<Sequential> model,
        Supplier<Loss> loss,
        Hyper hyper,
        int samples,
        int inputs,
        int targetColumns,
        int labels,
        int rows,
        RowOrder.Kind kind,
        int batches,
        Numbers numbers)
        implements TrainingCase {
    /// What features and targets are.
    enum Numbers {
        /// Between -1 and 1, or 0 and 1, as float32 holds them.
        ANY,
        /// The same, but one feature of sample 3 is NaN.
        ONE_NAN,
        /// Few different ones, which a device keeps as bytes: multiples of 1/8 between -1 and 1, features a little more
        /// than that, which is lost where they are rounded to 8 or 11 significant bits.
        EIGHTHS
    }

    /// An eighth and a little more.
    static final double EIGHTH = 0.125 * (1 + 0x1p-13);

    /// This activation behind each but the last of these widths.
    static Supplier<Sequential> net(Supplier<? extends ActivationLayer> activation, int... widths) {
        return () -> {
            List<Layer> layers = new ArrayList<>();
            for (int i = 1; i < widths.length; i++) {
                layers.add(new Linear(widths[i - 1], widths[i], i));
                if (i + 1 < widths.length) {
                    layers.add(activation.get());
                }
            }
            return new Sequential(layers.toArray(Layer[]::new));
        };
    }

    static StepCase of(
            String name, Supplier<Sequential> model, Supplier<Loss> loss, int inputs, int targets, int rows) {
        return new StepCase(
                name,
                model,
                loss,
                Hyper.lr(0.125),
                3 * rows + 1,
                inputs,
                targets,
                0,
                rows,
                RowOrder.Kind.SHUFFLED,
                3,
                Numbers.ANY);
    }

    StepCase withLabels(int labels) {
        return new StepCase(
                name, model, loss, hyper, samples, inputs, targetColumns, labels, rows, kind, batches, numbers);
    }

    StepCase with(Hyper hyper) {
        return new StepCase(
                name, model, loss, hyper, samples, inputs, targetColumns, labels, rows, kind, batches, numbers);
    }

    StepCase with(RowOrder.Kind kind) {
        return new StepCase(
                name, model, loss, hyper, samples, inputs, targetColumns, labels, rows, kind, batches, numbers);
    }

    /// With whole batches only, unless [#withBatches] follows.
    StepCase withSamples(int samples) {
        return new StepCase(
                name, model, loss, hyper, samples, inputs, targetColumns, labels, rows, kind, samples / rows, numbers);
    }

    StepCase withBatches(int batches) {
        return new StepCase(
                name, model, loss, hyper, samples, inputs, targetColumns, labels, rows, kind, batches, numbers);
    }

    /// One feature of sample 3 is NaN.
    StepCase withNaN() {
        return new StepCase(
                name, model, loss, hyper, samples, inputs, targetColumns, labels, rows, kind, batches, Numbers.ONE_NAN);
    }

    StepCase inEighths() {
        return new StepCase(
                name, model, loss, hyper, samples, inputs, targetColumns, labels, rows, kind, batches, Numbers.EIGHTHS);
    }

    @Override
    public RowOrder order() {
        return new RowOrder(kind, 7, samples, rows, batches);
    }

    @Override
    public void features(int row, double[] to, int at) {
        RandomStream random = new RandomStream(11, row);
        for (int c = 0; c < inputs; c++) {
            to[at + c] = numbers == Numbers.EIGHTHS
                    ? (random.nextInt(17) - 8) * EIGHTH
                    : (float) (2 * random.nextDouble() - 1);
        }
        if (numbers == Numbers.ONE_NAN && row == 3) {
            to[at] = Double.NaN;
        }
    }

    @Override
    public void targets(int row, double[] to, int at) {
        RandomStream random = new RandomStream(13, row);
        for (int c = 0; c < targetColumns; c++) {
            if (labels > 0) {
                to[at + c] = random.nextInt(labels);
            } else {
                to[at + c] = numbers == Numbers.EIGHTHS ? random.nextInt(9) * 0.125 : (float) random.nextDouble();
            }
        }
    }

    @Override
    public String toString() {
        return name;
    }
}
