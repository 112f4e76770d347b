package dev.cresset.nativeloader;

/// What to do about a library that the system's loader does not load, by the words in which glibc says why.
final class LinkerRemedy {
    private LinkerRemedy() {}

    /// Whether it is because of where the file lies, not of what it is.
    static boolean isNoexec(String reason) {
        return reason.contains("failed to map segment");
    }

    static String of(String reason) {
        if (isNoexec(reason)) {
            return "Its file system is mounted noexec, so nothing may be loaded from it: use a copy elsewhere.";
        }
        if (reason.contains("wrong ELF class") || reason.contains("invalid ELF header")) {
            return "Install the one for this processor, or name another place.";
        }
        if (reason.contains("file too short")) {
            return "Install it again: the file is not complete.";
        }
        if (reason.contains("GLIBC")) {
            return "Install a version that fits this system's C library, or run on a newer Linux.";
        }
        if (reason.contains("cannot open shared object file")) {
            return "Install the library that it needs beside it, or add that one's folder to LD_LIBRARY_PATH.";
        }
        if (reason.contains("undefined symbol")) {
            return "Install the versions that belong together from one CUDA toolkit.";
        }
        return "Install it again, or name another place.";
    }
}
