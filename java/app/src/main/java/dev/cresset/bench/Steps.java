package dev.cresset.bench;

import dev.cresset.data.Dataset;
import dev.cresset.loss.Loss;
import dev.cresset.nn.Layer;
import dev.cresset.train.StepWay;

/// Training steps over a workload's batches. The only place of the benchmark that knows how the library runs
/// steps: [#of].
interface Steps extends Work, AutoCloseable {
    /// Makes steps as [#of] does.
    interface Way {
        Steps of(Layer model, Loss loss, Workload workload, Dataset batches, int together);
    }

    /// Submits `times` lots of [#together] steps each, each step on the next batch, round and round.
    @Override
    void run(int times);

    /// Steps in a lot.
    int together();

    /// Waits for what was submitted.
    ///
    /// @return the loss of the last step's batch, before that step
    double loss();

    @Override
    default void await() {
        loss();
    }

    /// How a step is done.
    StepWay way();

    /// Gives back what the steps hold; the model stays.
    @Override
    void close();

    /// Steps that train `model`, on its device, from where it is.
    ///
    /// @param batches the workload's batches, one after the other
    /// @param together steps in a lot
    static Steps of(Layer model, Loss loss, Workload workload, Dataset batches, int together) {
        return new SessionSteps(model, loss, workload, batches, together);
    }
}
