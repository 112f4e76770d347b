package dev.cresset.backend.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cresset.backend.Activation;
import dev.cresset.backend.BatchLoader;
import dev.cresset.backend.BatchShape;
import dev.cresset.backend.Conveyor;
import dev.cresset.backend.Device;
import dev.cresset.backend.DeviceFailedException;
import dev.cresset.backend.DeviceMemoryException;
import dev.cresset.backend.DeviceUnavailableException;
import dev.cresset.backend.Slot;
import dev.cresset.standin.Holdings;
import dev.cresset.standin.Standin;
import dev.cresset.tensor.Precision;
import dev.cresset.tensor.Tensor;
import dev.cresset.verify.Place;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// What a conveyor says to the driver, counted on the stand-in: nothing is left behind, whatever fails.
@Tag("cuda")
@Tag("standin")
class CudaConveyorCallsTest {
    private static final int LAUNCH_FAILED = 719;
    private static final int BATCHES = 8;
    private static final BatchShape SHAPE = new BatchShape(3, 2, 1);
    private static final BatchLoader ENDLESS = (number, batch) ->
            batch.append(3, new double[] {number, 1, 2, 3, 4, number}, new double[] {number, number, number});

    private Holdings before;

    @BeforeEach
    void look() {
        Place.openCuda(Precision.FP32).close();
        Standin.reset();
        before = Holdings.now();
    }

    @AfterEach
    void forget() {
        Contexts.end();
    }

    @Test
    void eachCallFailsInTurnCleanly() {
        carry();
        long calls = Standin.calls("*");
        assertTrue(calls > 100, "only " + calls + " calls");
        int noticed = 0;
        for (long nth = 1; nth <= calls; nth++) {
            Standin.reset();
            Standin.fail("*", nth, LAUNCH_FAILED);
            boolean refused = false;
            try {
                carry();
            } catch (DeviceFailedException | DeviceUnavailableException | DeviceMemoryException e) {
                refused = true;
                noticed++;
                assertTrue(e.getMessage().matches("(?s).*(cuda:0|this machine).*"), e.getMessage());
            }
            Standin.reset();
            String when = "after call " + nth + " of " + calls + " failed";
            if (refused) {
                before.assertUnchanged(when);
            } else {
                before.assertAtMostOneIsLeft(when);
            }
            before = Holdings.now();
        }
        assertTrue(noticed > calls / 2, noticed + " of " + calls + " failures were noticed");
        System.out.println("failed in turn: " + calls + " calls, " + noticed + " noticed, nothing else leaked");
        carry();
    }

    @Test
    void afterAFailureNoFurtherBatchIsGiven() {
        try (Device device = Place.openCuda(Precision.FP32);
                Conveyor conveyor = device.conveyor(SHAPE, ENDLESS)) {
            conveyor.next().close();
            Standin.fail("cuStreamWaitEvent", 1, 999);
            DeviceFailedException thrown = assertThrows(DeviceFailedException.class, () -> {
                for (int b = 1; b < BATCHES; b++) {
                    conveyor.next().close();
                }
            });
            assertEquals(thrown, assertThrows(DeviceFailedException.class, conveyor::next));
        }
        assertEquals(List.of(), before.changes());
    }

    @Test
    void aThousandBatchesAllocateNothingAndWaitOnceEach() {
        try (Device device = Place.openCuda(Precision.FP32)) {
            Tensor sum = device.tensor(3, 2);
            try (Conveyor conveyor = device.conveyor(SHAPE, ENDLESS)) {
                for (int b = 0; b < 10; b++) {
                    take(device, conveyor, sum);
                }
                Holdings steady = Holdings.now();
                Standin.reset();
                for (int b = 0; b < 1000; b++) {
                    take(device, conveyor, sum);
                }
                for (String call : List.of(
                        "cuMemAlloc_v2",
                        "cuMemFree_v2",
                        "cuMemHostAlloc",
                        "cuEventCreate",
                        "cuStreamCreate",
                        "cuStreamSynchronize",
                        "cuMemcpyDtoHAsync_v2")) {
                    assertEquals(0, Standin.calls(call), call);
                }
                assertEquals(1000, Standin.calls("cuEventSynchronize"));
                // Of what was loaded ahead, at most two batches more or fewer have been sent.
                long copies = Standin.calls("cuMemcpyHtoDAsync_v2");
                assertTrue(Math.abs(copies - 2000) <= 4, copies + " copies");
                steady.assertUnchanged("after a thousand batches");
            }
        }
        assertEquals(List.of(), before.changes());
    }

    @Test
    void theNextBatchIsCopiedBesideTheWorkOnThisOne() throws InterruptedException {
        CountDownLatch third = new CountDownLatch(3);
        BatchLoader counting = (number, batch) -> {
            third.countDown();
            ENDLESS.load(number, batch);
        };
        try (Device device = Place.openCuda(Precision.FP32);
                Conveyor conveyor = device.conveyor(SHAPE, counting)) {
            Slot first = conveyor.next();
            third.await();
            first.close();
            // Nobody has asked for the second, whose loading ended before that of the third began.
            assertTrue(Standin.calls("cuMemcpyHtoDAsync_v2") >= 4, "copies of two batches");
        }
    }

    @Test
    void closingEarlyGivesEverythingBackWhoeverCloses() {
        try (Device device = Place.openCuda(Precision.FP64)) {
            device.tensor(1, 1);
            Holdings open = Holdings.now();
            for (int taken = 0; taken < 5; taken++) {
                Conveyor conveyor = device.conveyor(SHAPE, ENDLESS);
                for (int b = 0; b < taken; b++) {
                    conveyor.next().close();
                }
                conveyor.next();
                conveyor.close();
                open.assertUnchanged(taken + " batches taken");
            }
        }
        for (int i = 0; i < 5; i++) {
            Device device = Place.openCuda(Precision.FP32);
            Conveyor conveyor = device.conveyor(SHAPE, ENDLESS);
            conveyor.next().close();
            device.conveyor(SHAPE, ENDLESS);
            device.close();
            conveyor.close();
            assertEquals(List.of(), before.changes());
        }
    }

    private static void carry() {
        try (Device device = Place.openCuda(Precision.FP32)) {
            Tensor sum = device.tensor(3, 2);
            try (Conveyor conveyor = device.conveyor(SHAPE, ENDLESS)) {
                for (int b = 0; b < BATCHES; b++) {
                    take(device, conveyor, sum);
                }
                assertEquals(BATCHES - 1, sum.get(0, 0));
            }
            // Left for the device to close.
            take(device, device.conveyor(SHAPE, ENDLESS), sum);
        }
    }

    private static void take(Device device, Conveyor conveyor, Tensor copy) {
        try (Slot slot = conveyor.next()) {
            device.ops().activate(Activation.RELU, slot.x(), copy);
        }
    }
}
