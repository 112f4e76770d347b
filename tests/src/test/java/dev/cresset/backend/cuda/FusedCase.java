package dev.cresset.backend.cuda;

import dev.cresset.loss.CrossEntropyLoss;
import dev.cresset.loss.Loss;
import dev.cresset.nn.ActivationLayer;
import dev.cresset.nn.BatchNorm1d;
import dev.cresset.nn.Layer;
import dev.cresset.nn.Linear;
import dev.cresset.nn.ReLU;
import dev.cresset.nn.Sequential;
import dev.cresset.optim.Hyper;
import dev.cresset.tensor.RandomStream;
import dev.cresset.tensor.RowOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;

/// What to train: a net, a loss, an optimizer, and data that is made up as it is asked for.
///
/// @param targetColumns columns of the table of targets
/// @param labels how many classes the targets are numbers of; 0 for numbers in 0 .. 1
/// @param greys whether the features are few different numbers, which a table keeps in bytes
record FusedCase(
        String name,
        Supplier<Sequential> model,
        Supplier<Loss> loss,
        Hyper hyper,
        int inputs,
        int targetColumns,
        int labels,
        boolean greys,
        int rows)
        implements TrainingCase {
    static final Hyper HYPER = Hyper.lr(0.125);

    /// Batch normalisation and ReLU behind each linear layer but the last, cross-entropy.
    static FusedCase normalized(int rows, int... widths) {
        Supplier<Sequential> model = () -> {
            List<Layer> layers = new ArrayList<>();
            for (int i = 1; i < widths.length; i++) {
                layers.add(new Linear(widths[i - 1], widths[i], i));
                if (i + 1 < widths.length) {
                    layers.add(new BatchNorm1d(widths[i]));
                    layers.add(new ReLU());
                }
            }
            return new Sequential(layers.toArray(Layer[]::new));
        };
        int classes = widths[widths.length - 1];
        String name = "normalized " + Arrays.toString(widths) + ", batch " + rows;
        return new FusedCase(name, model, CrossEntropyLoss::new, HYPER, widths[0], 1, classes, true, rows);
    }

    /// An activation behind each linear layer but the last.
    static FusedCase plain(
            String name,
            Supplier<? extends ActivationLayer> activation,
            Supplier<Loss> loss,
            int labels,
            int rows,
            int... widths) {
        int targets = labels > 0 ? 1 : widths[widths.length - 1];
        Supplier<Sequential> model = StepCase.net(activation, widths);
        return new FusedCase(name, model, loss, HYPER, widths[0], targets, labels, false, rows);
    }

    FusedCase with(Hyper hyper) {
        return new FusedCase(name, model, loss, hyper, inputs, targetColumns, labels, greys, rows);
    }

    FusedCase with(Supplier<Sequential> model) {
        return new FusedCase(name, model, loss, hyper, inputs, targetColumns, labels, greys, rows);
    }

    FusedCase named(String name) {
        return new FusedCase(name, model, loss, hyper, inputs, targetColumns, labels, greys, rows);
    }

    @Override
    public int samples() {
        return 2 * rows + 1;
    }

    /// Whole batches only.
    @Override
    public RowOrder order() {
        return new RowOrder(RowOrder.Kind.SHUFFLED, 7, samples(), rows, 2);
    }

    /// Numbers between -1 and 1 that float32 holds exactly.
    @Override
    public void features(int row, double[] to, int at) {
        RandomStream random = new RandomStream(11, row);
        for (int c = 0; c < inputs; c++) {
            to[at + c] = greys ? random.nextInt(200) / 128.0 - 1 : (float) (2 * random.nextDouble() - 1);
        }
    }

    @Override
    public void targets(int row, double[] to, int at) {
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
