package dev.cresset.app;

import dev.cresset.backend.Choice;
import dev.cresset.backend.Device;
import dev.cresset.tensor.Precision;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// Where to compute, and how precisely.
final class DeviceOptions {
    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    @Option(
            names = "--device",
            paramLabel = "NAME",
            defaultValue = "auto",
            description = "auto (a GPU, else the CPU), cpu, cuda, cuda:N, or reference (plain and slow, fp64) (default:"
                    + " ${DEFAULT-VALUE}).")
    private String name;

    @Option(
            names = "--precision",
            paramLabel = "NAME",
            description = "fp32, fp64 or, on GPUs, tf32, bf16, 3xtf32 (default: fp32 to train, fp64 to check gradients,"
                    + " that of the file for a trained model).")
    private @Nullable Precision precision;

    private String reason = "";

    /// The device that the options name, to be closed by the caller.
    ///
    /// @param otherwise the precision, if none is given
    Device open(Precision otherwise) {
        try {
            Choice choice = Choice.named(name, precision != null ? precision : precisionOf(otherwise));
            reason = choice.reason();
            return choice.device();
        } catch (IllegalArgumentException e) {
            throw new ParameterException(command.commandLine(), e.getMessage(), e);
        }
    }

    private Precision precisionOf(Precision otherwise) {
        return name.equalsIgnoreCase("reference") ? Precision.FP64 : otherwise;
    }

    /// One line for people: what computes, and why.
    String describe() {
        return reason;
    }
}
