package dev.cresset.backend;

import dev.cresset.tensor.Precision;
import java.util.function.Supplier;

/// The backends that must pass the contract; a new one adds its line here.
enum Backend {
    REFERENCE(Device::reference),
    CPU_FP64(() -> Device.cpu(Precision.FP64)),
    CPU_FP32(() -> Device.cpu(Precision.FP32));

    private final Supplier<Device> opening;

    Backend(Supplier<Device> opening) {
        this.opening = opening;
    }

    /// A device of this backend; a fresh one where there can be several.
    Device open() {
        return opening.get();
    }

    /// Whether closing a device of this backend does something.
    boolean closes() {
        return this != REFERENCE;
    }
}
