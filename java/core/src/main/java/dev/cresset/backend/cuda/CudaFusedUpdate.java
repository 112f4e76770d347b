package dev.cresset.backend.cuda;

import dev.cresset.backend.MomentumForm;
import dev.cresset.backend.Parameter;
import dev.cresset.backend.step.Objective;
import dev.cresset.backend.step.StepPlan;
import dev.cresset.backend.step.Update;
import dev.cresset.kernels.Kernel;
import dev.cresset.tensor.Tensor;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// The end of a fused step: the optimizer over all parameters, the loss, the counters.
///
/// @param merge which weights have their gradient in the velocity
/// @param weights those that may
record CudaFusedUpdate(
        CudaBackend device, StepPlan plan, CudaFusedTally tally, CudaFusedMerge merge, List<Parameter> weights) {
    /// Writes a step's last line, and notes on the device which weights have their gradient in the velocity.
    ///
    /// @param shadow where the parameters are written in bfloat16 too, or null
    CudaFusedLine line(@Nullable CudaBf16 shadow) {
        Update update = plan.update();
        Tensor values = update.parameters().values();
        Tensor velocity = update.velocity();
        byte[] slots = new byte[values.rows()];
        weights.forEach(weight -> merge.note(weight, slots, values.columns()));
        tally.merged().write(0, slots, 0, slots.length);
        long merged =
                IntStream.range(0, slots.length).filter(i -> slots[i] != 0).count() * values.columns();
        // Of the merged ones the gradient is not read, and the velocity not written.
        long numbers = (velocity == null ? 3 : 5) * values.size() - 2 * merged;
        long bytes = numbers * Float.BYTES + (shadow == null ? 0 : shadow.bytes());
        double scale = plan.objective() instanceof Objective.Elements elements ? elements.scale() : 1;
        String text = "update of " + values.size() + " numbers, loss, counters: "
                + (shadow == null ? "stepUpdate" : "stepUpdateBf16");
        return new CudaFusedLine(text, 1, bytes, () -> {
            device.noteUse(tally.merged(), tally.merged().memory());
            CudaLaunch launch = device.engine()
                    .launch()
                    .of(shadow == null ? Kernel.STEP_UPDATE : Kernel.STEP_UPDATE_BF16)
                    .with(update.parameters().gradients())
                    .with(update.hyper())
                    .with(tally.now())
                    .with(tally.partials())
                    .with(tally.divisor())
                    .address(tally.merged().memory().address());
            launch = velocity == null ? launch.address(0) : launch.with(velocity);
            launch.with(values);
            launch = shadow == null ? launch : launch.address(shadow.address());
            launch.with(plan.ring()).with(update.step());
            launch.with(plan.draw().batch()).real(scale).number(form(update));
            launch.size(tally.partialsCount()).size(plan.ring().columns()).size(values.size());
            launch.run(CudaGrid.elements(values.size() / 4), 1);
        });
    }

    private static int form(Update update) {
        if (update.velocity() == null) {
            return 0;
        }
        return update.form() == MomentumForm.NESTEROV ? 2 : 1;
    }
}
