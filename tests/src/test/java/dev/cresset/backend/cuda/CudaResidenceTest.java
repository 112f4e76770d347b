package dev.cresset.backend.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cresset.backend.Device;
import dev.cresset.data.Dataset;
import dev.cresset.loss.MSELoss;
import dev.cresset.nn.Linear;
import dev.cresset.nn.Sequential;
import dev.cresset.nn.Sigmoid;
import dev.cresset.nn.Tanh;
import dev.cresset.optim.Hyper;
import dev.cresset.standin.Standin;
import dev.cresset.tensor.Precision;
import dev.cresset.tensor.RandomStream;
import dev.cresset.train.Residence;
import dev.cresset.train.Trainer;
import dev.cresset.train.TrainingSession;
import dev.cresset.verify.Place;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Data in a device's memory where that is short, or what copies it fails, on the stand-in driver; and steps on it.
@Tag("cuda")
@Tag("standin")
class CudaResidenceTest {
    private static final int SAMPLES = 20_000;
    private static final int INPUTS = 100;

    @AfterEach
    void forget() {
        Contexts.end();
    }

    /// 8 MB of data and 32 MiB for cuBLAS: all of it would just fit, and then nothing more.
    @Test
    void dataThatWouldLeaveNoRoomForStepsStaysOnTheHost() {
        Standin.requireBuilt();
        Standin.memory(42_300_000);
        try (Device device = Place.openCuda(Precision.FP32);
                Sequential model = new Sequential(new Linear(INPUTS, 20, 1), new Tanh(), new Linear(20, 1, 2));
                TrainingSession session = Trainer.builder(model, new MSELoss())
                        .device(device)
                        .batchSize(100)
                        .session(numbers())) {
            session.run(3);
            assertTrue(Double.isFinite(session.loss()));
            assertTrue(session.description().contains("batches from the host"), session.description());
        }
    }

    @Test
    void whoAsksForItHasItOnTheDeviceWhateverIsLeft() {
        Standin.requireBuilt();
        Standin.memory(42_300_000);
        try (Device device = Place.openCuda(Precision.FP32);
                Sequential model = new Sequential(new Linear(INPUTS, 20, 1), new Tanh(), new Linear(20, 1, 2));
                TrainingSession session = Trainer.builder(model, new MSELoss())
                        .device(device)
                        .batchSize(100)
                        .residence(Residence.DEVICE)
                        .session(numbers())) {
            assertFalse(session.description().contains("from the host"), session.description());
        }
    }

    private static Dataset numbers() {
        RandomStream random = new RandomStream(3, 1);
        double[][] x = new double[SAMPLES][INPUTS];
        double[][] y = new double[SAMPLES][1];
        for (int i = 0; i < SAMPLES; i++) {
            for (int j = 0; j < INPUTS; j++) {
                x[i][j] = random.nextGaussian();
            }
            y[i][0] = random.nextGaussian();
        }
        return Dataset.regression(x, y);
    }

    @Test
    void aTableWhoseSourceFailsTheSecondTimeLeavesNothing() {
        try (Device device = Place.openCuda(Precision.FP32)) {
            device.tensor(1, 1).item();
            long allocations = Standin.live("allocations");
            long bytes = Standin.live("bytes");
            int[] calls = {0};
            assertThrows(
                    IllegalStateException.class,
                    () -> device.table(100, 10, (row, to, at) -> {
                        if (++calls[0] > 150) {
                            throw new IllegalStateException("no more");
                        }
                    }));
            assertEquals(allocations, Standin.live("allocations"));
            assertEquals(bytes, Standin.live("bytes"));
        }
    }

    /// As the plan for the GPU has it, through the trainer's own steps.
    @Test
    void aThousandStepsOfTheToyAreOneLaunch() {
        try (Device device = Place.openCuda(Precision.FP32);
                Sequential model =
                        new Sequential(new Linear(4, 5, 1), new Sigmoid(), new Linear(5, 3, 2), new Sigmoid());
                TrainingSession session = Trainer.builder(model, new MSELoss())
                        .device(device)
                        .optimizer(Hyper.lr(0.1))
                        .batchSize(32)
                        .session(toy())) {
            session.run(1);
            session.loss();
            Standin.reset();
            session.run(1000);
            assertEquals(1, Standin.calls("cuLaunchKernel"));
            assertEquals(0, Standin.calls("cuMemAlloc_v2"));
        }
    }

    private static Dataset toy() {
        RandomStream random = new RandomStream(5, 1);
        double[][] x = new double[320][4];
        double[][] y = new double[320][3];
        for (int i = 0; i < x.length; i++) {
            for (int j = 0; j < 4; j++) {
                x[i][j] = random.nextGaussian();
            }
            for (int j = 0; j < 3; j++) {
                y[i][j] = random.nextDouble();
            }
        }
        return Dataset.regression(x, y);
    }
}
