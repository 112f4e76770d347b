package dev.cresset.verify;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.cresset.backend.Device;
import dev.cresset.kernels.KernelImage;
import dev.cresset.standin.Standin;
import dev.cresset.tensor.Precision;
import java.util.Arrays;
import java.util.function.Supplier;
import java.util.stream.Stream;

/// The devices that tests run on: a test that takes one is run on each that is [#here()]. In the usual run these are
/// the devices that every machine has; in the runs with the system property `cresset.test.places=cuda`, those of
/// CUDA, which is the stand-in driver's where the build has made it, and a real GPU's in the GPU check.
///
/// Each is opened once for all tests and stays open; a test that closes a device opens its own.
public enum Place {
    REFERENCE(Kind.HOST, Device::reference),
    CPU_FP64(Kind.HOST, () -> Device.cpu(Precision.FP64)),
    CPU_FP32(Kind.HOST, () -> Device.cpu(Precision.FP32)),
    CUDA_FP64(Kind.CUDA, () -> openCuda(Precision.FP64)),
    CUDA_FP32(Kind.CUDA, () -> openCuda(Precision.FP32));

    private enum Kind {
        HOST,
        CUDA
    }

    private final Kind kind;
    private final Supplier<Device> opening;
    private Device device;

    Place(Kind kind, Supplier<Device> opening) {
        this.kind = kind;
        this.opening = opening;
    }

    /// The places of this run.
    public static Stream<Place> here() {
        Kind kind =
                Kind.valueOf(System.getProperty("cresset.test.places", "host").toUpperCase());
        return Arrays.stream(values()).filter(place -> place.kind == kind);
    }

    /// The places of this run that compute in float64.
    public static Stream<Place> hereInFloat64() {
        return here().filter(place -> place == REFERENCE || place == CPU_FP64 || place == CUDA_FP64);
    }

    /// A fresh device on the first GPU.
    ///
    /// @throws org.opentest4j.TestAbortedException if this run should use the stand-in driver, and it was not built
    public static Device openCuda(Precision precision) {
        if (System.getenv("CRESSET_STANDIN_MODE") != null
                && !System.getProperty("cresset.test.standin", "optional").equals("required")) {
            Standin.requireBuilt();
            assumeTrue(
                    KernelImage.manifest().isCompiled(),
                    "The kernels were not compiled: this machine has no nvcc, see the build's log.");
        }
        return Device.cuda(0, precision);
    }

    /// Whether the host sees the device's numbers while a verb runs, and so can refuse a target that is no class; else
    /// the loss becomes NaN.
    public boolean looksAtTargets() {
        return kind == Kind.HOST;
    }

    public synchronized Device device() {
        if (device == null) {
            device = opening.get();
        }
        return device;
    }

    /// How far a short calculation with numbers near 1 (a dozen operations) may be off: 16 units of roundoff.
    public double shortTolerance() {
        return 16 * device().precision().roundoff();
    }
}
