package dev.cresset.nativeloader;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Small libraries under the names of NVIDIA's, compiled by this machine's C compiler: enough of them to be found,
/// judged and loaded. They compute nothing.
final class StubLibrary {
    private StubLibrary() {}

    /// Skips the test where there is no C compiler, or JCuda has no natives that could be loaded.
    static void assumeCompiler() {
        assumeTrue(Platform.current() == Platform.LINUX_X86_64, "JCuda's natives for Linux need linux-x86_64");
        assumeTrue(compiler().isPresent(), "no C compiler (cc) on the PATH to compile stub libraries");
    }

    /// A driver that says it is for this version of CUDA (13000 for 13.0); every other call fails with status 999.
    static Path driver(Path folder, int version) throws IOException, InterruptedException {
        return driver(folder, version, 0);
    }

    /// As above, and asking for the version itself gives `status`.
    static Path driver(Path folder, int version, int status) throws IOException, InterruptedException {
        String source = "int cuDriverGetVersion(int *v) { *v = " + version + "; return " + status + "; }\n"
                + "int cuInit(unsigned flags) { return 999; }\n";
        return compile(folder, "libcuda.so.1", source, "");
    }

    /// A cuBLAS with all functions that JCuda takes, but for `leftOut`; a cublasLt that it needs lies beside it, where
    /// it cannot find it by itself.
    ///
    /// @param major the version of CUDA
    static Path cublas(Path folder, int major, String... leftOut)
            throws IOException, InterruptedException, RefusedException {
        String lt = "libcublasLt.so." + major;
        Path needed = compile(folder, lt, "int cublasLtGetVersion(void) { return 0; }", "");
        String source = JCudaNatives.of(Platform.LINUX_X86_64).cublasFunctions().stream()
                .filter(name -> !Arrays.asList(leftOut).contains(name))
                .map(name -> name.equals("cublasGetProperty")
                        ? "int cublasGetProperty(int type, int *v) { *v = type == 0 ? " + major + " : type; return 0; }"
                        : "int " + name + "(void) { return 1; }")
                .collect(Collectors.joining("\n"));
        String soname = "libcublas.so." + major;
        return compile(folder, soname, source, soname + " { global: *; };\n", needed);
    }

    /// Compiles a library of this name from C.
    ///
    /// @param versions a linker's version script; empty for none
    /// @param needs other libraries that it needs, which it can only find if they are loaded already
    static Path compile(Path folder, String soname, String source, String versions, Path... needs)
            throws IOException, InterruptedException {
        Files.createDirectories(folder);
        Path code = Files.writeString(folder.resolve(soname + ".c"), source);
        Path library = folder.resolve(soname);
        List<String> command = new ArrayList<>(List.of(
                compiler().orElseThrow(),
                "-shared",
                "-fPIC",
                "-Wl,-soname," + soname,
                "-Wl,--no-as-needed",
                "-o",
                library.toString(),
                code.toString()));
        if (!versions.isEmpty()) {
            Path script = Files.writeString(folder.resolve(soname + ".map"), versions);
            command.add("-Wl,--version-script=" + script);
        }
        Arrays.stream(needs).map(Path::toString).forEach(command::add);
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), said);
        return library;
    }

    /// A copy of a library that says it is for 64-bit ARM.
    static Path forArm(Path library, Path folder) throws IOException {
        byte[] bytes = Files.readAllBytes(library);
        bytes[18] = (byte) 183;
        Files.createDirectories(folder);
        return Files.write(folder.resolve(library.getFileName()), bytes);
    }

    private static Optional<String> compiler() {
        return Arrays.stream(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
                .flatMap(folder -> Stream.of("cc", "gcc", "clang").map(name -> Path.of(folder, name)))
                .filter(Files::isExecutable)
                .map(Path::toString)
                .findFirst();
    }
}
