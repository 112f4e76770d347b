package dev.cresset.standin;

import static dev.cresset.standin.Session.BLOCK;
import static dev.cresset.standin.Session.OK;
import static dev.cresset.standin.Session.at;
import static dev.cresset.standin.Session.number;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.function.IntSupplier;
import jcuda.Pointer;
import jcuda.driver.CUdeviceptr;
import jcuda.driver.CUevent;
import jcuda.driver.CUgraph;
import jcuda.driver.CUgraphExec;
import jcuda.driver.CUstream;
import jcuda.driver.CUstreamCaptureMode;
import jcuda.driver.JCudaDriver;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Recording work from streams, and running it again.
@Tag("driver")
class CaptureTest {
    private static final int GLOBAL = CUstreamCaptureMode.CU_STREAM_CAPTURE_MODE_GLOBAL;
    private static final int THREAD_LOCAL = CUstreamCaptureMode.CU_STREAM_CAPTURE_MODE_THREAD_LOCAL;
    private static final int RELAXED = CUstreamCaptureMode.CU_STREAM_CAPTURE_MODE_RELAXED;

    private static final int UNSUPPORTED = 900;
    private static final int INVALIDATED = 901;
    private static final int UNJOINED = 904;
    private static final int IMPLICIT = 906;

    @ParameterizedTest
    @ValueSource(strings = {"eager,forward", "late,reverse", "late,random"})
    void whatIsRecordedRunsWhenReplayedAndNotBefore(String mode) {
        try (Session session = Session.start(mode)) {
            CUstream stream = session.stream();
            CUdeviceptr x = session.floats(1, 10, 100);
            CUdeviceptr y = session.floats(0, 0, 0);
            assertEquals(OK, JCudaDriver.cuStreamBeginCapture(stream, RELAXED));
            session.launch(stream, "probe_add_one", 1, BLOCK, at(x), at(x), number(3));
            session.launch(stream, "probe_add_one", 1, BLOCK, at(x), at(y), number(3));
            JCudaDriver.cuMemsetD32Async(x, 0, 1, stream);
            CUgraphExec graph = end(stream);
            assertEquals(0, Standin.calls("probe_add_one"));
            assertArrayEquals(new float[] {1, 10, 100}, session.read(x, 3));
            for (int i = 0; i < 3; i++) {
                assertEquals(OK, JCudaDriver.cuGraphLaunch(graph, stream));
            }
            assertArrayEquals(new float[] {2, 14, 104}, session.read(y, 3));
            assertArrayEquals(new float[] {0, 13, 103}, session.read(x, 3));
            assertEquals(6, Standin.calls("probe_add_one"));
            assertEquals(OK, JCudaDriver.cuGraphExecDestroy(graph));
            assertEquals(0, Standin.live("graphs") + Standin.live("execs"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"eager,forward", "eager,reverse", "eager,random"})
    void streamsJoinARecordingByEvents(String mode) {
        try (Session session = Session.start(mode)) {
            CUstream stream = session.stream();
            CUstream other = session.stream();
            CUdeviceptr x = session.floats(1);
            CUdeviceptr y = session.floats(0);
            JCudaDriver.cuStreamBeginCapture(stream, THREAD_LOCAL);
            session.launch(stream, "probe_add_one", 1, BLOCK, at(x), at(x), number(1));
            wait(other, stream);
            session.launch(other, "probe_add_one", 1, BLOCK, at(x), at(y), number(1));
            wait(stream, other);
            session.launch(stream, "probe_add_one", 1, BLOCK, at(y), at(x), number(1));
            CUgraphExec graph = end(stream);
            JCudaDriver.cuGraphLaunch(graph, stream);
            assertEquals(4, session.read(x, 1)[0]);
        }
    }

    @Test
    void aMissingJoinIsRefused() {
        try (Session session = Session.start("eager")) {
            CUstream stream = session.stream();
            CUstream other = session.stream();
            CUdeviceptr x = session.floats(1);
            JCudaDriver.cuStreamBeginCapture(stream, THREAD_LOCAL);
            session.launch(stream, "probe_add_one", 1, BLOCK, at(x), at(x), number(1));
            wait(other, stream);
            session.launch(other, "probe_add_one", 1, BLOCK, at(x), at(x), number(1));
            assertEquals(UNJOINED, JCudaDriver.cuStreamEndCapture(stream, new CUgraph()));
        }
    }

    @Test
    void waitingAndAllocatingBreakARecording() {
        try (Session session = Session.start("eager")) {
            CUstream stream = session.stream();
            CUdeviceptr x = session.floats(1);
            CUevent event = new CUevent();
            JCudaDriver.cuEventCreate(event, 0);
            breaks(GLOBAL, UNSUPPORTED, stream, () -> JCudaDriver.cuStreamSynchronize(stream));
            breaks(RELAXED, UNSUPPORTED, stream, () -> JCudaDriver.cuStreamSynchronize(stream));
            breaks(RELAXED, UNSUPPORTED, stream, () -> JCudaDriver.cuStreamQuery(stream));
            breaks(RELAXED, UNSUPPORTED, stream, JCudaDriver::cuCtxSynchronize);
            breaks(GLOBAL, UNSUPPORTED, stream, () -> JCudaDriver.cuEventQuery(event));
            breaks(GLOBAL, UNSUPPORTED, stream, () -> JCudaDriver.cuMemAlloc(new CUdeviceptr(), 1));
            breaks(THREAD_LOCAL, UNSUPPORTED, stream, () -> JCudaDriver.cuMemAlloc(new CUdeviceptr(), 1));
            breaks(GLOBAL, UNSUPPORTED, stream, () -> JCudaDriver.cuMemFree(x));
            CUstream blocking = session.stream(0);
            breaks(RELAXED, IMPLICIT, blocking, () -> JCudaDriver.cuMemcpyDtoH(Pointer.to(new float[1]), x, 4));
            breaks(RELAXED, IMPLICIT, blocking, () -> session.launch("probe_count", 1, at(x), number(1)));
        }
    }

    @Test
    void whatARecordingDoesNotForbidGoesOnBesideIt() throws InterruptedException {
        try (Session session = Session.start("eager")) {
            CUstream stream = session.stream();
            assertEquals(OK, JCudaDriver.cuStreamBeginCapture(stream, RELAXED));
            CUdeviceptr x = session.bytes(4);
            assertEquals(OK, JCudaDriver.cuMemFree(x));
            assertEquals(OK, JCudaDriver.cuStreamEndCapture(stream, new CUgraph()));
            assertEquals(OK, allocateElsewhere(session, stream, THREAD_LOCAL));
            assertEquals(UNSUPPORTED, allocateElsewhere(session, stream, GLOBAL));
        }
    }

    private static int allocateElsewhere(Session session, CUstream stream, int mode) throws InterruptedException {
        assertEquals(OK, JCudaDriver.cuStreamBeginCapture(stream, mode));
        int[] status = new int[1];
        Thread thread = new Thread(() -> {
            JCudaDriver.cuCtxSetCurrent(session.context());
            status[0] = JCudaDriver.cuMemAlloc(new CUdeviceptr(), 4);
        });
        thread.start();
        thread.join();
        assertEquals(status[0] == OK ? OK : INVALIDATED, JCudaDriver.cuStreamEndCapture(stream, new CUgraph()));
        return status[0];
    }

    private static void breaks(int mode, int status, CUstream stream, IntSupplier call) {
        assertEquals(OK, JCudaDriver.cuStreamBeginCapture(stream, mode));
        assertEquals(status, call.getAsInt());
        assertEquals(INVALIDATED, JCudaDriver.cuStreamEndCapture(stream, new CUgraph()));
    }

    private static void wait(CUstream waiting, CUstream waitedFor) {
        CUevent event = new CUevent();
        JCudaDriver.cuEventCreate(event, 0);
        assertEquals(OK, JCudaDriver.cuEventRecord(event, waitedFor));
        assertEquals(OK, JCudaDriver.cuStreamWaitEvent(waiting, event, 0));
    }

    private static CUgraphExec end(CUstream stream) {
        CUgraph graph = new CUgraph();
        CUgraphExec executable = new CUgraphExec();
        assertEquals(OK, JCudaDriver.cuStreamEndCapture(stream, graph));
        assertEquals(OK, JCudaDriver.cuGraphInstantiate(executable, graph, 0));
        assertEquals(OK, JCudaDriver.cuGraphDestroy(graph));
        return executable;
    }
}
