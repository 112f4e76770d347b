package dev.cresset.train;

import dev.cresset.backend.Device;
import dev.cresset.backend.DeviceMemoryException;
import dev.cresset.backend.Table;
import dev.cresset.data.Dataset;
import dev.cresset.data.Rows;

/// A dataset in a device's memory.
record ResidentData(Table features, Table targets) implements AutoCloseable {
    /// Copies a dataset to a device.
    ///
    /// @throws DeviceMemoryException if there is no room for it
    static ResidentData of(Device device, Dataset dataset) {
        Table features = table(device, dataset.features());
        try {
            return new ResidentData(features, table(device, dataset.targets()));
        } catch (RuntimeException | Error e) {
            features.close();
            throw e;
        }
    }

    private static Table table(Device device, Rows rows) {
        return device.table(rows.count(), rows.width(), rows::copy);
    }

    @Override
    public void close() {
        features.close();
        targets.close();
    }

    /// Bytes that both take.
    long bytes() {
        return features.bytes() + targets.bytes();
    }

    /// Shape and form of both.
    @Override
    public String toString() {
        return "features " + features + ", targets " + targets;
    }
}
