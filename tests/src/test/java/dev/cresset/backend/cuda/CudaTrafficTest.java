package dev.cresset.backend.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cresset.backend.Device;
import dev.cresset.backend.Ops;
import dev.cresset.backend.step.Tier;
import dev.cresset.data.Dataset;
import dev.cresset.loss.CrossEntropyLoss;
import dev.cresset.nn.BatchNorm1d;
import dev.cresset.nn.Linear;
import dev.cresset.nn.MLP;
import dev.cresset.nn.ReLU;
import dev.cresset.nn.Sequential;
import dev.cresset.nn.Tanh;
import dev.cresset.optim.Hyper;
import dev.cresset.standin.Standin;
import dev.cresset.tensor.Precision;
import dev.cresset.tensor.Tensor;
import dev.cresset.train.EpochReport;
import dev.cresset.train.Trainer;
import dev.cresset.train.TrainingListener;
import dev.cresset.train.TrainingSession;
import dev.cresset.verify.Place;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What moves, counted on the stand-in driver: bytes of kernels, and what a run in many steps a launch copies and asks.
@Tag("cuda")
@Tag("standin")
class CudaTrafficTest {
    @AfterEach
    void forget() {
        if (Standin.isBuilt()) {
            Standin.reset();
        }
    }

    @Test
    void theBytesOfSimpleVerbsAreWhatTheyMustBe() {
        try (Device device = Place.openCuda(Precision.FP32)) {
            Ops ops = device.ops();
            Tensor x = device.tensor(37, 101);
            Tensor y = device.tensor(37, 101);
            Tensor row = device.tensor(1, 101);
            long n = 4 * 37 * 101;
            assertBytes(device, 0, n, () -> ops.fill(x, 1));
            assertBytes(device, 2 * n, n, () -> ops.addRow(x, row, y));
            assertBytes(device, 2 * n, n, () -> ops.blend(x, y, 0.5, 1));
        }
    }

    private static void assertBytes(Device device, long read, long written, Runnable verb) {
        device.tensor(1, 1).item();
        Standin.countBytes();
        verb.run();
        device.tensor(1, 1).item();
        assertEquals(read, Standin.bytes("read"));
        assertEquals(written, Standin.bytes("written"));
    }

    /// A classifier with two batch-normed layers, through the trainer.
    @Test
    void aStepVerbByVerbIs45LaunchesAndAFusedOne13() {
        assertEquals(45, launches(Tier.COMPOSED));
        assertEquals(13, launches(Tier.FUSED));
    }

    private static long launches(Tier tier) {
        try (Device device = Place.openCuda(Precision.FP32);
                MLP model = MLP.builder(20, 16, 12, 5).batchNorm().seed(1).build();
                TrainingSession session = Trainer.builder(model, new CrossEntropyLoss())
                        .device(device)
                        .optimizer(Hyper.lr(0.05).withMomentum(0.9))
                        .batchSize(32)
                        .tier(tier)
                        .session(classes(64, 20, 5))) {
            session.description();
            Standin.reset();
            session.run(1);
            return Standin.calls("cuLaunchKernel") + Standin.calls("cublasSgemm_v2");
        }
    }

    /// Which way is taken where none is named: one block for short steps, two kernels for narrow nets, one block again
    /// for long steps that nothing else takes.
    @ParameterizedTest
    @CsvSource({
        "FP32, 32, 8, TINY",
        "FP32, 100, 64, NARROW",
        "BF16, 100, 64, NARROW",
        "FP32, 32, 200, FUSED",
        "FP64, 100, 64, TINY",
        "FP64, 32, 600, COMPOSED"
    })
    void theWayIsChosenByWhatAStepIs(Precision precision, int rows, int width, Tier wanted) {
        try (Device device = Place.openCuda(precision);
                Sequential model = new Sequential(new Linear(3, width, 1), new ReLU(), new Linear(width, 2, 2));
                TrainingSession session = Trainer.builder(model, new CrossEntropyLoss())
                        .device(device)
                        .batchSize(rows)
                        .session(classes(2 * rows, 3, 2))) {
            assertEquals(wanted, session.way().tier(), session.description());
            session.run(2);
            assertTrue(Double.isFinite(session.loss()));
        }
    }

    /// In BF16 an output near 1 has no bits left for the slope of tanh, which the narrow tier takes from it.
    @Test
    void narrowStepsWithTanhAreNotChosenInBf16() {
        for (Precision precision : List.of(Precision.TF32, Precision.BF16)) {
            try (Device device = Place.openCuda(precision);
                    Sequential model = new Sequential(new Linear(3, 64, 1), new Tanh(), new Linear(64, 2, 2));
                    TrainingSession session = Trainer.builder(model, new CrossEntropyLoss())
                            .device(device)
                            .batchSize(100)
                            .session(classes(200, 3, 2))) {
                Tier wanted = precision == Precision.BF16 ? Tier.FUSED : Tier.NARROW;
                assertEquals(wanted, session.way().tier(), session.description());
            }
        }
    }

    /// 640 steps: 20 launches; no copies to the device; of each step one loss comes back.
    @Test
    void aSteadyEpochIsAFewLaunchesAndSendsNothing() {
        try (Device device = Place.openCuda(Precision.FP32);
                Sequential model =
                        new Sequential(new Linear(3, 6, 1), new BatchNorm1d(6), new ReLU(), new Linear(6, 2, 2))) {
            Trainer.builder(model, new CrossEntropyLoss())
                    .device(device)
                    .optimizer(Hyper.lr(0.05).withMomentum(0.9))
                    .epochs(3)
                    .batchSize(8)
                    .tier(Tier.COMPOSED)
                    .listener(new Counts())
                    .build()
                    .fit(classes(8 * 640, 3, 2));
        }
    }

    private static Dataset classes(int rows, int inputs, int classes) {
        Random random = new Random(3);
        double[][] x = new double[rows][];
        int[] labels = new int[rows];
        for (int i = 0; i < rows; i++) {
            labels[i] = i % classes;
            x[i] = random.doubles(inputs, labels[i], labels[i] + 1.0).toArray();
        }
        return Dataset.classification(x, labels, classes);
    }

    /// Looks at the last epoch, in which nothing is new.
    private static final class Counts implements TrainingListener {
        @Override
        public void onEpoch(EpochReport report) {
            if (report.epoch() == 2) {
                Standin.reset();
            } else if (report.epoch() == 3) {
                assertEquals(20, Standin.calls("cuGraphLaunch"));
                for (String call : List.of(
                        "cuMemAlloc_v2",
                        "cuMemFree_v2",
                        "cuMemHostAlloc",
                        "cuLaunchKernel",
                        "cublasSgemm_v2",
                        "cuStreamSynchronize",
                        "cuGraphInstantiateWithFlags")) {
                    assertEquals(0, Standin.calls(call), call);
                }
                assertEquals(0, Standin.bytes("toDevice"));
                assertEquals(640 * Float.BYTES, Standin.bytes("toHost"));
            }
        }
    }
}
