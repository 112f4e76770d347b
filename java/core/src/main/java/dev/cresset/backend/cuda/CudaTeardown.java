package dev.cresset.backend.cuda;

import java.util.ArrayDeque;
import java.util.Deque;
import org.slf4j.LoggerFactory;

/// What must be given back, last taken first: when a device closes, or when opening it fails halfway.
final class CudaTeardown {
    private final Deque<Runnable> steps = new ArrayDeque<>();

    /// Adds a step.
    void add(Runnable step) {
        steps.push(step);
    }

    /// Runs all steps, whatever comes of each; running again does nothing.
    void run() {
        while (!steps.isEmpty()) {
            try {
                steps.pop().run();
            } catch (RuntimeException e) {
                // Only where other code has told JCuda to throw; see CudaDriver.
                LoggerFactory.getLogger(CudaTeardown.class).warn("Giving back what a CUDA device held failed", e);
            }
        }
    }
}
