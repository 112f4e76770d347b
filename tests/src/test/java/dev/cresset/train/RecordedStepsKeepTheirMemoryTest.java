package dev.cresset.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import dev.cresset.backend.Activation;
import dev.cresset.backend.Device;
import dev.cresset.backend.Rooms;
import dev.cresset.data.Dataset;
import dev.cresset.data.Rows;
import dev.cresset.data.SineSet;
import dev.cresset.loss.MSELoss;
import dev.cresset.nn.MLP;
import dev.cresset.optim.Hyper;
import dev.cresset.tensor.Precision;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// A recorded step is replayed on the memory that it was recorded with, however many other batch shapes the model meets
/// meanwhile.
class RecordedStepsKeepTheirMemoryTest {
    private static final int OTHER_SHAPES = 3 * Rooms.KEPT;

    @Test
    void predictingManyBatchShapesBetweenBatchesChangesNothing() {
        Dataset data = SineSet.generate(40, 1);
        assertArrayEquals(trained(data, new TrainingListener() {}), trainedWhilePredicting(data));
    }

    private static double[] trainedWhilePredicting(Dataset data) {
        MLP model = model();
        return trained(model, data, new TrainingListener() {
            @Override
            public void onBatch(BatchReport report) {
                for (int rows = 1; rows <= OTHER_SHAPES; rows++) {
                    Rows some = data.features().select(IntStream.range(0, rows).toArray());
                    Evaluator.predict(model, some);
                }
            }
        });
    }

    private static double[] trained(Dataset data, TrainingListener listener) {
        return trained(model(), data, listener);
    }

    private static double[] trained(MLP model, Dataset data, TrainingListener listener) {
        try (Device device = Device.cpu(Precision.FP64)) {
            Trainer.builder(model, new MSELoss())
                    .device(device)
                    .optimizer(Hyper.lr(0.1).withMomentum(0.9))
                    .epochs(3)
                    .batchSize(16)
                    .listener(listener)
                    .build()
                    .fit(data);
            return model.parameters().byName().get("0.weight").value().toArray();
        }
    }

    private static MLP model() {
        return MLP.builder(4, 5, 3).activation(Activation.SIGMOID).seed(1).build();
    }
}
