package dev.cresset.nativeloader;

import java.util.Locale;

/// The libraries that multiply matrices on the CPU.
public enum CpuLibrary {
    /// float32 on Linux x86-64, unless told otherwise: faster there (docs/notes/0005).
    ONEDNN,
    /// float64, which oneDNN has not, and all else.
    OPENBLAS;

    /// Names the library for float32: `onednn` or `openblas`.
    static final String PROPERTY = "cresset.cpu.products";

    static final String REMEDY = "choose OpenBLAS (slower): CpuLibrary.OPENBLAS in CpuOptions, or -D" + PROPERTY
            + "=openblas where they name no library.";

    /// The one for float32 in this Java.
    ///
    /// @throws IllegalArgumentException if the property `cresset.cpu.products` names none
    public static CpuLibrary forFloats() {
        return forFloats(Environment.current(), Platform.current());
    }

    static CpuLibrary forFloats(Environment environment, Platform platform) {
        String name = environment
                .property(PROPERTY)
                .orElse(platform.oneDnnFiles().isEmpty() ? "openblas" : "onednn")
                .strip()
                .toLowerCase(Locale.ROOT);
        return switch (name) {
            case "onednn" -> ONEDNN;
            case "openblas" -> OPENBLAS;
            default ->
                throw new IllegalArgumentException("The property " + PROPERTY + " is onednn or openblas, found '" + name
                        + "': correct it or leave it out.");
        };
    }
}
