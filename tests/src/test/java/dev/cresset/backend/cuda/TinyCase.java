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
/// @param hasNaN whether one number of the features is NaN
/// @param targetColumns columns of the table of targets
/// @param labels how many classes the targets are numbers of; 0 for numbers in 0 .. 1
record TinyCase(
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
        boolean hasNaN) {
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

    static TinyCase of(
            String name, Supplier<Sequential> model, Supplier<Loss> loss, int inputs, int targets, int rows) {
        return new TinyCase(
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
                false);
    }

    TinyCase withLabels(int labels) {
        return new TinyCase(
                name, model, loss, hyper, samples, inputs, targetColumns, labels, rows, kind, batches, hasNaN);
    }

    TinyCase with(Hyper hyper) {
        return new TinyCase(
                name, model, loss, hyper, samples, inputs, targetColumns, labels, rows, kind, batches, hasNaN);
    }

    TinyCase with(RowOrder.Kind kind) {
        return new TinyCase(
                name, model, loss, hyper, samples, inputs, targetColumns, labels, rows, kind, batches, hasNaN);
    }

    /// With whole batches only, unless [#withBatches] follows.
    TinyCase withSamples(int samples) {
        return new TinyCase(
                name, model, loss, hyper, samples, inputs, targetColumns, labels, rows, kind, samples / rows, hasNaN);
    }

    TinyCase withBatches(int batches) {
        return new TinyCase(
                name, model, loss, hyper, samples, inputs, targetColumns, labels, rows, kind, batches, hasNaN);
    }

    /// One feature of sample 3 is NaN.
    TinyCase withNaN() {
        return new TinyCase(
                name, model, loss, hyper, samples, inputs, targetColumns, labels, rows, kind, batches, true);
    }

    RowOrder order() {
        return new RowOrder(kind, 7, samples, rows, batches);
    }
    /// Numbers between -1 and 1 that float32 holds exactly.
    void features(int row, double[] to, int at) {
        RandomStream random = new RandomStream(11, row);
        for (int c = 0; c < inputs; c++) {
            to[at + c] = (float) (2 * random.nextDouble() - 1);
        }
        if (hasNaN && row == 3) {
            to[at] = Double.NaN;
        }
    }

    void targets(int row, double[] to, int at) {
        RandomStream random = new RandomStream(13, row);
        for (int c = 0; c < targetColumns; c++) {
            to[at + c] = labels > 0 ? random.nextInt(labels) : (float) random.nextDouble();
        }
    }

    @Override
    public String toString() {
        return name;
    }
}
