package dev.cresset.backend.cuda;

import java.util.ArrayDeque;
import java.util.Deque;

/// What must be given back, last taken first: when a device closes, or when opening it fails halfway.
final class CudaTeardown {
    private final Deque<Runnable> steps = new ArrayDeque<>();

    /// Adds a step; it must not throw.
    void add(Runnable step) {
        steps.push(step);
    }

    /// Runs all steps; running again does nothing.
    void run() {
        while (!steps.isEmpty()) {
            steps.pop().run();
        }
    }
}
