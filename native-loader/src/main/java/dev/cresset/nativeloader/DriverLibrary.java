package dev.cresset.nativeloader;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// The driver's library, opened.
///
/// @param version the newest CUDA that it can run, as the driver says it: 13000 for 13.0
record DriverLibrary(String path, int version) {
    /// The oldest that JCuda works with: CUDA 12.0, which came with driver 525.60.
    private static final int OLDEST = 12000;

    private static final int STUB = 34;

    /// What is asked of the driver; LWJGL's generator implements it.
    interface Functions {
        int cuDriverGetVersion(long version);
    }

    /// Takes drivers that are new enough.
    static final class Judge implements LibraryJudge<DriverLibrary> {
        @Override
        public DriverLibrary judge(SharedLibrary library, String soname) throws RefusedException {
            return new DriverLibrary(library.path(), versionOf(library));
        }

        @Override
        public String version(DriverLibrary found) {
            return "for CUDA " + words(found.version) + " and older";
        }
    }

    private static int versionOf(SharedLibrary library) throws RefusedException {
        Functions functions = Bindings.of(Functions.class, library);
        int version;
        int status;
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment number = arena.allocate(ValueLayout.JAVA_INT);
            status = functions.cuDriverGetVersion(number.address());
            version = number.get(ValueLayout.JAVA_INT, 0);
        }
        if (status == STUB) {
            throw new RefusedException(
                    "it is the toolkit's stub for linking programs, not a driver",
                    "Take its folder out of LD_LIBRARY_PATH.");
        }
        if (status != 0) {
            throw new RefusedException(
                    "it does not say its version (cuDriverGetVersion: " + status + ")",
                    "Install NVIDIA's driver again.");
        }
        if (version < OLDEST) {
            throw new RefusedException(
                    "this driver is too old: it is for CUDA " + words(version)
                            + ", and one for CUDA 12.0 (driver 525.60) or newer is needed",
                    "Update NVIDIA's driver to 525.60 or newer.");
        }
        return version;
    }

    /// A number such as 12080, as people write it: 12.8.
    static String words(int version) {
        return version / 1000 + "." + version % 1000 / 10;
    }
}
