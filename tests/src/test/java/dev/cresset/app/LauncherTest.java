package dev.cresset.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/// The launcher of a checkout says what will take long, with a build in place of Maven's that fails at once.
@EnabledOnOs(
        value = {OS.LINUX, OS.MAC},
        disabledReason = "the launcher is a script for bash")
class LauncherTest {
    private static final String LONG = "kernels for six kinds of GPU takes some minutes (CRESSET_NVCC=none";

    @TempDir
    private Path root;

    @BeforeEach
    void write() throws IOException {
        Path script = Path.of(System.getProperty("cresset.root", ".."), "cresset");
        Files.copy(script, root.resolve("cresset"));
        program(root.resolve("mvnw"));
        program(root.resolve("jdk/bin/java"));
        Files.writeString(root.resolve("jdk/release"), "JAVA_VERSION=\"25\"\n");
    }

    @Test
    void aFirstBuildWithNvccSaysThatItTakesMinutesAndHowToDoWithout() throws IOException {
        Path nvcc = program(root.resolve("toolkit/bin/nvcc"));
        assertSays(true, Map.of("CRESSET_NVCC", nvcc.toString()));
        assertSays(true, Map.of("CUDA_HOME", root.resolve("toolkit").toString()));
        assertSays(true, Map.of("PATH", nvcc.getParent() + ":" + System.getenv("PATH")));
        assertSays(false, Map.of("CRESSET_NVCC", "none"));
    }

    @Test
    void kernelsThatAreCompiledTakeNoMinutes() throws IOException {
        Map<String, String> nvcc =
                Map.of("CRESSET_NVCC", program(root.resolve("nvcc")).toString());
        Path source = write(root.resolve("cuda-kernels/src/main/cuda/kernels.cu"));
        Path image = write(root.resolve("cuda-kernels/target/classes/dev/cresset/kernels/image/sm_90.cubin"));
        age(source, image);
        assertSays(false, nvcc);
        age(image, source);
        assertSays(true, nvcc);
    }

    @Test
    void aBuildWithoutNvccIsMadeAnewWhereThereIsOne() throws IOException {
        write(root.resolve("java/app/target/cresset-app.jar"));
        Files.writeString(root.resolve("java/app/target/.built"), "without nvcc\n");
        Map<String, String> none = Map.of("CRESSET_NVCC", "none");
        assertEquals("", launch(none), "the Java here says nothing");
        assertSays(true, Map.of("CRESSET_NVCC", program(root.resolve("nvcc")).toString()));
    }

    /// The launcher builds, as there is no build yet, and says that kernels take long, or does not.
    private void assertSays(boolean said, Map<String, String> environment) throws IOException {
        String output = launch(environment);
        assertTrue(output.startsWith("cresset: building, as this is the first use"), output);
        assertTrue(output.contains("the build failed"), output);
        assertEquals(said, output.contains(LONG), environment + "\n" + output);
    }

    private String launch(Map<String, String> environment) throws IOException {
        ProcessBuilder launcher =
                new ProcessBuilder("bash", root.resolve("cresset").toString(), "demo");
        launcher.environment().keySet().removeAll(Set.of("CRESSET_NVCC", "CUDA_PATH", "CUDA_HOME"));
        launcher.environment().put("CRESSET_JAVA_HOME", root.resolve("jdk").toString());
        launcher.environment().putAll(environment);
        Process process = launcher.redirectErrorStream(true).start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(1, process.onExit().join().exitValue(), output);
        return output;
    }

    private static void age(Path older, Path newer) throws IOException {
        Files.setLastModifiedTime(older, FileTime.fromMillis(1_000_000));
        Files.setLastModifiedTime(newer, FileTime.fromMillis(2_000_000));
    }

    /// One that fails.
    private static Path program(Path file) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, "#!/bin/sh\nexit 1\n").toFile().setExecutable(true);
        return file;
    }

    private static Path write(Path file) throws IOException {
        Files.createDirectories(file.getParent());
        return Files.writeString(file, "");
    }
}
