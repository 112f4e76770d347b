package dev.cresset.standin;

import static dev.cresset.standin.Session.OK;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jcuda.Pointer;
import jcuda.driver.CUdeviceptr;
import jcuda.driver.JCudaDriver;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Memory of the stand-in: poisoned, counted to the byte, never used twice.
@Tag("driver")
class MemoryTest {
    private static final int INVALID_VALUE = 1;
    private static final int OUT_OF_MEMORY = 2;

    @Test
    void freshMemoryIsNotZero() {
        try (Session session = Session.start("eager,forward,poison")) {
            for (float value : session.read(session.bytes(400), 100)) {
                assertTrue(Float.isNaN(value));
            }
            Standin.mode("zero");
            assertEquals(0, session.read(session.bytes(400), 100)[99]);
        }
    }

    @Test
    void freeAndTotalMemoryAreExact() {
        try (Session session = Session.start("eager,forward")) {
            Standin.memory(1_000_000);
            CUdeviceptr first = session.bytes(123_457);
            session.bytes(1);
            assertEquals(1_000_000 - 123_458, free());
            assertEquals(123_458, Standin.live("bytes"));
            assertEquals(2, Standin.live("allocations"));
            assertEquals(OK, JCudaDriver.cuMemFree(first));
            assertEquals(999_999, free());
        }
        assertEquals(0, Standin.live("bytes"));
    }

    @Test
    void whatDoesNotFitIsRefusedAndWhatJustFitsIsNot() {
        try (Session session = Session.start("eager,forward")) {
            Standin.memory(1000);
            session.bytes(600);
            assertEquals(OUT_OF_MEMORY, JCudaDriver.cuMemAlloc(new CUdeviceptr(), 401));
            assertEquals(OUT_OF_MEMORY, JCudaDriver.cuMemAlloc(new CUdeviceptr(), Long.MAX_VALUE));
            session.bytes(400);
            assertEquals(INVALID_VALUE, JCudaDriver.cuMemAlloc(new CUdeviceptr(), 0));
        }
    }

    @Test
    void memoryIsFreedOnce() {
        try (Session session = Session.start("eager,forward")) {
            CUdeviceptr memory = session.bytes(10);
            assertEquals(INVALID_VALUE, JCudaDriver.cuMemFree(memory.withByteOffset(4)));
            assertEquals(OK, JCudaDriver.cuMemFree(memory));
            assertEquals(INVALID_VALUE, JCudaDriver.cuMemFree(memory));
            assertEquals(INVALID_VALUE, JCudaDriver.cuMemsetD8(memory, (byte) 0, 10));
        }
    }

    @Test
    void copiesAndFillsStayInsideAnAllocation() {
        try (Session session = Session.start("eager,forward")) {
            CUdeviceptr memory = session.floats(1, 2, 3);
            Pointer host = Pointer.to(new float[4]);
            assertEquals(INVALID_VALUE, JCudaDriver.cuMemcpyDtoH(host, memory, 16));
            assertEquals(INVALID_VALUE, JCudaDriver.cuMemcpyDtoH(host, memory.withByteOffset(4), 12));
            assertEquals(INVALID_VALUE, JCudaDriver.cuMemcpyHtoD(memory, host, 13));
            assertEquals(INVALID_VALUE, JCudaDriver.cuMemsetD32(memory, 0, 4));
            assertEquals(OK, JCudaDriver.cuMemcpyDtoH(host, memory.withByteOffset(4), 8));
            assertEquals(3, session.read(memory, 3)[2]);
        }
    }

    @Test
    void aContextTakesWhatIsLeftWithItAndThatIsCounted() {
        try (Session session = Session.start("eager,forward")) {
            session.bytes(100);
            session.pinned(100);
            session.stream();
        }
        try (Session session = Session.start("eager,forward")) {
            session.bytes(100);
            session.pinned(100);
            session.stream();
            JCudaDriver.cuCtxDestroy(session.context());
            // The module is the fourth.
            assertEquals(4, Standin.live("leaked"));
            assertEquals(0, Standin.live("allocations") + Standin.live("pinned"));
        }
    }

    private static long free() {
        long[] free = new long[1];
        assertEquals(OK, JCudaDriver.cuMemGetInfo(free, new long[1]));
        return free[0];
    }
}
