package dev.cresset.train;

import dev.cresset.backend.BatchLoad;
import dev.cresset.backend.BatchShape;
import dev.cresset.backend.Conveyor;
import dev.cresset.backend.Device;
import dev.cresset.backend.Slot;
import dev.cresset.data.Batches;
import dev.cresset.loss.Loss;
import dev.cresset.tensor.ShapeException;
import org.jspecify.annotations.Nullable;

/// The batches of all epochs, one after the other, for data that stays on the host: while the device trains on one, the
/// next are read, converted and copied.
///
/// ```java
/// try (StreamedFeed stream = new StreamedFeed(batches, loss, device, 0, epochs)) {
///     for (int b = 0; b < epochs * batches.count(); b++) {
///         try (Slot slot = stream.next()) {
///             train(slot.x(), slot.target());
///         }
///     }
/// }
/// ```
///
/// A step is recorded once for each [Slot#number()] and number of rows.
final class StreamedFeed implements AutoCloseable {
    private final Feed feed;
    private final int first;
    private final int end;
    private final Conveyor conveyor;

    /// @param batches read by another thread until this is closed: nobody else may change its epoch or copy from it
    /// @param first the first epoch, from 0
    /// @param end the epoch before which to end
    /// @throws ShapeException if the loss takes targets that the dataset does not have
    StreamedFeed(Batches batches, Loss loss, Device device, int first, int end) {
        this.feed = new Feed(batches, loss);
        this.first = first;
        this.end = end;
        BatchShape shape = new BatchShape(batches.batchSize(), batches.dataset().inputs(), feed.targetColumns());
        this.conveyor = device.conveyor(shape, this::load);
    }

    /// Called in order of `number`, and so at the first batch of each epoch.
    private void load(long number, BatchLoad to) {
        Batches batches = feed.batches();
        int index = (int) (number % batches.count());
        long epoch = first + number / batches.count();
        if (epoch >= end) {
            return;
        }
        if (index == 0) {
            batches.epoch((int) epoch);
        }
        feed.append(index, to);
    }

    /// The next batch, in the order of its epoch; null after the last epoch. See [Conveyor#next()].
    @Nullable
    Slot next() {
        return conveyor.next();
    }

    @Override
    public void close() {
        conveyor.close();
    }
}
