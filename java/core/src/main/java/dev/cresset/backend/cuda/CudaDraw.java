package dev.cresset.backend.cuda;

import dev.cresset.backend.Table;
import dev.cresset.kernels.Kernel;
import dev.cresset.tensor.Counter;
import dev.cresset.tensor.RowOrder;
import dev.cresset.tensor.Tensor;

/// Draws a batch from tables: a warp for each row.
final class CudaDraw {
    private CudaDraw() {}

    /// See [dev.cresset.backend.Ops#draw]; the context is entered, its monitor held.
    static void draw(
            CudaLaunch launch, Table features, Table targets, RowOrder order, Counter batch, Tensor x, Tensor target) {
        launch.of(Kernel.DRAW).address(CudaCodes.address(features)).with(features.numbers());
        launch.address(CudaCodes.address(targets)).with(targets.numbers());
        launch.with(batch).with(x).with(target);
        launch.number(order.kind() == RowOrder.Kind.SHUFFLED ? 1 : 0).size(order.seed());
        launch.size(order.rows()).size(order.batchSize()).size(order.batches());
        launch.size(x.rows()).size(x.columns()).size(targets.columns()).size(target.columns());
        launch.run(CudaGrid.rows(x.rows()), 1);
    }
}
