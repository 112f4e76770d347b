package dev.cresset.app;

import dev.cresset.backend.CpuOptions;
import dev.cresset.nativeloader.CpuLibrary;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// How the CPU computes, where it is the CPU that does.
final class ProcessorOptions {
    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    @Option(
            names = "--threads",
            paramLabel = "N",
            converter = OptionTypes.Count.class,
            description = "Threads of the CPU, 1 to 1024 (default: one on each processor).")
    private @Nullable Integer threads;

    @Option(
            names = "--products",
            paramLabel = "NAME",
            description =
                    "What multiplies fp32 matrices on the CPU: onednn (on Linux x86-64), or openblas (default: the"
                            + " first of them that there is; fp64 is always openblas).")
    private @Nullable CpuLibrary products;

    /// The same for the library.
    ///
    /// @throws ParameterException if there are no devices of so many threads
    CpuOptions options() {
        try {
            return new CpuOptions(threads, products);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(command.commandLine(), "--threads: " + e.getMessage(), e);
        }
    }
}
