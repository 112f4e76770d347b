package dev.cresset.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/// Where a result will be written.
///
/// @param command the command that writes it
/// @param option  the option that names it
record OutputFile(CommandSpec command, String option, Path path) {
    /// Refuses a place that cannot be written to, or that holds what the command reads, before the work begins
    /// rather than after it.
    ///
    /// @throws ParameterException if this is one of `inputs`
    void require(List<Path> inputs) throws IOException {
        Path folder = path.toAbsolutePath().getParent();
        if (Files.isDirectory(path) || folder == null) {
            throw new IOException(path + ": this is a folder. Name a file in it.");
        }
        if (!Files.isDirectory(folder)) {
            throw new IOException(path + ": there is no folder " + folder + ". Create it, or choose another one.");
        }
        requireRoom(folder);
        for (Path input : inputs) {
            if (isSame(path, input)) {
                throw new ParameterException(
                        command.commandLine(),
                        option + ": a file that is not read expected, found " + path + ", which is read ("
                                + input.getFileName() + "): name another file");
            }
        }
    }

    /// Tries it: permissions alone do not tell of file systems that take no files.
    private void requireRoom(Path folder) throws IOException {
        try {
            Files.delete(Files.createTempFile(folder, "cresset", ".tmp"));
        } catch (IOException e) {
            throw new IOException(
                    path + ": no file can be written to " + folder + ", or not with your permissions. Choose another"
                            + " folder.",
                    e);
        }
    }

    /// @throws ParameterException if both would be written to one place
    void requireOther(OutputFile other) throws IOException {
        boolean same = path.toAbsolutePath()
                        .normalize()
                        .equals(other.path.toAbsolutePath().normalize())
                || isSame(path, other.path);
        if (same) {
            throw new ParameterException(
                    command.commandLine(),
                    option + ": another file than that of " + other.option + " expected, found " + path
                            + " for both: name two files");
        }
    }

    /// @throws ParameterException if the name speaks of another format than the picture has
    void requirePng() {
        if (!path.toString().toLowerCase(Locale.ROOT).endsWith(".png")) {
            throw new ParameterException(
                    command.commandLine(),
                    option + ": a PNG file is written, found " + path + ": choose a name that ends in .png");
        }
    }

    private static boolean isSame(Path a, Path b) throws IOException {
        return Files.exists(a) && Files.exists(b) && Files.isSameFile(a, b);
    }
}
