package dev.cresset.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cresset.backend.Device;
import dev.cresset.backend.DeviceMemoryException;
import dev.cresset.backend.step.Tier;
import dev.cresset.data.Dataset;
import dev.cresset.loss.MSELoss;
import dev.cresset.nn.MLP;
import dev.cresset.standin.Standin;
import dev.cresset.tensor.Precision;
import dev.cresset.verify.Place;
import dev.cresset.verify.Refused;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Data that does not fit on a GPU is sent from the host, batch by batch, and that is said.
@Tag("cuda")
@Tag("standin")
class DataWithoutRoomTest {
    private static final long MEMORY = 34L << 20;
    private static final int ROWS = 400_000;

    @AfterEach
    void forget() {
        if (Standin.isBuilt()) {
            Standin.reset();
        }
    }

    @Test
    void itStaysOnTheHostWithThatReasonUnlessTheDeviceWasAskedFor() {
        Dataset data = TinySets.noise(ROWS, 1);
        try (Device device = Place.openCuda(Precision.FP32);
                MLP model = MLP.builder(2, 4, 1).seed(1).build()) {
            Standin.memory(MEMORY);
            TrainerBuilder builder =
                    Trainer.builder(model, new MSELoss()).device(device).batchSize(8);
            try (TrainingSession session = builder.session(data)) {
                assertEquals(Tier.COMPOSED, session.way().tier());
                assertEquals(Residence.HOST, session.way().residence());
                String line = session.way().line();
                assertTrue(line.contains("batches from the host, as cuda:0 has no room for the data"), line);
                session.run(3);
                assertTrue(Double.isFinite(session.loss()));
            }
            Refused.with(DeviceMemoryException.class, () -> builder.residence(Residence.DEVICE)
                            .session(data))
                    .saying("could not allocate");
        }
    }
}
