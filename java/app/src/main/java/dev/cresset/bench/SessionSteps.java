package dev.cresset.bench;

import static dev.cresset.tensor.RowOrder.Kind.SEQUENTIAL;

import dev.cresset.data.Dataset;
import dev.cresset.loss.Loss;
import dev.cresset.nn.Layer;
import dev.cresset.train.StepWay;
import dev.cresset.train.Trainer;
import dev.cresset.train.TrainingSession;

/// Steps as everybody trains: a session of the trainer, which takes the fastest way that the device has.
final class SessionSteps implements Steps {
    private final TrainingSession session;
    private final int together;

    SessionSteps(Layer model, Loss loss, Workload workload, Dataset batches, int together) {
        this.together = together;
        this.session = Trainer.builder(model, loss)
                .device(model.device())
                .optimizer(workload.hyper())
                .batchSize(workload.batch())
                .order(SEQUENTIAL)
                .stepsAtOnce(together)
                .session(batches);
    }

    @Override
    public void run(int times) {
        for (int i = 0; i < times; i++) {
            session.run(together);
        }
    }

    @Override
    public int together() {
        return together;
    }

    @Override
    public double loss() {
        return session.loss();
    }

    @Override
    public StepWay way() {
        return session.way();
    }

    @Override
    public void close() {
        session.close();
    }
}
