package dev.cresset.backend.cuda;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cresset.backend.DeviceFailedException;
import dev.cresset.backend.DeviceMemoryException;
import dev.cresset.backend.step.StepProgram;
import dev.cresset.standin.Holdings;
import dev.cresset.standin.Standin;
import java.util.List;

/// What becomes of steps in few kernels where the stand-in driver fails.
final class StepFaults {
    private static final int LAUNCH_FAILED = 719;
    /// Calls that give back: a failure of them says nothing.
    private static final List<String> RELEASING = List.of(
            "cuMemFree_v2",
            "cuGraphExecDestroy",
            "cuGraphDestroy",
            "cuEventRecord",
            "cuStreamSynchronize",
            "cuEventSynchronize");

    private StepFaults() {}

    /// Each call that two steps and their program make fails once: a typed error, and nothing is left of them.
    static void assertEachCallFailsCleanly(StepPlans of) {
        bindAndRun(of);
        Standin.reset();
        bindAndRun(of);
        long calls = Standin.calls("*");
        // And entering the context for the graph and for the memory.
        long releasing = 2 + RELEASING.stream().mapToLong(Standin::calls).sum();
        int noticed = 0;
        for (long nth = 1; nth <= calls; nth++) {
            Standin.reset();
            Holdings before = Holdings.now();
            Standin.fail("*", nth, LAUNCH_FAILED);
            try {
                bindAndRun(of);
            } catch (DeviceFailedException | DeviceMemoryException e) {
                noticed++;
                assertTrue(e.getMessage().contains("cuda:0"), e.getMessage());
                Standin.reset();
                before.assertUnchanged("after call " + nth + " of " + calls);
            }
        }
        Standin.reset();
        assertTrue(releasing < calls / 2 && noticed >= calls - releasing, noticed + " of " + calls);
        bindAndRun(of);
    }

    private static void bindAndRun(StepPlans of) {
        try (StepProgram program = of.program()) {
            program.run(2);
        }
    }
}
