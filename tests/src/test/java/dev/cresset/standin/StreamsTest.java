package dev.cresset.standin;

import static dev.cresset.standin.Session.BLOCK;
import static dev.cresset.standin.Session.OK;
import static dev.cresset.standin.Session.at;
import static dev.cresset.standin.Session.number;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import jcuda.Pointer;
import jcuda.driver.CUdeviceptr;
import jcuda.driver.CUevent;
import jcuda.driver.CUstream;
import jcuda.driver.JCudaDriver;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// When work runs: in `late` mode, no sooner than somebody waits for it.
@Tag("driver")
class StreamsTest {
    private static final int NOT_READY = 600;
    private static final int NOT_PERMITTED = 800;

    @Test
    void whoReadsWithoutWaitingReadsWhatWasThereBefore() {
        for (String mode : new String[] {"late", "eager"}) {
            try (Session session = Session.start(mode)) {
                CUstream stream = session.stream();
                CUdeviceptr x = session.floats(1);
                session.launch(stream, "probe_add_one", 1, BLOCK, at(x), at(x), number(1));
                float[] read = new float[1];
                // On the default stream, which does not wait for this one.
                JCudaDriver.cuMemcpyDtoH(Pointer.to(read), x, 4);
                assertEquals(mode.equals("late") ? 1 : 2, read[0]);
                assertEquals(OK, JCudaDriver.cuStreamSynchronize(stream));
                JCudaDriver.cuMemcpyDtoH(Pointer.to(read), x, 4);
                assertEquals(2, read[0]);
            }
        }
    }

    @Test
    void pinnedMemoryIsReadWhenTheCopyRunsAndOtherMemoryAtOnce() {
        try (Session session = Session.start("late")) {
            CUstream stream = session.stream();
            CUdeviceptr x = session.bytes(4);
            Session.Pinned pinned = session.pinned(1);
            pinned.floats().put(0, 1);
            JCudaDriver.cuMemcpyHtoDAsync(x, pinned.pointer(), 4, stream);
            pinned.floats().put(0, 2);
            assertEquals(2, session.read(x, 1)[0], "too early a change is seen");
            ByteBuffer plain = ByteBuffer.allocateDirect(4).order(ByteOrder.nativeOrder());
            plain.putFloat(0, 3);
            JCudaDriver.cuMemcpyHtoDAsync(x, Pointer.to(plain), 4, stream);
            plain.putFloat(0, 4);
            assertEquals(3, session.read(x, 1)[0]);
        }
    }

    @Test
    void aCopyToPinnedMemoryIsLateToo() {
        try (Session session = Session.start("late")) {
            CUstream stream = session.stream();
            CUdeviceptr x = session.floats(7);
            Session.Pinned pinned = session.pinned(1);
            pinned.floats().put(0, 1);
            JCudaDriver.cuMemcpyDtoHAsync(pinned.pointer(), x, 4, stream);
            assertEquals(1, pinned.floats().get(0));
            JCudaDriver.cuStreamSynchronize(stream);
            assertEquals(7, pinned.floats().get(0));
        }
    }

    @Test
    void anEventOrdersTwoStreams() {
        try (Session session = Session.start("late")) {
            CUstream first = session.stream();
            CUstream second = session.stream();
            CUevent event = new CUevent();
            JCudaDriver.cuEventCreate(event, 0);
            CUdeviceptr x = session.floats(1);
            CUdeviceptr y = session.floats(0);
            session.launch(first, "probe_add_one", 1, BLOCK, at(x), at(x), number(1));
            JCudaDriver.cuEventRecord(event, first);
            session.launch(first, "probe_add_one", 1, BLOCK, at(x), at(x), number(1));
            JCudaDriver.cuStreamWaitEvent(second, event, 0);
            session.launch(second, "probe_add_one", 1, BLOCK, at(x), at(y), number(1));
            JCudaDriver.cuStreamSynchronize(second);
            float[] read = new float[1];
            JCudaDriver.cuMemcpyDtoH(Pointer.to(read), y, 4);
            assertEquals(3, read[0], "the work before the event, and no more");
            assertEquals(3, session.read(x, 1)[0]);
        }
    }

    @Test
    void anEventIsNotReachedBeforeItsWorkIsDone() {
        try (Session session = Session.start("late")) {
            CUstream stream = session.stream();
            CUevent start = new CUevent();
            CUevent end = new CUevent();
            JCudaDriver.cuEventCreate(start, 0);
            JCudaDriver.cuEventCreate(end, 0);
            assertEquals(OK, JCudaDriver.cuEventQuery(end), "never recorded");
            JCudaDriver.cuEventRecord(start, stream);
            session.launch(stream, "probe_count", 1, BLOCK, at(session.bytes(4)), number(1));
            JCudaDriver.cuEventRecord(end, stream);
            float[] milliseconds = new float[1];
            assertEquals(NOT_READY, JCudaDriver.cuEventElapsedTime(milliseconds, start, end));
            assertEquals(NOT_READY, JCudaDriver.cuEventQuery(end));
            assertEquals(OK, JCudaDriver.cuEventSynchronize(end));
            assertEquals(OK, JCudaDriver.cuEventQuery(end));
            assertEquals(OK, JCudaDriver.cuEventElapsedTime(milliseconds, start, end));
            assertTrue(milliseconds[0] >= 0);
        }
    }

    @Test
    void theDefaultStreamAndBlockingStreamsWaitForEachOther() {
        try (Session session = Session.start("late")) {
            CUstream blocking = session.stream(0);
            CUdeviceptr x = session.floats(1);
            session.launch(blocking, "probe_add_one", 1, BLOCK, at(x), at(x), number(1));
            session.launch(null, "probe_add_one", 1, BLOCK, at(x), at(x), number(1));
            session.launch(blocking, "probe_add_one", 1, BLOCK, at(x), at(x), number(1));
            float[] read = new float[1];
            JCudaDriver.cuMemcpyDtoH(Pointer.to(read), x, 4);
            assertEquals(4, read[0]);
        }
    }

    @Test
    void aFunctionOfTheHostRunsInItsTurnAndMayNotUseTheDriver() {
        try (Session session = Session.start("late")) {
            CUstream stream = session.stream();
            Session.Pinned seen = session.pinned(1);
            CUdeviceptr x = session.floats(1);
            int[] status = {-1};
            session.launch(stream, "probe_add_one", 1, BLOCK, at(x), at(x), number(1));
            JCudaDriver.cuMemcpyDtoHAsync(seen.pointer(), x, 4, stream);
            float[] atThatTime = new float[1];
            assertEquals(
                    OK,
                    JCudaDriver.cuLaunchHostFunc(
                            stream,
                            data -> {
                                atThatTime[0] = seen.floats().get(0);
                                status[0] = JCudaDriver.cuMemAlloc(new CUdeviceptr(), 1);
                            },
                            null));
            assertEquals(-1, status[0]);
            JCudaDriver.cuStreamSynchronize(stream);
            assertEquals(2, atThatTime[0]);
            assertEquals(NOT_PERMITTED, status[0]);
        }
    }

    @Test
    void freeingMemoryWaitsForTheDevice() {
        try (Session session = Session.start("late")) {
            CUstream stream = session.stream();
            CUdeviceptr x = session.floats(1);
            CUdeviceptr y = session.floats(0);
            session.launch(stream, "probe_add_one", 1, BLOCK, at(x), at(y), number(1));
            assertEquals(OK, JCudaDriver.cuMemFree(x));
            assertEquals(2, session.read(y, 1)[0]);
        }
    }

    @Test
    void severalThreadsWorkAtOnceEachWithItsOwnContext() throws InterruptedException {
        Standin.requireBuilt();
        Thread[] threads = new Thread[4];
        Throwable[] failures = new Throwable[threads.length];
        try (Session shared = Session.start("late")) {
            for (int t = 0; t < threads.length; t++) {
                int number = t;
                threads[t] = new Thread(() -> {
                    JCudaDriver.cuCtxSetCurrent(shared.context());
                    CUstream stream = shared.stream();
                    CUdeviceptr x = shared.floats(0);
                    for (int i = 0; i < 500; i++) {
                        synchronized (shared) {
                            shared.function("probe_add_one");
                        }
                        shared.launch(stream, "probe_add_one", 1, BLOCK, at(x), at(x), number(1));
                    }
                    JCudaDriver.cuStreamSynchronize(stream);
                    float[] read = new float[1];
                    JCudaDriver.cuMemcpyDtoH(Pointer.to(read), x, 4);
                    assertEquals(500, read[0]);
                });
                threads[t].setUncaughtExceptionHandler((thread, failure) -> failures[number] = failure);
                threads[t].start();
            }
            for (Thread thread : threads) {
                thread.join();
            }
            for (Throwable failure : failures) {
                assertEquals(null, failure);
            }
        }
    }

    @Test
    void aCallWithoutAContextIsRefused() throws InterruptedException {
        Standin.requireBuilt();
        try (Session session = Session.start("eager")) {
            int[] status = new int[1];
            Thread thread = new Thread(() -> status[0] = JCudaDriver.cuMemAlloc(new CUdeviceptr(), 1));
            thread.start();
            thread.join();
            assertEquals(201, status[0]);
            session.bytes(1);
        }
    }
}
