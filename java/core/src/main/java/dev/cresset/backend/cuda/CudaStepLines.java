package dev.cresset.backend.cuda;

import dev.cresset.backend.step.StepPlan;
import dev.cresset.kernels.Kernel;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/// The lines of a fused step as they are written down: forward, backward and update add to it.
abstract sealed class CudaStepLines permits CudaFusedLines, CudaBf16Lines {
    private final CudaBackend device;
    private final StepPlan plan;
    private final List<CudaFusedLine> lines = new ArrayList<>();
    private boolean beside;

    CudaStepLines(CudaBackend device, StepPlan plan) {
        this.device = device;
        this.plan = plan;
    }

    final CudaBackend device() {
        return device;
    }

    final StepPlan plan() {
        return plan;
    }

    /// Begins a launch.
    final CudaLaunch launch(Kernel kernel) {
        return device.engine().launch().of(kernel);
    }

    final void add(CudaFusedLine line) {
        lines.add(line);
    }

    final void add(String text, int launches, long bytes, Runnable submission) {
        lines.add(new CudaFusedLine(text, launches, bytes, submission));
    }

    /// Adds a product on the second stream, beside what follows, up to [#join].
    final void addBeside(String text, long bytes, Consumer<CudaSide> product) {
        CudaSide side = device.engine().side();
        beside = true;
        add(text + ", cuBLAS on the second stream", 1, bytes, () -> {
            side.fork();
            product.accept(side);
        });
    }

    /// Waits for the products beside, if there are any.
    final void join() {
        if (beside) {
            beside = false;
            add("the second stream is waited for", 0, 0, device.engine().side()::join);
        }
    }

    final List<CudaFusedLine> all() {
        return List.copyOf(lines);
    }
}
