package dev.cresset.backend.cuda;

import dev.cresset.backend.Table;
import dev.cresset.backend.step.Draw;
import dev.cresset.backend.step.StepPlan;
import dev.cresset.kernels.Kernel;
import dev.cresset.tensor.RowOrder;
import java.util.function.LongSupplier;

/// The beginning of a fused step: the batch, and which step this is.
record CudaFusedDraw(CudaBackend device, StepPlan plan, CudaFusedTally tally) {
    /// @param kernel STEP_DRAW or STEP_DRAW_BF16
    /// @param elementBytes of x
    /// @param x gives the address of x as the line is submitted
    CudaFusedLine line(Kernel kernel, int elementBytes, LongSupplier x) {
        Draw draw = plan.draw();
        RowOrder order = draw.order();
        int rows = plan.rows();
        int columns = plan.inputs();
        int wanted = plan.targetColumns();
        int given = draw.targets().columns();
        long threads = Math.max((long) rows * ((columns + 3) / 4), (long) rows * wanted);
        long bytes = (long) rows * columns * (bytes(draw.features()) + elementBytes)
                + (long) rows * given * bytes(draw.targets())
                + (long) rows * wanted * Float.BYTES;
        String name = kernel == Kernel.STEP_DRAW ? "stepDraw" : "stepDrawBf16";
        return new CudaFusedLine("draw " + rows + "×" + columns + ": " + name, 1, bytes, () -> {
            CudaLaunch begun = device.engine()
                    .launch()
                    .of(kernel)
                    .address(CudaCodes.address(draw.features()))
                    .with(draw.features().numbers())
                    .address(CudaCodes.address(draw.targets()))
                    .with(draw.targets().numbers())
                    .with(draw.batch())
                    .with(plan.update().step());
            begun.address(x.getAsLong()).with(tally.target()).with(tally.now());
            begun.number(order.kind() == RowOrder.Kind.SHUFFLED ? 1 : 0).size(order.seed());
            begun.size(order.rows()).size(order.batchSize()).size(order.batches());
            begun.size(rows).size(columns).size(given).size(wanted);
            begun.run(CudaGrid.elements(threads), 1);
        });
    }

    private static int bytes(Table table) {
        return table.codes().isPresent() ? 1 : Float.BYTES;
    }
}
