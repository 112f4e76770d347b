package dev.cresset.results;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.cresset.backend.Device;
import dev.cresset.data.Dataset;
import dev.cresset.formats.IdxReader;
import dev.cresset.loss.CrossEntropyLoss;
import dev.cresset.loss.Loss;
import dev.cresset.nn.MLP;
import dev.cresset.optim.Hyper;
import dev.cresset.tensor.Precision;
import dev.cresset.train.BatchReport;
import dev.cresset.train.Trainer;
import dev.cresset.train.TrainingListener;
import dev.cresset.verify.Place;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// The run of [MnistTest] on a GPU: the same network, options and digits, for one epoch, against the CPU step by step.
@Tag("cuda")
class MnistOnCudaTest {
    private static final int ROWS = 4000;

    @Test
    void lossesAreThoseOfTheCpuStepByStep() throws IOException {
        Dataset all = IdxReader.folder(RealData.find("mnist-10k"))
                .select(IntStream.range(0, ROWS).toArray());
        List<Double> cpu;
        List<Double> cuda;
        try (Device device = Device.cpu(Precision.FP32)) {
            cpu = losses(device, all);
        }
        try (Device device = Place.openCuda(Precision.FP32)) {
            cuda = losses(device, all);
        }
        assertEquals((ROWS + 63) / 64, cuda.size());
        double largest = 0;
        for (int i = 0; i < cpu.size(); i++) {
            double difference = Math.abs(cpu.get(i) - cuda.get(i));
            largest = Math.max(largest, difference);
            // Each step adds the rounding of sums of 784 terms, taken in another order, to the weights.
            assertEquals(cpu.get(i), cuda.get(i), (i + 1) * 784 * Precision.FP32.roundoff(), "step " + (i + 1));
        }
        System.out.println("mnist on cuda: " + cuda.size() + " steps, loss " + cuda.getFirst() + " to " + cuda.getLast()
                + ", largest difference to the CPU " + largest);
    }

    private static List<Double> losses(Device device, Dataset all) {
        List<Double> losses = new ArrayList<>();
        try (MLP model = MLP.builder(all.inputs(), 256, 128, all.outputs())
                        .batchNorm()
                        .seed(1)
                        .build();
                Loss loss = new CrossEntropyLoss()) {
            Trainer.builder(model, loss)
                    .device(device)
                    .optimizer(Hyper.lr(0.02).withMomentum(0.9).withWeightDecay(0.001))
                    .epochs(1)
                    .batchSize(64)
                    .seed(1)
                    .listener(new TrainingListener() {
                        @Override
                        public void onBatch(BatchReport report) {
                            losses.add(report.loss());
                        }
                    })
                    .build()
                    .fit(all);
        }
        return losses;
    }
}
