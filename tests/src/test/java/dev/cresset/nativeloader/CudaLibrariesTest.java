package dev.cresset.nativeloader;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The whole way to JCuda, with stub libraries in the place of NVIDIA's.
class CudaLibrariesTest {
    @TempDir
    static Path stubs;

    @TempDir
    Path home;

    private static Path driver;
    private static Path cublas13;

    @BeforeAll
    static void compileStubs() throws Exception {
        StubLibrary.assumeCompiler();
        driver = StubLibrary.driver(stubs.resolve("driver"), 13000);
        cublas13 = StubLibrary.cublas(stubs.resolve("13"), 13);
    }

    @Test
    void jcudaIsLinkedToCuda13WhereThatIsWhatThereIs() throws Exception {
        String said = start(List.of(), "load", "calls", "natives", "property=java.io.tmpdir")
                .output();
        assertLine(said, "loaded driver 13000 " + driver + " cublas 13 " + cublas13 + " version 13.1.2");
        assertLine(said, "cuInit threw CUDA_ERROR_UNKNOWN");
        assertLine(said, "cublasCreate threw CUBLAS_STATUS_NOT_INITIALIZED");
        assertLine(said, "java.io.tmpdir is " + System.getProperty("java.io.tmpdir"));
        List<String> natives =
                said.lines().filter(line -> line.startsWith("native ")).toList();
        assertEquals(2, natives.size(), said);
        assertTrue(
                natives.stream()
                        .allMatch(line -> line.startsWith("native " + home.resolve("cache/native/jcuda-linux-x86_64"))),
                said);
        assertEquals("libcublas.so.13", JCublasBytes.cublas(Files.readAllBytes(cachedJCublas())));
    }

    @Test
    void jcudaIsTakenAsItIsForCuda12AndEachVersionHasItsOwnFiles() throws Exception {
        Path cublas12 = StubLibrary.cublas(stubs.resolve("12"), 12);
        String first =
                start(List.of("-Dcresset.cuda.cublas=" + cublas12), "load").output();
        assertTrue(first.contains(" cublas 12 " + cublas12 + " version 12.1.2"), first);
        assertEquals("libcublas.so.12", JCublasBytes.cublas(Files.readAllBytes(cachedJCublas())));
        String second = start(List.of(), "load").output();
        assertTrue(second.contains(" cublas 13 "), second);
        String third =
                start(List.of("-Dcresset.cuda.cublas=" + cublas12), "load").output();
        assertEquals(first, third);
    }

    @Test
    void twoProcessesMayStartAtOnce() throws Exception {
        CudaProcess one = start(List.of(), "load");
        CudaProcess other = start(List.of(), "load");
        assertTrue(one.output().startsWith("loaded driver 13000"), "the first was refused");
        assertTrue(other.output().startsWith("loaded driver 13000"), "the second was refused");
        try (Stream<Path> files = Files.walk(home)) {
            assertEquals(
                    List.of(),
                    files.filter(file -> file.toString().endsWith(".tmp")).toList());
        }
    }

    @Test
    void aDamagedCacheIsMended() throws Exception {
        start(List.of(), "load").output();
        Path file = cachedJCublas();
        byte[] right = Files.readAllBytes(file);
        byte[] wrong = right.clone();
        wrong[wrong.length / 2]++;
        Files.write(file, wrong);
        String said = start(List.of(), "load").output();
        assertTrue(said.startsWith("loaded"), said);
        assertEquals(-1, Files.mismatch(file, Files.write(home.resolve("right"), right)));
    }

    @Test
    void aFileInTheTemporaryFolderIsNotLoaded() throws Exception {
        Path temporary = Files.createDirectories(home.resolve("tmp"));
        JCudaNatives natives = JCudaNatives.of(Platform.current());
        for (String file : List.of(natives.driver(), natives.cublas())) {
            StubLibrary.compile(
                    temporary, file, "void __attribute__((constructor)) planted(void) { __builtin_trap(); }", "");
        }
        String said = start(List.of("-Djava.io.tmpdir=" + temporary), "load", "natives", "property=java.io.tmpdir")
                .output();
        assertTrue(said.startsWith("loaded"), said);
        assertFalse(said.contains("native " + temporary), said);
        assertLine(said, "java.io.tmpdir is " + temporary);
    }

    @Test
    void anotherCopyWhereJCudaLooksFirstIsRefusedAndTheSameOneIsNot() throws Exception {
        JCudaNatives natives = JCudaNatives.of(Platform.current());
        Path folder = Files.createDirectories(home.resolve("elsewhere"));
        Path copy = Files.writeString(folder.resolve(natives.driver()), "something else");
        List<String> options = List.of("-Djava.library.path=" + folder);
        String said = start(options, "load").output();
        assertTrue(
                said.startsWith("refused JCuda's native libraries cannot be loaded: JCuda would take " + copy), said);
        Files.copy(cachedJCublas().resolveSibling(natives.driver()), copy, StandardCopyOption.REPLACE_EXISTING);
        String second = start(options, "load", "natives").output();
        assertTrue(second.contains("loaded driver 13000"), second);
        assertTrue(second.contains("WARN"), second);
        assertLine(second, "native " + copy);
    }

    @Test
    void jcudaThatOtherCodeLoadedIsNamed() throws Exception {
        start(List.of(), "load").output();
        Path lt = cublas13.resolveSibling("libcublasLt.so.13");
        Path foreign = home.resolve(cachedJCublas().getFileName());
        Files.copy(cachedJCublas(), foreign);
        String said = start(List.of(), "open=" + driver, "open=" + lt, "open=" + cublas13, "open=" + foreign, "load")
                .output();
        assertTrue(said.contains("already loaded " + foreign + ", for other code that uses JCuda"), said);
    }

    @Test
    void aCacheThatCannotBeWrittenIsNamedAndAnotherMayBeTried() throws Exception {
        Path plain = Files.writeString(home.resolve("plain"), "not a folder");
        String said = start(
                        List.of("-Dcresset.cache=" + plain.resolve("cache")),
                        "load",
                        "cresset.cache=" + home.resolve("cache"),
                        "load")
                .output();
        assertTrue(said.startsWith("refused The native files of jcuda-linux-x86_64"), said);
        assertTrue(said.contains("CRESSET_CACHE"), said);
        assertTrue(said.contains("\nloaded driver 13000"), said);
    }

    private CudaProcess start(List<String> options, String... steps) throws IOException {
        List<String> all = new ArrayList<>(List.of(
                "-Djava.io.tmpdir=" + System.getProperty("java.io.tmpdir"),
                "-Dcresset.cuda.driver=" + driver,
                "-Dcresset.cuda.cublas=" + cublas13.getParent()));
        all.addAll(options);
        return CudaProcess.start(home, Map.of(), all, steps);
    }

    private Path cachedJCublas() throws IOException {
        String name = JCudaNatives.of(Platform.current()).cublas();
        try (Stream<Path> files = Files.walk(home.resolve("cache"))) {
            return files.filter(file -> file.getFileName().toString().equals(name))
                    .findFirst()
                    .orElseThrow();
        }
    }

    private static void assertLine(String said, String line) {
        assertTrue(said.lines().anyMatch(line::equals), () -> "no line '" + line + "' in\n" + said);
    }
}
