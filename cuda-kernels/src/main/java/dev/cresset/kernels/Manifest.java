package dev.cresset.kernels;

import java.util.List;
import java.util.Properties;

/// What the image in this jar was made from, and what it holds.
///
/// @param sourceHash SHA-256 of the sources' names and contents, in hexadecimal
/// @param nvcc the version of the compiler, such as `13.0.88`; `none` where the image holds sources only
/// @param architectures what the kernels were compiled for: `sm_90`, say, or as PTX `compute_80`; empty without nvcc
/// @param ptx the version of the PTX, such as `8.0`, which a driver must know; `none` where there is no PTX
/// @param sources the names of the source files
public record Manifest(String sourceHash, String nvcc, List<String> architectures, String ptx, List<String> sources) {
    public Manifest {
        architectures = List.copyOf(architectures);
        sources = List.copyOf(sources);
    }

    /// Whether there is machine code or PTX, and not the sources alone.
    public boolean isCompiled() {
        return !architectures.isEmpty();
    }

    static Manifest of(Properties properties) {
        return new Manifest(
                text(properties, "source.sha256"),
                text(properties, "nvcc"),
                words(properties, "architectures"),
                text(properties, "ptx"),
                words(properties, "sources"));
    }

    private static String text(Properties properties, String key) {
        String text = properties.getProperty(key);
        if (text == null) {
            throw new IllegalStateException("the manifest of the kernels' image has no " + key + "; it has "
                    + properties.stringPropertyNames() + ": build the module cuda-kernels again");
        }
        return text;
    }

    private static List<String> words(Properties properties, String key) {
        String text = text(properties, key).strip();
        return text.isEmpty() ? List.of() : List.of(text.split(" +"));
    }
}
