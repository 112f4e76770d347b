package dev.cresset.nativeloader;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The cache on a file system that cannot be written or that nothing may be loaded from: mounted so for one process, in
/// a namespace of its own.
class CacheMountTest {
    @TempDir
    static Path stubs;

    @TempDir
    Path home;

    private static Path driver;
    private static Path cublas;

    @BeforeAll
    static void compileStubs() throws Exception {
        StubLibrary.assumeCompiler();
        driver = StubLibrary.driver(stubs, 13000);
        cublas = StubLibrary.cublas(stubs, 13);
    }

    @Test
    void aNoexecCacheIsNamedAndAnotherMayBeTried() throws Exception {
        String said = loadOn("noexec");
        assertTrue(said.contains("refused JCuda's native libraries cannot be loaded"), said);
        assertTrue(said.contains("mounted noexec"), said);
        assertTrue(said.contains("CRESSET_CACHE"), said);
        assertTrue(said.contains("\nloaded driver 13000"), said);
    }

    @Test
    void aReadOnlyCacheIsNamedAndAnotherMayBeTried() throws Exception {
        String said = loadOn("ro");
        assertTrue(said.contains("could not be unpacked"), said);
        assertTrue(said.contains("CRESSET_CACHE"), said);
        assertTrue(said.contains("\nloaded driver 13000"), said);
    }

    private String loadOn(String option) throws IOException, InterruptedException {
        Path mount = Files.createDirectories(home.resolve("cache"));
        assumeTrue(
                new ProcessBuilder("sh", "-c", "unshare -rm mount -t tmpfs -o " + option + " tmpfs " + mount)
                                .redirectErrorStream(true)
                                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                                .start()
                                .waitFor()
                        == 0,
                "this user may not mount a file system in a namespace (unshare -rm)");
        List<String> options = List.of("-Dcresset.cuda.driver=" + driver, "-Dcresset.cuda.cublas=" + cublas);
        String java =
                CudaProcess.command(home, options, "load", "cresset.cache=" + home.resolve("other"), "load").stream()
                        .map(word -> "'" + word + "'")
                        .collect(Collectors.joining(" "));
        // The cache must be its owner's alone, as a folder that Cresset made is.
        String script = "mount -t tmpfs -o mode=700," + option + " tmpfs '" + mount + "' && exec " + java;
        return CudaProcess.start(List.of("unshare", "-rm", "sh", "-c", script), Map.of())
                .output();
    }
}
