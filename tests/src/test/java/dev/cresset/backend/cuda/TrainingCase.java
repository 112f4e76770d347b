package dev.cresset.backend.cuda;

import dev.cresset.loss.Loss;
import dev.cresset.nn.Sequential;
import dev.cresset.optim.Hyper;
import dev.cresset.tensor.RowOrder;
import java.util.function.Supplier;

/// What to train: a net, a loss, an optimizer, and data that is made up as it is asked for.
interface TrainingCase {
    Supplier<Sequential> model();

    Supplier<Loss> loss();

    Hyper hyper();

    int samples();

    int inputs();

    /// Columns of the table of targets.
    int targetColumns();

    /// Rows of a whole batch.
    int rows();

    RowOrder order();

    void features(int row, double[] to, int at);

    void targets(int row, double[] to, int at);
}
