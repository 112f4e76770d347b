package dev.cresset.backend;

import dev.cresset.tensor.Precision;
import dev.cresset.verify.Place;
import java.util.function.Supplier;
import java.util.stream.Stream;

/// The backends that must pass the contract; a new one adds its line here.
enum Backend {
    REFERENCE(Place.REFERENCE, Device::reference),
    CPU_FP64(Place.CPU_FP64, () -> Device.cpu(Precision.FP64)),
    CPU_FP32(Place.CPU_FP32, () -> Device.cpu(Precision.FP32)),
    CUDA_FP64(Place.CUDA_FP64, () -> Place.openCuda(Precision.FP64)),
    CUDA_FP32(Place.CUDA_FP32, () -> Place.openCuda(Precision.FP32));

    private final Place place;
    private final Supplier<Device> opening;

    Backend(Place place, Supplier<Device> opening) {
        this.place = place;
        this.opening = opening;
    }

    /// The backends of this run; see [Place].
    static Stream<Backend> here() {
        return Place.here().map(place -> valueOf(place.name()));
    }

    /// A device of this backend; a fresh one where there can be several.
    Device open() {
        return opening.get();
    }

    /// Whether closing a device of this backend does something.
    boolean closes() {
        return this != REFERENCE;
    }

    /// Whether the host sees the device's numbers while a verb runs, and so can refuse a target that is no class.
    boolean looksAtTargets() {
        return place.looksAtTargets();
    }
}
