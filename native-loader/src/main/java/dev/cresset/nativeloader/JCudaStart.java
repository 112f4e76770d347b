package dev.cresset.nativeloader;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import jcuda.driver.JCudaDriver;
import jcuda.jcublas.JCublas2;

/// Makes JCuda load its native libraries from a folder of the cache.
///
/// JCuda first asks `java.library.path`, then takes the file of its name in `java.io.tmpdir`, unchecked. So copies in
/// the former are refused if they differ, and the latter is set to the cache's folder while JCuda's two classes are
/// initialised. (Java's own temporary files do not follow: Java reads the property when it starts.) A class whose
/// initialisation fails once fails for ever, so all that can be wrong is looked for before.
final class JCudaStart {
    private static final String TEMPORARY = "java.io.tmpdir";
    private static final String LIBRARY_PATH = "java.library.path";

    private static final String NOEXEC =
            "The cache of native files is on a file system that nothing may be loaded from (mounted noexec). ";

    private JCudaStart() {}

    /// Refuses what would make the initialisation fail or take other files.
    static void check(JCudaNatives natives, Path home) throws RefusedException {
        List<String> files = List.of(natives.driver(), natives.cublas());
        for (String file : files) {
            String present = SharedLibrary.pathOfLoaded(file).orElse(null);
            if (present != null && !Path.of(present).startsWith(home)) {
                throw new RefusedException(
                        "this Java has already loaded " + present + ", for other code that uses JCuda",
                        "Open Cresset's CUDA device before other code uses JCuda.");
            }
        }
        try {
            List<Path> others = JCudaNatives.others(home, files, System.getProperty(LIBRARY_PATH, ""));
            if (!others.isEmpty()) {
                throw new RefusedException(
                        "JCuda would take " + others.getFirst() + ", which is another file of that name",
                        "Remove it, or take its folder out of " + LIBRARY_PATH + " (LD_LIBRARY_PATH on Linux).");
            }
        } catch (IOException e) {
            throw new RefusedException("a copy of JCuda's libraries cannot be read: " + e, "Remove it.");
        }
        try {
            // JCuda opens them for itself; these are not kept, so that another folder may be tried after a failure.
            SharedLibrary driver =
                    SharedLibrary.open(home.resolve(natives.driver()).toString());
            SharedLibrary cublas =
                    SharedLibrary.openWhole(home.resolve(natives.cublas()).toString());
            cublas.close();
            driver.close();
        } catch (RefusedException e) {
            boolean noexec = LinkerRemedy.isNoexec(e.reason());
            throw noexec ? new RefusedException(e.reason(), NOEXEC + CacheFolder.REMEDY) : e;
        }
    }

    /// Initialises JCuda's two classes and makes them throw exceptions.
    static synchronized void run(JCudaNatives natives, Path home) {
        String before = System.getProperty(TEMPORARY);
        try {
            System.setProperty(TEMPORARY, home.toString());
            JCudaDriver.setExceptionsEnabled(true);
            JCublas2.setExceptionsEnabled(true);
        } catch (LinkageError e) {
            throw new NativeLibraryException(
                    "JCuda could not load its native libraries from " + home + ": " + e.getMessage()
                            + ". Java does not try that twice: start the program again once the cause is mended.",
                    e);
        } finally {
            if (before == null) {
                System.clearProperty(TEMPORARY);
            } else {
                System.setProperty(TEMPORARY, before);
            }
        }
    }

    /// The files of JCuda's that this process has in memory; empty where the system does not say.
    static List<String> inMemory(JCudaNatives natives) {
        Path maps = Path.of("/proc/self/maps");
        if (!Files.isReadable(maps)) {
            return List.of();
        }
        try {
            return Files.readAllLines(maps, StandardCharsets.ISO_8859_1).stream()
                    .filter(line -> line.endsWith("/" + natives.driver()) || line.endsWith("/" + natives.cublas()))
                    .map(line -> line.substring(line.indexOf('/')))
                    .distinct()
                    .toList();
        } catch (IOException e) {
            return List.of();
        }
    }
}
