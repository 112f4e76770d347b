package dev.cresset.verify;

import dev.cresset.backend.Device;
import dev.cresset.tensor.Precision;

/// The devices that every machine has: a test that takes one is run on each.
///
/// The CPU devices are opened once for all tests and stay open; a test that closes a device opens its own.
public enum Place {
    REFERENCE(Device.reference()),
    CPU_FP64(Device.cpu(Precision.FP64)),
    CPU_FP32(Device.cpu(Precision.FP32));

    private final Device device;

    Place(Device device) {
        this.device = device;
    }

    public Device device() {
        return device;
    }

    /// How far a short calculation with numbers near 1 (a dozen operations) may be off: 16 units of roundoff.
    public double shortTolerance() {
        return 16 * device.precision().roundoff();
    }
}
