package dev.cresset.nativeloader;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import jcuda.JCudaVersion;
import jcuda.LibUtils;

/// The two native libraries of JCuda that are used, for the driver and for cuBLAS, as they are called on this platform.
/// The second is linked against one version of cuBLAS, and is rewritten for another ([JCublasBytes]).
///
/// @param driver the name of the driver's file
/// @param cublas the name of cuBLAS' file
record JCudaNatives(Platform platform, String driver, String cublas) {
    private static final String FOLDER = "lib";

    static JCudaNatives of(Platform platform) {
        return new JCudaNatives(platform, fileName("JCudaDriver"), fileName("JCublas2"));
    }

    private static String fileName(String base) {
        String versioned = base + "-" + JCudaVersion.get();
        return LibUtils.createLibraryFileName(LibUtils.createPlatformLibraryName(versioned));
    }

    /// Both files, the second linked against the cuBLAS of this name.
    NativeFiles linkedTo(String soname) throws RefusedException {
        String name = "jcuda-" + platform.classifier();
        List<String> files = List.of(driver, cublas);
        NativeFiles original = new NativeFiles(name, FOLDER, files);
        if (platform == Platform.WINDOWS_X86_64 || soname.equals(JCublasBytes.cublas(cublasBytes()))) {
            return original;
        }
        Rewrite rewrite = new Rewrite("1 " + soname, (file, bytes) -> rewritten(file, bytes, soname));
        return new NativeFiles(name + "-" + soname.toLowerCase(Locale.ROOT), FOLDER, files, rewrite);
    }

    private byte[] rewritten(String file, byte[] bytes, String soname) throws IOException {
        try {
            return file.equals(cublas) ? JCublasBytes.linkedTo(soname, bytes) : bytes;
        } catch (RefusedException e) {
            throw new IOException(file + " cannot be linked to " + soname + ": " + e.reason(), e);
        }
    }

    /// The functions of cuBLAS that JCuda takes; none are known on Windows.
    List<String> cublasFunctions() throws RefusedException {
        return platform == Platform.WINDOWS_X86_64 ? List.of() : JCublasBytes.functions(cublasBytes());
    }

    private byte[] cublasBytes() throws RefusedException {
        NativeFiles original = new NativeFiles("jcuda-" + platform.classifier(), FOLDER, List.of(cublas));
        try (InputStream in = original.open(cublas)) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new RefusedException("it cannot be read from the class path: " + e, "Fetch JCuda's jars again.");
        }
    }

    /// A copy of one of the files in `java.library.path`, where JCuda looks first, that is not the file in `home`.
    static List<Path> others(Path home, List<String> files, String libraryPath) throws IOException {
        List<Path> others = new ArrayList<>();
        for (String folder : libraryPath.split(File.pathSeparator)) {
            for (String file : files) {
                Path copy = Path.of(folder.isEmpty() ? "." : folder).resolve(file);
                if (Files.exists(copy) && Files.mismatch(copy, home.resolve(file)) >= 0) {
                    others.add(copy);
                }
            }
        }
        return others;
    }
}
