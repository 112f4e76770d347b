package dev.cresset.standin;

import static dev.cresset.standin.Session.OK;
import static dev.cresset.standin.Session.at;
import static dev.cresset.standin.Session.number;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import jcuda.Pointer;
import jcuda.driver.CUdevice;
import jcuda.driver.CUdeviceptr;
import jcuda.driver.CUfunction;
import jcuda.driver.CUmodule;
import jcuda.driver.CUstream;
import jcuda.driver.JCudaDriver;
import jcuda.jcublas.JCublas2;
import jcuda.jcublas.cublasHandle;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Calls that a test lets fail, calls that are counted, and calls that are wrong by themselves.
@Tag("driver")
class InjectionTest {
    private static final int NOT_SUPPORTED = 801;

    @Test
    void theNthCallFailsAndTheOthersDoNot() {
        try (Session session = Session.start("eager")) {
            Standin.fail("cuMemAlloc", 3, 2);
            session.bytes(1);
            session.bytes(1);
            assertEquals(2, JCudaDriver.cuMemAlloc(new CUdeviceptr(), 1));
            session.bytes(1);
            assertEquals(4, Standin.calls("cuMemAlloc"));
            assertEquals(4, Standin.calls("cuMemAlloc_v2"));
            assertEquals(3, Standin.live("allocations"));
            Standin.fail("cuMemAlloc", 1, 2);
            Standin.fail("cuMemAlloc", 0, 0);
            session.bytes(1);
        }
    }

    @Test
    void anyCallCanFailOfTheDriverOrOfCublas() {
        try (Session session = Session.start("eager")) {
            Standin.fail("*", 2, 719);
            session.bytes(1);
            assertEquals(719, JCublas2.cublasCreate(new cublasHandle()));
            cublasHandle handle = new cublasHandle();
            assertEquals(OK, JCublas2.cublasCreate(handle));
            assertEquals(OK, JCublas2.cublasDestroy(handle));
            Standin.fail("cublasCreate", 1, 3);
            assertEquals(3, JCublas2.cublasCreate(new cublasHandle()));
            // The session's own calls at its start, and these.
            long calls = Standin.calls("*");
            session.bytes(1);
            assertEquals(calls + 1, Standin.calls("*"));
        }
    }

    @Test
    void aKernelFailsWhenItRunsAndTheErrorStays() {
        try (Session session = Session.start("late")) {
            Pointer y = at(session.bytes(4));
            Standin.fail("probe_count", 2, 719);
            assertEquals(OK, session.launch("probe_count", 1, y, number(1)));
            assertEquals(OK, JCudaDriver.cuCtxSynchronize());
            assertEquals(OK, session.launch("probe_count", 1, y, number(1)));
            assertEquals(719, JCudaDriver.cuCtxSynchronize());
            assertEquals(719, JCudaDriver.cuCtxSynchronize());
            assertEquals(2, Standin.calls("probe_count"));
        }
    }

    @Test
    void aResetOfThePrimaryContextMakesItWellAgain() {
        try (Session session = Session.start("eager")) {
            CUdevice device = new CUdevice();
            JCudaDriver.cuDeviceGet(device, 1);
            assertEquals(201, JCudaDriver.cuDevicePrimaryCtxRelease(device), "never retained");
            session.bytes(1);
        }
    }

    @Test
    void imagesThatTheGpuWouldNotTakeAreRefused() {
        try (Session session = Session.start("eager")) {
            assertEquals(209, load(cubin(190, 80)));
            assertEquals(209, load(cubin(190, 100)));
            assertEquals(OK, load(cubin(190, 90)));
            assertEquals(200, load(cubin(62, 90)));
            assertEquals(200, load("no image\0".getBytes(StandardCharsets.US_ASCII)));
            CUfunction function = new CUfunction();
            assertEquals(500, JCudaDriver.cuModuleGetFunction(function, session.module(), "no_such_kernel"));
            CUmodule empty = new CUmodule();
            JCudaDriver.cuModuleLoadData(empty, cubin(190, 90));
            assertEquals(500, JCudaDriver.cuModuleGetFunction(function, empty, "probe_count"), "not in that image");
        }
    }

    @Test
    void whatTheStandInHasNotSaysSo() {
        try (Session session = Session.start("eager")) {
            assertEquals(NOT_SUPPORTED, JCudaDriver.cuMemAllocManaged(new CUdeviceptr(), 4, 1));
            assertEquals(1, Standin.calls("cuMemAllocManaged"));
            session.bytes(1);
        }
    }

    @Test
    void aDestroyedHandleIsNoHandle() {
        try (Session session = Session.start("eager")) {
            CUstream stream = session.stream();
            assertEquals(OK, JCudaDriver.cuStreamDestroy(stream));
            assertEquals(400, JCudaDriver.cuStreamSynchronize(stream));
            assertEquals(400, JCudaDriver.cuStreamDestroy(stream));
            assertThrows(IllegalArgumentException.class, () -> Standin.mode("eager,sideways"));
        }
    }

    private static int load(byte[] image) {
        return JCudaDriver.cuModuleLoadData(new CUmodule(), image);
    }

    /// The head of an ELF file, and a table of the names of no sections.
    private static byte[] cubin(int machine, int architecture) {
        ByteBuffer file = ByteBuffer.allocate(256).order(ByteOrder.LITTLE_ENDIAN);
        file.put(0, new byte[] {0x7f, 'E', 'L', 'F', 2, 1, 1, 0x41, 8});
        file.putShort(18, (short) machine);
        file.putLong(40, 64); // where the headers of sections are
        file.putInt(48, architecture << 8);
        file.putShort(60, (short) 1); // one section, number 0: the names
        file.putLong(64 + 24, 200);
        file.putLong(64 + 32, 1);
        return file.array();
    }
}
