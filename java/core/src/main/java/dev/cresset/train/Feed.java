package dev.cresset.train;

import dev.cresset.backend.BatchLoad;
import dev.cresset.backend.BatchRows;
import dev.cresset.backend.Device;
import dev.cresset.data.Batches;
import dev.cresset.data.Task;
import dev.cresset.loss.Loss;
import dev.cresset.tensor.ShapeException;
import java.util.Arrays;

/// Brings batches from the host to the device, in the form that the loss takes its targets: as they are, or
/// for a loss that compares whole rows, class numbers written out as one-hot rows.
final class Feed {
    private final Batches batches;
    private final int targetColumns;
    private final boolean isOneHot;
    private final BatchRows rows = this::copyRow;
    /// The number of the batch whose rows are being appended.
    private int appended;
    // Made by the first copy: where a conveyor or the device itself brings the batches there is none.
    private double[] x = {};
    private double[] y = {};
    private double[] target = {};

    /// @throws ShapeException if the loss takes targets that the dataset does not have
    Feed(Batches batches, Loss loss) {
        int outputs = batches.dataset().outputs();
        int width = batches.dataset().targets().width();
        this.batches = batches;
        this.targetColumns = loss.targetColumns(outputs);
        boolean oneHot = batches.dataset().schema().task() == Task.CLASSIFICATION && targetColumns == outputs;
        if (targetColumns != width && !oneHot) {
            throw new ShapeException(loss + " takes targets of N×" + targetColumns + " for predictions of N×" + outputs
                    + ", the data has N×" + width + " (" + batches.dataset() + "): choose a loss that fits the task,"
                    + " such as MSELoss for numbers or CrossEntropyLoss for classes.");
        }
        this.isOneHot = targetColumns != width;
    }

    Batches batches() {
        return batches;
    }

    /// Columns of the targets as the loss takes them.
    int targetColumns() {
        return targetColumns;
    }

    /// New tensors for a batch of `rows`: features and targets.
    Batch batch(Device device, int rows) {
        return new Batch(device.tensor(rows, batches.dataset().inputs()), device.tensor(rows, targetColumns));
    }

    /// Overwrites `to` with batch number `index`.
    void copy(int index, Batch to) {
        read(index);
        to.x().writeFirst(x);
        to.target().writeFirst(target);
    }

    /// Appends batch number `index` to what a conveyor loads.
    void append(int index, BatchLoad to) {
        appended = index;
        to.append(batches.rows(index), rows);
    }

    private void copyRow(int place, double[] toX, int atX, double[] toTarget, int atTarget) {
        int row = batches.row(appended, place);
        batches.dataset().features().copy(row, toX, atX);
        if (isOneHot) {
            Arrays.fill(toTarget, atTarget, atTarget + targetColumns, 0);
            toTarget[atTarget + (int) batches.dataset().targets().at(row, 0)] = 1;
        } else {
            batches.dataset().targets().copy(row, toTarget, atTarget);
        }
    }

    private double[] place(int columns) {
        return new double[Math.multiplyExact(batches.batchSize(), columns)];
    }

    private void read(int index) {
        if (x.length == 0) {
            x = place(batches.dataset().inputs());
            y = place(batches.dataset().targets().width());
            target = isOneHot ? place(targetColumns) : y;
        }
        batches.copy(index, x, y);
        if (target != y) {
            Arrays.fill(target, 0);
            for (int i = 0; i < batches.rows(index); i++) {
                target[i * targetColumns + (int) y[i]] = 1;
            }
        }
    }
}
