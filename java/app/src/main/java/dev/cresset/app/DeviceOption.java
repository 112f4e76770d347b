package dev.cresset.app;

import dev.cresset.backend.Choice;
import dev.cresset.backend.Device;
import dev.cresset.tensor.Precision;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// Where to compute.
sealed class DeviceOption permits DeviceOptions {
    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    @Option(
            names = "--device",
            paramLabel = "NAME",
            defaultValue = "auto",
            description = "auto (a GPU, else the CPU), cpu, cuda, cuda:N, or reference (plain and slow, fp64) (default:"
                    + " ${DEFAULT-VALUE}).")
    private String name;

    @Mixin(name = "Processor")
    private ProcessorOptions processor;

    private String reason = "";

    /// The device that the options name, to be closed by the caller.
    Device open(Precision precision) {
        try {
            Choice choice = Choice.named(name, precision, processor.options());
            reason = choice.reason();
            return choice.device();
        } catch (IllegalArgumentException e) {
            throw new ParameterException(command.commandLine(), e.getMessage(), e);
        }
    }

    /// Whether it is the one that computes in float64 only.
    boolean isReference() {
        return name.equalsIgnoreCase("reference");
    }

    /// One line for people: what computes, and why.
    String describe() {
        return reason;
    }
}
