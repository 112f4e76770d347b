package dev.cresset.backend.cuda;

import dev.cresset.backend.ClosedException;
import dev.cresset.backend.Recording;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// Runs the lines of a fused step, again and again: many steps are one graph. The first step is submitted launch by
/// launch, so that a library has met every product before one is recorded.
final class CudaFusedRuns {
    private final CudaBackend device;
    private final List<CudaFusedLine> before;
    private final List<CudaFusedLine> lines;
    private final Map<Integer, Recording> recordings = new HashMap<>();
    private boolean begun;
    private boolean closed;

    /// @param before lines that are submitted once before the steps of each run
    /// @param lines those of a step
    CudaFusedRuns(CudaBackend device, List<CudaFusedLine> before, List<CudaFusedLine> lines) {
        this.device = device;
        this.before = before;
        this.lines = lines;
    }

    /// Submits so many steps.
    ///
    /// @param atOnce how many of them are a graph
    synchronized void run(int steps, int atOnce) {
        if (closed) {
            throw new ClosedException("This program of training steps on " + device + " has been closed.");
        }
        device.requireUsable("train");
        int left = steps;
        if (left > 0) {
            submit(before);
        }
        if (left > 0 && !begun) {
            submit(lines);
            begun = true;
            left--;
        }
        for (; left > 0; left -= Math.min(left, atOnce)) {
            recording(Math.min(left, atOnce)).replay();
        }
    }

    private Recording recording(int steps) {
        Recording known = recordings.get(steps);
        if (known != null) {
            return known;
        }
        Recording made = device.record(() -> {
            for (int i = 0; i < steps; i++) {
                submit(lines);
            }
        });
        recordings.put(steps, made);
        return made;
    }

    private void submit(List<CudaFusedLine> some) {
        synchronized (device.context()) {
            device.context().enter();
            for (CudaFusedLine line : some) {
                line.submission().run();
            }
        }
    }

    /// The lines of a step.
    List<CudaFusedLine> lines() {
        return lines;
    }

    /// The lines as text: first what a step is altogether, then each line with a launch.
    ///
    /// @param step what a step is of
    String describe(String step, int atOnce) {
        int launches = lines.stream().mapToInt(CudaFusedLine::launches).sum();
        long bytes = lines.stream().mapToLong(CudaFusedLine::bytes).sum();
        String all =
                "%s: %d launches, %,d bytes a step; up to %d steps a launch".formatted(step, launches, bytes, atOnce);
        String once = before.stream().map(line -> "\n  once a run: " + line).collect(Collectors.joining());
        return lines.stream()
                .filter(line -> line.launches() > 0)
                .map(CudaFusedLine::toString)
                .collect(Collectors.joining("\n  ", all + once + "\n  ", ""));
    }

    /// Closing twice is allowed.
    ///
    /// @param owned what is given back with the recordings
    synchronized void close(Runnable owned) {
        if (!closed) {
            closed = true;
            recordings.values().forEach(Recording::close);
            owned.run();
        }
    }
}
