package dev.cresset.standin;

import static dev.cresset.standin.Session.OK;
import static dev.cresset.standin.Session.at;
import static dev.cresset.standin.Session.number;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import jcuda.Pointer;
import jcuda.driver.CUdeviceptr;
import jcuda.driver.JCudaDriver;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Threads, their orders, what they share and exchange.
@Tag("driver")
class ThreadsTest {
    private static final int INVALID_VALUE = 1;
    private static final int TOO_MANY_RESOURCES = 701;

    @Test
    void threadsAndBlocksRunInTheOrderOfTheMode() {
        int[] forward = turns("eager,forward");
        assertArrayEquals(IntStream.range(0, 1024).toArray(), forward);
        int[] reverse = turns("eager,reverse");
        assertArrayEquals(IntStream.range(0, 1024).map(i -> 1023 - i).toArray(), reverse);
        int[] random = turns("eager,random,seed=3");
        assertFalse(Arrays.equals(random, forward) || Arrays.equals(random, reverse));
        assertArrayEquals(forward, Arrays.stream(random).sorted().toArray(), "each runs once");
        assertArrayEquals(random, turns("eager,random,seed=3"), "a seed repeats");
        assertFalse(Arrays.equals(random, turns("eager,random,seed=4")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"forward", "reverse", "random"})
    void aMissingBarrierShowsInEveryOrder(String order) {
        float[] x = new float[1024];
        float[] turned = new float[1024];
        for (int i = 0; i < x.length; i++) {
            x[i] = i;
            turned[i] = i / 256 * 256 + 255 - i % 256;
        }
        try (Session session = Session.start("eager," + order)) {
            CUdeviceptr in = session.floats(x);
            CUdeviceptr out = session.bytes(4096);
            session.launch("probe_turn", 4, at(in), at(out));
            assertArrayEquals(turned, session.read(out, 1024));
            session.launch("probe_turn_unsynchronised", 4, at(in), at(out));
            assertTrue(IntStream.range(0, 1024).allMatch(i -> {
                float found = session.read(out, 1024)[i];
                return found == turned[i] || Float.isNaN(found);
            }));
            assertFalse(Arrays.equals(turned, session.read(out, 1024)));
        }
    }

    @Test
    void aBarrierCanBeRemovedAndBroughtBack() {
        try (Session session = Session.start("eager,forward")) {
            CUdeviceptr x = session.floats(new float[256]);
            CUdeviceptr y = session.bytes(1024);
            Standin.barriers();
            session.launch("probe_turn", 1, at(x), at(y));
            List<String> places = Standin.barriers();
            assertEquals(1, places.size());
            assertEquals(List.of(), Standin.barriers());
            String place = places.getFirst();
            Standin.removeBarrier(place);
            session.launch("probe_turn", 1, at(x), at(y));
            assertTrue(Float.isNaN(session.read(y, 256)[0]));
            Standin.removeBarrier("");
            session.launch("probe_turn", 1, at(x), at(y));
            assertEquals(0, session.read(y, 256)[0]);
        }
    }

    @Test
    void sharedMemoryIsNaNWhenABlockBegins() {
        try (Session session = Session.start("eager,forward")) {
            for (int i = 0; i < 2; i++) {
                CUdeviceptr y = session.floats(new float[768]);
                session.launch("probe_fresh_shared", 3, at(y));
                for (float value : session.read(y, 768)) {
                    assertTrue(Float.isNaN(value));
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"forward", "reverse", "random"})
    void lanesExchangeWhatTheyShould(String order) {
        float[] x = new float[256];
        for (int i = 0; i < x.length; i++) {
            x[i] = i;
        }
        try (Session session = Session.start("eager," + order)) {
            CUdeviceptr out = session.bytes(8 * 1024);
            session.launch("probe_exchange", 1, at(session.floats(x)), at(out));
            float[] y = session.read(out, 8 * 256);
            for (int i = 0; i < 256; i++) {
                int warp = i / 32 * 32;
                int lane = i % 32;
                float[] wanted = {
                    warp + 5,
                    lane < 2 ? i : i - 2,
                    lane > 28 ? i : i + 3,
                    warp + (lane ^ 9),
                    lane % 8 > 3 ? i : i + 4,
                    warp == 0 ? 0xffff : 0,
                    warp == 0 ? 1 : 0,
                    warp == 0 ? 1 : 0
                };
                assertArrayEquals(wanted, Arrays.copyOfRange(y, 8 * i, 8 * i + 8), "thread " + i);
            }
        }
    }

    @Test
    void aLaunchKeepsToTheLimitsOfKernelAndDevice() {
        try (Session session = Session.start("eager,forward")) {
            Pointer y = at(session.bytes(4096));
            assertEquals(OK, session.launch(null, "probe_count", 1, 256, y, number(3)));
            assertEquals(TOO_MANY_RESOURCES, session.launch(null, "probe_count", 1, 257, y, number(3)));
            assertEquals(INVALID_VALUE, session.launch(null, "probe_count", 1, 1025, y, number(3)));
            assertEquals(INVALID_VALUE, session.launch(null, "probe_count", 0, 256, y, number(3)));
            assertEquals(INVALID_VALUE, session.launch(null, "probe_count", 1, 0, y, number(3)));
            assertEquals(
                    INVALID_VALUE,
                    JCudaDriver.cuLaunchKernel(
                            session.function("probe_count"), 1, 65536, 1, 1, 1, 1, 0, null, Pointer.to(y, y), null));
        }
    }

    private static int[] turns(String mode) {
        try (Session session = Session.start(mode)) {
            CUdeviceptr count = session.bytes(4);
            CUdeviceptr y = session.bytes(4096);
            assertEquals(OK, JCudaDriver.cuMemsetD32(count, 0, 1));
            assertEquals(OK, session.launch("probe_turns", 4, at(count), at(y)));
            int[] turns = new int[1024];
            assertEquals(OK, JCudaDriver.cuMemcpyDtoH(Pointer.to(turns), y, 4096));
            return turns;
        }
    }
}
