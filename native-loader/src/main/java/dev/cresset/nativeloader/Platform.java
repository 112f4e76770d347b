package dev.cresset.nativeloader;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/// An operating system with a processor, by the name that it has in the jars of native libraries (bytedeco's
/// classifiers), and the files that make up OpenBLAS and oneDNN there, each after those that it needs.
enum Platform {
    LINUX_X86_64("linux-x86_64", "libgcc_s.so.1", "libquadmath.so.0", "libgfortran.so.5", "libopenblas.so.0"),
    LINUX_ARM64("linux-arm64", "libgcc_s.so.1", "libgfortran.so.5", "libopenblas.so.0"),
    MACOSX_ARM64(
            "macosx-arm64", "libgcc_s.1.1.dylib", "libquadmath.0.dylib", "libgfortran.5.dylib", "libopenblas.0.dylib"),
    MACOSX_X86_64(
            "macosx-x86_64", "libgcc_s.1.1.dylib", "libquadmath.0.dylib", "libgfortran.5.dylib", "libopenblas.0.dylib"),
    WINDOWS_X86_64("windows-x86_64", "libopenblas.dll");

    private final String classifier;
    private final List<String> openBlasFiles;

    Platform(String classifier, String... openBlasFiles) {
        this.classifier = classifier;
        this.openBlasFiles = List.of(openBlasFiles);
    }

    /// The part of a jar's name that says for which platform it is.
    String classifier() {
        return classifier;
    }

    /// Names of OpenBLAS' files, in the order in which they must be loaded; the last is OpenBLAS itself.
    List<String> openBlasFiles() {
        return openBlasFiles;
    }

    /// Names of oneDNN's files, the last is oneDNN itself; none where it has not been tried.
    List<String> oneDnnFiles() {
        return this == LINUX_X86_64 ? List.of("libgomp.so.1", "libdnnl.so.3") : List.of();
    }

    /// Whether JCuda has natives for it, without which there is no CUDA device.
    boolean hasJCuda() {
        return this == LINUX_X86_64 || this == WINDOWS_X86_64;
    }

    /// Whether this Java runs on some Windows.
    static boolean isWindows() {
        return isWindows(System.getProperty("os.name"));
    }

    private static boolean isWindows(String osName) {
        return osName.toLowerCase(Locale.ROOT).startsWith("windows");
    }

    /// The platform that this Java runs on.
    ///
    /// @throws NativeLibraryException if it is none of these
    static Platform current() {
        return of(System.getProperty("os.name"), System.getProperty("os.arch"));
    }

    /// The platform with these values of Java's properties `os.name` and `os.arch`.
    static Platform of(String osName, String osArch) {
        String os = osName.toLowerCase(Locale.ROOT);
        String system = os.startsWith("mac") ? "macosx" : isWindows(osName) ? "windows" : os;
        String processor = osArch.equals("amd64") ? "x86_64" : osArch.equals("aarch64") ? "arm64" : osArch;
        String wanted = system + "-" + processor;
        for (Platform platform : values()) {
            if (platform.classifier.equals(wanted)) {
                return platform;
            }
        }
        String known = Arrays.stream(values()).map(Platform::classifier).collect(Collectors.joining(", "));
        throw new NativeLibraryException(
                "This platform is " + wanted + ", and Cresset has native libraries for " + known
                        + ": use the reference device (Device.reference()), or run on one of these.",
                null);
    }
}
