package dev.cresset.gpucheck;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The scripts of the bundle, with a program in place of its Java that prints how it was called.
@EnabledOnOs(value = OS.LINUX, disabledReason = "the bundle is for Linux")
class BundleScriptsTest {
    @TempDir
    private Path folder;

    private Path root;

    @BeforeEach
    void unpack() throws IOException {
        Path scripts = Path.of(System.getProperty("cresset.root", ".."), "tests/src/bundle/bin");
        root = folder.toRealPath().resolve("a folder");
        Path runtime = Files.createDirectories(root.resolve("lib/runtime/bin"));
        Path java = Files.writeString(runtime.resolve("java"), "#!/bin/sh\nprintf '%s\\n' \"$@\"\nexit 7\n");
        Files.createDirectories(root.resolve("bin"));
        for (String name : List.of("cresset", "gpu-check")) {
            Path script = Files.copy(scripts.resolve(name), root.resolve("bin").resolve(name));
            assertEquals(0, run(List.of("sh", "-n", script.toString())).code());
            script.toFile().setExecutable(true);
        }
        java.toFile().setExecutable(true);
    }

    @ParameterizedTest
    @CsvSource({"cresset, dev.cresset.app.Main", "gpu-check, dev.cresset.gpucheck.GpuCheck"})
    void theBundlesOwnJavaRunsWithTheArgumentsAsGiven(String name, String main) throws IOException {
        Path link = Files.createSymbolicLink(
                folder.resolve("link to it"), root.resolve("bin").resolve(name));
        for (Path called : List.of(root.resolve("bin").resolve(name), link)) {
            Run run = run(List.of(called.toString(), "train", "two words", ""));
            assertEquals(7, run.code(), "the exit code is Java's");
            List<String> arguments = run.lines();
            assertEquals("@" + root + "/lib/java.options", arguments.getFirst());
            int start = arguments.indexOf(main);
            assertEquals(List.of("train", "two words", ""), arguments.subList(start + 1, arguments.size()));
            String jars = name.equals("cresset") ? root + "/lib/app/*" : root + "/lib/app/*:" + root + "/lib/test/*";
            assertEquals(List.of("-cp", jars), arguments.subList(start - 2, start));
        }
    }

    private record Run(int code, List<String> lines) {}

    private Run run(List<String> command) throws IOException {
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        List<String> lines = new ArrayList<>(List.of(output.split("\n", -1)));
        lines.removeLast();
        return new Run(process.onExit().join().exitValue(), lines);
    }
}
