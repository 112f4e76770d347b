package dev.cresset.backend.cpu;

import dev.cresset.backend.BatchLoad;
import dev.cresset.backend.BatchLoader;
import dev.cresset.backend.BatchRows;
import dev.cresset.backend.BatchShape;
import dev.cresset.backend.Conveyor;
import dev.cresset.backend.Slot;
import dev.cresset.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/// A conveyor where computing takes every core: one slot, loaded when it is asked for, its rows copied by all threads
/// of the device. A thread that loads ahead would take a core from the step, which would wait for what that core had
/// been computing.
final class CpuConveyor extends Conveyor {
    private final BatchLoader loader;
    private final BatchLoad load;
    private long number;

    CpuConveyor(CpuBackend device, CpuCalls calls, BatchShape shape, BatchLoader loader) {
        super(device, shape, 1);
        this.loader = loader;
        Slot whole = slot(0, shape.rows());
        Tensor x = whole.x();
        Tensor target = whole.target();
        this.load = new BatchLoad(shape) {
            @Override
            protected void put(int at, int count, double[] fromX, double[] fromTarget) {
                CpuCall call = calls.take().with(x).with(target);
                call.scratch().store(x, (long) at * x.columns(), fromX, 0, count * x.columns());
                call.scratch().store(target, (long) at * target.columns(), fromTarget, 0, count * target.columns());
                call.end();
            }

            @Override
            protected void put(int at, int count, BatchRows source) {
                CpuCall call = calls.take().with(x).with(target).option(source).words(at, 0);
                int width = x.columns() + target.columns();
                call.run(CpuConveyor::copy, count, Math.max(1, CpuCall.LIGHT / width))
                        .end();
            }
        };
    }

    /// Copies rows `from .. to − 1` of the source, behind those that the batch has already.
    private static void copy(CpuCall call, long from, long to, CpuScratch scratch) {
        BatchRows source = call.option(BatchRows.class);
        Tensor x = call.tensor(0);
        Tensor target = call.tensor(1);
        int inputs = x.columns();
        int targets = target.columns();
        int together = CpuScratch.rowsPerBlock(Math.max(inputs, targets), to - from);
        double[] features = scratch.block(0, together * inputs);
        double[] learned = scratch.block(1, together * targets);
        for (long i = from; i < to; i += together) {
            int rows = (int) Math.min(together, to - i);
            for (int r = 0; r < rows; r++) {
                source.copy((int) i + r, features, r * inputs, learned, r * targets);
            }
            long at = call.word(0) + i;
            scratch.store(x, at * inputs, features, 0, rows * inputs);
            scratch.store(target, at * targets, learned, 0, rows * targets);
        }
    }

    @Override
    protected @Nullable Slot arrive() {
        int rows = load.load(loader, number++);
        return rows == 0 ? null : slot(0, rows);
    }

    @Override
    protected void leave() {}

    @Override
    protected void stop() {}
}
