package dev.cresset.nativeloader;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// cuBLAS, opened.
///
/// @param soname the name that JCuda's library must be linked to, such as `libcublas.so.13`
/// @param major the CUDA that it is of: 12 or 13
/// @param version what it says of itself, such as `13.1.1`
record CublasLibrary(String path, String soname, int major, String version) {
    /// What is asked of cuBLAS; LWJGL's generator implements it.
    interface Functions {
        int cublasGetProperty(int type, long value);
    }

    /// Takes those that the driver can run and that have all functions which JCuda takes from them.
    ///
    /// @param driver the driver's version, [Integer#MAX_VALUE] if there is no driver to ask
    /// @param functions names of functions that must be there
    record Judge(int driver, List<String> functions) implements LibraryJudge<CublasLibrary> {
        @Override
        public List<SharedLibrary> companions(Path file) throws RefusedException {
            if (Platform.isWindows()) {
                return List.of();
            }
            int major = majorOf(ElfFile.soname(file).orElse(""));
            requireDriver(major);
            // cuBLAS finds it by itself where it lies beside; a copy elsewhere must not come first.
            Path beside = beside(file, "libcublasLt.so." + major).orElse(null);
            return beside == null ? List.of() : List.of(SharedLibrary.open(beside.toString()));
        }

        @Override
        public CublasLibrary judge(SharedLibrary library, String soname) throws RefusedException {
            int major = majorOf(soname);
            requireDriver(major);
            List<String> missing = functions.stream()
                    .filter(name -> library.find(name).isEmpty())
                    .toList();
            if (!missing.isEmpty()) {
                throw new RefusedException(
                        "it lacks " + missing.size() + " of the " + functions.size() + " functions that JCuda takes"
                                + " from it, such as " + missing.getFirst(),
                        remedy(Math.min(driver, major * 1000)));
            }
            return new CublasLibrary(library.path(), soname, major, versionOf(library, major));
        }

        @Override
        public String version(CublasLibrary found) {
            return "version " + found.version;
        }

        private void requireDriver(int major) throws RefusedException {
            if (major > driver / 1000) {
                throw new RefusedException(
                        "it is of CUDA " + major + ", and the driver runs CUDA " + DriverLibrary.words(driver)
                                + " and older",
                        remedy(driver));
            }
        }
    }

    /// How to get the cuBLAS that a driver can run.
    static String remedy(int driver) {
        return driver >= 13000
                ? "Install it with: pip install nvidia-cublas (or install the CUDA 13 toolkit)."
                : "Install it with: pip install nvidia-cublas-cu12 (or install a CUDA 12 toolkit).";
    }

    private static Optional<Path> beside(Path file, String name) throws RefusedException {
        try {
            return Stream.of(file, file.toRealPath())
                    .map(place -> place.resolveSibling(name))
                    .filter(Files::exists)
                    .findFirst();
        } catch (IOException e) {
            throw new RefusedException("it cannot be read: " + e, "Make it readable, or name another place.");
        }
    }

    /// The number at the end of `libcublas.so.13` or in `cublas64_12.dll`.
    private static int majorOf(String soname) throws RefusedException {
        String digits = soname.replaceFirst("^.*[._](\\d+)(\\.dll)?$", "$1");
        if (!digits.matches("\\d{1,4}")) {
            throw new RefusedException("its name '" + soname + "' says no version", "Name the right file.");
        }
        return Integer.parseInt(digits);
    }

    private static String versionOf(SharedLibrary library, int major) throws RefusedException {
        Functions functions = Bindings.of(Functions.class, library);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment number = arena.allocate(ValueLayout.JAVA_INT);
            List<Integer> version = IntStream.range(0, 3)
                    .filter(type -> functions.cublasGetProperty(type, number.address()) == 0)
                    .map(type -> number.get(ValueLayout.JAVA_INT, 0))
                    .boxed()
                    .toList();
            if (version.size() < 3) {
                return major + ".?";
            }
            if (version.getFirst() != major) {
                throw new RefusedException(
                        "its name says version " + major + ", and itself says " + version, remedy(major * 1000));
            }
            return version.get(0) + "." + version.get(1) + "." + version.get(2);
        }
    }
}
