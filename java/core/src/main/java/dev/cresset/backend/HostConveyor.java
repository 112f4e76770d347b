package dev.cresset.backend;

import dev.cresset.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/// A conveyor where the device is the host: one slot, loaded when it is asked for.
final class HostConveyor extends Conveyor {
    private final BatchLoader loader;
    private final BatchLoad load;
    private long number;

    HostConveyor(Device device, BatchShape shape, BatchLoader loader) {
        super(device, shape, 1);
        this.loader = loader;
        Slot whole = slot(0, shape.rows());
        Tensor wholeX = whole.x();
        Tensor wholeTarget = whole.target();
        this.load = new BatchLoad(shape) {
            @Override
            protected void put(int at, int count, double[] x, double[] target) {
                wholeX.rows(at, count).writeFirst(x);
                wholeTarget.rows(at, count).writeFirst(target);
            }
        };
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
