package dev.cresset.bench;

import dev.cresset.bench.FixedNetwork.Batch;
import dev.cresset.loss.Loss;
import dev.cresset.nn.Layer;
import dev.cresset.optim.Hyper;
import java.util.List;

/// Training steps over batches that lie on the device. The only place of the benchmark that knows how the library runs
/// steps: [#of].
interface Steps extends Work, AutoCloseable {
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

    /// Gives back what the steps hold; the model stays.
    @Override
    void close();

    /// Steps that train `model`, on its device, from where it is.
    ///
    /// @param together steps in a lot; batches beyond a multiple of it are not used
    static Steps of(Layer model, Loss loss, Hyper hyper, List<Batch> batches, int together) {
        return new RecordedSteps(model, loss, hyper, batches, together);
    }
}
