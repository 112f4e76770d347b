package dev.cresset.app;

import dev.cresset.backend.Activation;
import dev.cresset.data.Dataset;
import dev.cresset.data.Task;
import dev.cresset.loss.BCELoss;
import dev.cresset.loss.BCEWithLogitsLoss;
import dev.cresset.loss.CrossEntropyLoss;
import dev.cresset.loss.L1Loss;
import dev.cresset.loss.Loss;
import dev.cresset.loss.MSELoss;
import dev.cresset.loss.SmoothL1Loss;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The losses, as users name them, and the tasks that they fit.
enum LossName {
    CROSS_ENTROPY(Task.CLASSIFICATION),
    BCE_WITH_LOGITS(Task.CLASSIFICATION),
    BCE(Task.CLASSIFICATION, Task.REGRESSION),
    MSE(Task.REGRESSION),
    MSE_HALVED(Task.REGRESSION),
    L1(Task.REGRESSION),
    SMOOTH_L1(Task.REGRESSION);

    private final Set<Task> tasks;

    LossName(Task... tasks) {
        this.tasks = Set.of(tasks);
    }

    /// The usual loss of a task.
    static LossName of(Task task) {
        return switch (task) {
            case CLASSIFICATION -> CROSS_ENTROPY;
            case REGRESSION -> MSE;
        };
    }

    /// The loss of this name, or null.
    static @Nullable LossName named(String name) {
        return Arrays.stream(values())
                .filter(loss -> loss.toString().equals(name))
                .findFirst()
                .orElse(null);
    }

    /// @param labelSmoothing only for cross-entropy; 0 elsewhere
    Loss loss(double labelSmoothing) {
        return switch (this) {
            case CROSS_ENTROPY -> new CrossEntropyLoss().withLabelSmoothing(labelSmoothing);
            case BCE_WITH_LOGITS -> new BCEWithLogitsLoss();
            case BCE -> new BCELoss();
            case MSE -> new MSELoss();
            case MSE_HALVED -> MSELoss.halved();
            case L1 -> new L1Loss();
            case SMOOTH_L1 -> new SmoothL1Loss();
        };
    }

    /// What the model's last layer needs so that its outputs are what the loss takes.
    Activation output() {
        return this == BCE ? Activation.SIGMOID : Activation.IDENTITY;
    }

    boolean fits(Task task) {
        return tasks.contains(task);
    }

    /// @throws IllegalArgumentException if this loss makes no sense of the targets
    void requireFit(Dataset dataset) {
        Task task = dataset.schema().task();
        if (!fits(task)) {
            List<LossName> fitting =
                    Arrays.stream(values()).filter(loss -> loss.fits(task)).toList();
            throw new IllegalArgumentException("Loss " + this + " does not fit a "
                    + UserName.of(task) + " (" + dataset + "): choose one of " + fitting
                    + ", or another --task.");
        }
        if (this == BCE && task == Task.REGRESSION) {
            for (int row = 0; row < dataset.size(); row++) {
                for (int column = 0; column < dataset.outputs(); column++) {
                    double y = dataset.targets().at(row, column);
                    if (y < 0 || y > 1) {
                        throw new IllegalArgumentException("Loss bce takes targets from 0 to 1, found " + y
                                + " in data row " + (row + 1) + ", column '"
                                + dataset.schema().targets().get(column) + "': choose another loss, such as mse.");
                    }
                }
            }
        }
    }

    /// As users write it.
    @Override
    public String toString() {
        return UserName.of(this);
    }
}
