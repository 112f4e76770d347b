package dev.cresset.standin;

import static dev.cresset.standin.Session.OK;
import static dev.cresset.standin.Session.at;
import static dev.cresset.standin.Session.number;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.ByteBuffer;
import jcuda.Pointer;
import jcuda.driver.CUdeviceptr;
import jcuda.driver.JCudaDriver;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What a kernel does wrong becomes CUDA's error for it, and Java goes on.
@Tag("driver")
class FaultsTest {
    private static final int ILLEGAL_ADDRESS = 700;
    private static final int LAUNCH_FAILED = 719;

    @ParameterizedTest
    @ValueSource(strings = {"eager,forward", "late,reverse", "eager,random"})
    void touchingWhatIsBesideAnAllocationStaysTheErrorOfTheContext(String mode) {
        try (Session session = Session.start(mode)) {
            // A multiple of 256 bytes ends at a page that nobody may touch.
            CUdeviceptr memory = session.bytes(1024);
            assertEquals(OK, session.launch("probe_write_at", 1, at(memory), number(256)));
            assertEquals(ILLEGAL_ADDRESS, JCudaDriver.cuCtxSynchronize());
            assertEquals(ILLEGAL_ADDRESS, session.launch("probe_write_at", 1, at(memory), number(0)));
            assertEquals(ILLEGAL_ADDRESS, JCudaDriver.cuMemAlloc(new CUdeviceptr(), 1));
            assertEquals(ILLEGAL_ADDRESS, JCudaDriver.cuMemFree(memory));
            assertEquals(0, Standin.live("allocations"));
        }
        try (Session session = Session.start(mode)) {
            assertEquals(5, session.read(session.floats(5), 1)[0], "another context is well");
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {3, 63, -1, -40})
    void writingIntoTheSlackAroundAnAllocationIsNoticed(long place) {
        try (Session session = Session.start("eager,forward")) {
            CUdeviceptr memory = session.floats(1, 2, 3);
            session.launch("probe_write_at", 1, at(memory), number(place));
            assertEquals(ILLEGAL_ADDRESS, JCudaDriver.cuCtxSynchronize());
        }
    }

    @Test
    void readingTheSlackGivesNaN() {
        try (Session session = Session.start("eager,forward")) {
            CUdeviceptr x = session.floats(1, 2, 3);
            CUdeviceptr y = session.floats(0);
            session.launch("probe_read_at", 1, at(x), at(y), number(3));
            assertEquals(Float.NaN, session.read(y, 1)[0]);
        }
    }

    @Test
    void freedMemoryIsNeverReadAgain() {
        try (Session session = Session.start("eager,forward")) {
            CUdeviceptr x = session.floats(1);
            CUdeviceptr y = session.floats(0);
            JCudaDriver.cuMemFree(x);
            session.floats(2);
            session.launch("probe_read_at", 1, at(x), at(y), number(0));
            assertEquals(ILLEGAL_ADDRESS, JCudaDriver.cuCtxSynchronize());
        }
    }

    @Test
    void memoryOfTheHostOrOfAnotherDeviceIsOutOfReach() {
        try (Session session = Session.start("eager,forward")) {
            Pointer host = Pointer.to(ByteBuffer.allocateDirect(64));
            session.launch("probe_write_at", 1, Pointer.to(host), number(0));
            assertEquals(ILLEGAL_ADDRESS, JCudaDriver.cuCtxSynchronize());
        }
        try (Session first = Session.start("eager,forward", 0)) {
            CUdeviceptr there = first.floats(1);
            try (Session second = Session.start("eager,forward", 1)) {
                second.launch("probe_write_at", 1, at(there), number(0));
                assertEquals(ILLEGAL_ADDRESS, JCudaDriver.cuCtxSynchronize());
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"probe_diverge", "probe_two_places"})
    void threadsThatWaitForEachOtherInVainAreALaunchThatFailed(String kernel) {
        for (String order : new String[] {"forward", "reverse", "random"}) {
            try (Session session = Session.start("eager," + order)) {
                session.launch(kernel, 2, at(session.bytes(2048)));
                assertEquals(LAUNCH_FAILED, JCudaDriver.cuCtxSynchronize());
            }
        }
    }

    @Test
    void aFaultAmongWaitingThreadsLeavesTheDriverWell() {
        for (int i = 0; i < 300; i++) {
            try (Session session = Session.start("eager,random,quiet")) {
                CUdeviceptr y = session.bytes(1024);
                session.launch("probe_fault_midway", 3, at(y), number(1 << 20));
                assertEquals(ILLEGAL_ADDRESS, JCudaDriver.cuCtxSynchronize());
            }
        }
        try (Session session = Session.start("eager,forward")) {
            CUdeviceptr x = session.floats(new float[256]);
            assertEquals(OK, session.launch("probe_turn", 1, at(x), at(x)));
            assertEquals(0, session.read(x, 256)[255]);
        }
    }

    @Test
    void javaStillFindsItsNullPointers() {
        try (Session session = Session.start("eager,forward")) {
            session.launch("probe_write_at", 1, at(session.bytes(1024)), number(256));
            assertEquals(ILLEGAL_ADDRESS, JCudaDriver.cuCtxSynchronize());
        }
        int[][] arrays = new int[2][];
        // Often enough that compiled code, which relies on the fault, runs too.
        for (int i = 0; i < 200_000; i++) {
            int[] none = arrays[i % 2];
            assertThrowsNull(none);
        }
        assertThrows(ArithmeticException.class, () -> Math.floorMod(1, arrays.length - 2));
    }

    private static void assertThrowsNull(int[] none) {
        try {
            none[0]++;
        } catch (NullPointerException expected) {
            return;
        }
        throw new AssertionError("no NullPointerException");
    }
}
