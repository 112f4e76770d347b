package dev.cresset.app;

import dev.cresset.backend.Device;
import dev.cresset.tensor.Precision;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// Where to compute, and how precisely.
final class DeviceOptions extends DeviceOption {
    @Option(
            names = "--precision",
            paramLabel = "NAME",
            description = "fp32, fp64 or, on GPUs, tf32, bf16, 3xtf32 (default: fp32 to train, that of the file for a"
                    + " trained model).")
    private @Nullable Precision precision;

    /// @param otherwise the precision, if none is given
    @Override
    Device open(Precision otherwise) {
        return super.open(precision != null ? precision : isReference() ? Precision.FP64 : otherwise);
    }
}
