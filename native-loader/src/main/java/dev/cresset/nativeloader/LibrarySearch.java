package dev.cresset.nativeloader;

import java.util.List;
import java.util.Optional;

/// How one library was looked for, and what came of it.
///
/// @param library what people call it, such as `cuBLAS`
/// @param names the names that its file may have, the preferred first
/// @param looks what was looked at, in order; nothing follows what was taken
/// @param found what was taken, such as `libcublas.so.13` with its version and place
public record LibrarySearch(String library, List<String> names, List<Look> looks, Optional<Found> found) {
    public LibrarySearch {
        looks = List.copyOf(looks);
        names = List.copyOf(names);
    }

    /// A library that is used.
    ///
    /// @param path where it lies
    /// @param version what it says of itself, such as `CUDA 13.0`
    public record Found(String path, String version) {}

    /// What became of one look.
    public enum Outcome {
        /// There was nothing to look at: a property or variable that is not set, a folder that does not exist.
        NOT_SET,
        /// No file of these names is there.
        ABSENT,
        /// There is one, and it cannot be used.
        REFUSED,
        /// This one is used.
        TAKEN
    }

    /// One place that was looked at.
    ///
    /// @param step the number of the step in the order of places, from 1
    /// @param origin what led there, such as `LD_LIBRARY_PATH`
    /// @param place the file or folder; empty where there was nothing to look at
    /// @param detail why it was refused or not there
    public record Look(int step, String origin, String place, Outcome outcome, String detail) {
        private String text() {
            String about =
                    switch (outcome) {
                        case NOT_SET -> detail;
                        case ABSENT -> "not there";
                        case REFUSED -> "REFUSED: " + detail;
                        case TAKEN -> "taken";
                    };
            return origin + ": " + (place.isEmpty() ? "" : place + ": ") + about;
        }
    }

    /// Some lines for people; each step's number stands at its first look.
    public String text() {
        StringBuilder text = new StringBuilder(library + " (" + String.join(" or ", names) + "): ");
        text.append(found.map(taken -> taken.path() + ", " + taken.version()).orElse("none"));
        int step = 0;
        for (Look look : looks) {
            text.append(look.step() == step ? "\n     " : "\n  " + look.step() + ". ")
                    .append(look.text());
            step = look.step();
        }
        return text.toString();
    }
}
