package dev.cresset.app;

import dev.cresset.backend.Device;
import dev.cresset.tensor.Precision;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// Where to compute, and how precisely.
final class DeviceOptions {
    private static final String AUTO = "auto";

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    @Option(
            names = "--device",
            paramLabel = "NAME",
            defaultValue = AUTO,
            description = "auto, cpu, reference (plain and slow, fp64), cuda or cuda:N (default: ${DEFAULT-VALUE}).")
    private String name;

    @Option(
            names = "--precision",
            paramLabel = "NAME",
            description = "fp32 or fp64 (default: fp32 to train, fp64 to check gradients, that of the file for a"
                    + " trained model).")
    private @Nullable Precision precision;

    /// The device that the options name, to be closed by the caller.
    ///
    /// @param otherwise the precision, if none is given
    Device open(Precision otherwise) {
        try {
            return Device.open(name, precision != null ? precision : precisionOf(otherwise));
        } catch (IllegalArgumentException e) {
            throw new ParameterException(command.commandLine(), e.getMessage(), e);
        }
    }

    private Precision precisionOf(Precision otherwise) {
        return name.equalsIgnoreCase("reference") ? Precision.FP64 : otherwise;
    }

    /// One line for people: what computes, and why.
    String describe(Device device) {
        return device.description()
                + (name.toLowerCase(Locale.ROOT).equals(AUTO)
                        ? " (chosen by auto: this version of Cresset has no CUDA backend)"
                        : "");
    }
}
