package dev.cresset.backend.cuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.cresset.backend.DeviceFailedException;
import dev.cresset.backend.DeviceMemoryException;
import dev.cresset.backend.DeviceUnavailableException;
import dev.cresset.standin.Holdings;
import dev.cresset.standin.Standin;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// What a planned product costs in calls and memory, what it leaves behind, and what is said where there is none: on
/// the stand-in driver.
@Tag("cuda")
@Tag("standin")
class CudaLtStandinTest {
    private static final CudaLtSpec FORWARD =
            CudaLtSpec.forward(CudaLtTypes.F32, 17, 33, 5, CudaLtEpilogue.RELU_AUX_BIAS);
    private static final CudaLtSpec BACKWARD =
            CudaLtSpec.inputGradient(CudaLtTypes.F32, 17, 5, 3, CudaLtEpilogue.DRELU_BGRAD);

    @AfterEach
    void forget() {
        Contexts.end();
    }

    @Test
    void anEpilogueThatTheLibraryHasNotIsAnAnswerWithAReason() {
        try (LtSession session = new LtSession()) {
            Standin.refuseEpilogue(CudaLtEpilogue.RELU_AUX_BIAS.value());
            long before = Standin.live("descriptions");
            List<String> refused = new ArrayList<>();
            assertTrue(session.lt().plan(FORWARD, refused).isEmpty());
            assertEquals(1, refused.size());
            String said = refused.getFirst();
            for (String part : List.of(
                    "General kernels are used for forward 17×33·33×5 + bias, ReLU, mask in float32",
                    "has no algorithm for it on cuda:0",
                    "CUBLAS_STATUS_NOT_SUPPORTED")) {
                assertTrue(said.contains(part), said);
            }
            assertEquals(before, Standin.live("descriptions"), "nothing is left of what was refused");
            assertTrue(session.lt().plan(BACKWARD, refused).isPresent());
            assertEquals(1, refused.size());
        }
    }

    @Test
    void aRunIsOneCallThatAllocatesNothingAndSearchesNothing() {
        try (LtSession session = new LtSession()) {
            long m = session.upload(LtNumbers.F32, new double[2048]);
            CudaLtProduct product = session.plan(FORWARD);
            product.run(m, m, m + 4096, m, m + 6144);
            Standin.reset();
            product.run(m, m, m + 4096, m, m + 6144);
            assertEquals(1, Standin.calls("cublasLtMatmul"));
            assertEquals(2, Standin.calls("cublasLtMatmulDescSetAttribute"), "bias and mask");
            assertEquals(3, Standin.calls("*"));
        }
    }

    @Test
    void aRunLeavesNoGarbageInJava() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        try (LtSession session = new LtSession()) {
            long m = session.upload(LtNumbers.F32, new double[2048]);
            CudaLtProduct product = session.plan(FORWARD);
            long[] bytes = new long[2000];
            for (int i = 0; i < bytes.length; i++) {
                long before = threads.getCurrentThreadAllocatedBytes();
                product.run(m, m, m + 4096, m, m + 6144);
                bytes[i] = threads.getCurrentThreadAllocatedBytes() - before;
            }
            Arrays.sort(bytes);
            assertEquals(0, bytes[bytes.length / 2], "bytes a run");
            session.context().await("the test");
        }
    }

    @Test
    void sumsOfBfloat16AreNotRoundedInBetween() {
        try (LtSession session = new LtSession()) {
            // The first half of the terms is 256.5, which bfloat16 has not; the second takes 256 away.
            CudaLtSpec spec = CudaLtSpec.forward(CudaLtTypes.BF16, 1, 4, 1, CudaLtEpilogue.NONE);
            long x = session.upload(LtNumbers.BF16, new double[] {256, 0.5, -256, 0});
            long w = session.upload(LtNumbers.BF16, new double[] {1, 1, 1, 1});
            long y = session.upload(LtNumbers.BF16, new double[1]);
            session.plan(spec).run(x, w, y, 0, 0);
            assertArrayEquals(new double[] {0.5}, session.download(LtNumbers.BF16, y, 1));
        }
    }

    @Test
    void planningInsideARecordingIsRefused() {
        try (LtSession session = new LtSession()) {
            session.replay(() -> assertThrows(IllegalStateException.class, () -> session.plan(FORWARD)), 0);
        }
    }

    @Test
    void closingGivesEverythingBack() {
        work();
        Holdings before = Holdings.now();
        for (int i = 0; i < 3; i++) {
            try (LtSession session = new LtSession()) {
                session.plan(FORWARD);
                session.plan(BACKWARD).close();
            }
        }
        before.assertUnchanged("after three sessions");
    }

    @Test
    void eachCallFailsInTurnCleanly() {
        work();
        Standin.reset();
        work();
        long calls = Standin.calls("*");
        Holdings before = Holdings.now();
        int noticed = 0;
        for (long nth = 1; nth <= calls; nth++) {
            Standin.reset();
            Standin.fail("*", nth, 14);
            try {
                work();
            } catch (DeviceFailedException | DeviceUnavailableException | DeviceMemoryException e) {
                noticed++;
                Standin.reset();
                before.assertUnchanged("after call " + nth + " of " + calls + " failed: " + e.getMessage());
            }
            before = Holdings.now();
        }
        assertTrue(noticed > calls / 2, noticed + " of " + calls + " failures were noticed");
    }

    private static void work() {
        try (LtSession session = new LtSession()) {
            long m = session.upload(LtNumbers.F32, new double[2048]);
            session.plan(FORWARD).run(m, m, m + 4096, m, m + 6144);
        }
    }
}
