package dev.cresset.backend.cuda;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cresset.backend.Device;
import dev.cresset.backend.step.Tier;
import dev.cresset.data.Dataset;
import dev.cresset.loss.CrossEntropyLoss;
import dev.cresset.nn.Linear;
import dev.cresset.nn.ReLU;
import dev.cresset.nn.Sequential;
import dev.cresset.optim.Hyper;
import dev.cresset.tensor.Precision;
import dev.cresset.tensor.RandomStream;
import dev.cresset.tensor.Tensor;
import dev.cresset.train.Trainer;
import dev.cresset.train.TrainingSession;
import dev.cresset.verify.Place;
import java.util.Arrays;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A parameter that is not finite shows in the losses, whatever a library's ReLU makes of it.
@Tag("cuda")
class CudaNotFiniteTest {
    @ParameterizedTest
    @CsvSource({
        "FUSED, FP32, NaN",
        "FUSED, TF32, NaN",
        "FUSED, BF16, NaN",
        "FUSED, FP32, Infinity",
        "NARROW, FP32, NaN",
        "NARROW, BF16, NaN",
        "TINY, FP32, NaN",
        "COMPOSED, FP32, NaN"
    })
    void aParameterThatIsNotFiniteShowsInTheLosses(Tier tier, Precision precision, double number) {
        try (Device device = Place.openCuda(precision);
                Sequential model = new Sequential(new Linear(6, 32, 1), new ReLU(), new Linear(32, 5, 2));
                TrainingSession session = Trainer.builder(model, new CrossEntropyLoss())
                        .device(device)
                        .optimizer(Hyper.lr(0.1))
                        .batchSize(16)
                        .tier(tier)
                        .session(data())) {
            session.run(2);
            assertTrue(Arrays.stream(session.losses(2)).allMatch(Double::isFinite));
            Tensor weight = model.parameters().byName().get("0.weight").value();
            double[] numbers = weight.toArray();
            numbers[7] = number;
            weight.write(numbers);
            session.run(3);
            double[] losses = session.losses(3);
            // Where the products are a library's, one step later at the latest.
            assertTrue(Double.isNaN(losses[1]) && Double.isNaN(losses[2]), Arrays.toString(losses));
        }
    }

    private static Dataset data() {
        RandomStream random = new RandomStream(3, 1);
        double[][] x = new double[64][6];
        int[] labels = new int[64];
        for (int i = 0; i < x.length; i++) {
            for (int j = 0; j < x[i].length; j++) {
                x[i][j] = random.nextGaussian();
            }
            labels[i] = random.nextInt(5);
        }
        return Dataset.classification(x, labels, 5);
    }
}
