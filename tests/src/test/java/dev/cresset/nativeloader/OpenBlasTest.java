package dev.cresset.nativeloader;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OpenBlasTest {
    @TempDir
    Path folder;

    @Test
    void itMultipliesInBothPrecisions() {
        OpenBlas blas = OpenBlas.load();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment a = arena.allocateFrom(ValueLayout.JAVA_FLOAT, 1, 2, 3, 4, 5, 6);
            MemorySegment b = arena.allocateFrom(ValueLayout.JAVA_FLOAT, 1, 0, 1, 0, 1, 0);
            MemorySegment c = arena.allocateFrom(ValueLayout.JAVA_FLOAT, Float.NaN, Float.NaN, Float.NaN, Float.NaN);
            blas.sgemm(
                    OpenBlas.NO_TRANSPOSE,
                    OpenBlas.TRANSPOSE,
                    2,
                    2,
                    3,
                    a.address(),
                    3,
                    b.address(),
                    3,
                    0,
                    c.address(),
                    2);
            assertArrayEquals(new float[] {4, 2, 10, 5}, c.toArray(ValueLayout.JAVA_FLOAT));
            MemorySegment x = arena.allocateFrom(ValueLayout.JAVA_DOUBLE, 1, 2, 3, 4);
            MemorySegment y = arena.allocateFrom(ValueLayout.JAVA_DOUBLE, 1, 1, 1, 1);
            blas.dgemm(
                    OpenBlas.TRANSPOSE,
                    OpenBlas.NO_TRANSPOSE,
                    2,
                    2,
                    2,
                    x.address(),
                    2,
                    x.address(),
                    2,
                    0.5,
                    y.address(),
                    2);
            assertArrayEquals(new double[] {10.5, 14.5, 14.5, 20.5}, y.toArray(ValueLayout.JAVA_DOUBLE));
        }
    }

    @Test
    void itIsLoadedOnceAndComputesOnTheThreadThatCalls() {
        OpenBlas blas = OpenBlas.load();
        assertSame(blas, OpenBlas.load());
        assertEquals(1, blas.threads());
        assertTrue(blas.config().startsWith("OpenBLAS "), blas.config());
        assertFalse(blas.coreName().isEmpty());
    }

    @Test
    void nothingIsLoadedBeforeItIsAskedForAndAFailureCanBeTriedAgain() throws Exception {
        Path plainFile = Files.writeString(folder.resolve("plain"), "not a folder");
        String output = LoadingProcess.start(plainFile, folder.resolve("cache")).output();
        List<String> lines = output.lines().toList();
        assertEquals("at first false " + OpenBlas.TRANSPOSE, lines.get(0));
        assertTrue(lines.get(1).startsWith("refused The native files of openblas-"), output);
        assertTrue(lines.get(1).contains(plainFile.toString()), output);
        assertTrue(lines.get(1).contains("CRESSET_CACHE"), output);
        // No further line: neither Java nor LWJGL has printed anything.
        assertEquals(List.of("threads 1", "exit 0"), lines.subList(2, lines.size()), output);
    }

    @Test
    void kernelsThatTheEnvironmentNamesAreToldOf() {
        assertEquals(Optional.empty(), OpenBlas.note(new Environment(name -> null, name -> null, Path.of("/"))));
        Environment forced = new Environment(
                name -> null, name -> name.equals("OPENBLAS_CORETYPE") ? "Haswell" : null, Path.of("/"));
        String note = OpenBlas.note(forced).orElseThrow();
        assertTrue(note.startsWith("OPENBLAS_CORETYPE=Haswell is set"), note);
        assertTrue(note.endsWith("unset it unless that is meant."), note);
    }

    @Test
    void severalProcessesMayUnpackAtOnce() throws IOException, InterruptedException {
        List<LoadingProcess> processes = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            processes.add(LoadingProcess.start(folder.resolve("cache")));
        }
        for (LoadingProcess process : processes) {
            String output = process.output();
            assertTrue(output.endsWith("threads 1" + System.lineSeparator() + "exit 0"), output);
        }
    }

    @Test
    void aDamagedLibraryInTheCacheIsRepairedBeforeItIsLoaded() throws Exception {
        Path cache = folder.resolve("cache");
        LoadingProcess.start(cache).output();
        List<Path> files;
        try (var paths = Files.walk(cache)) {
            files = paths.filter(path -> path.toString().contains("openblas-") && Files.isRegularFile(path))
                    .toList();
        }
        for (Path file : files) {
            Files.write(file, new byte[] {1, 2, 3});
        }
        String output = LoadingProcess.start(cache).output();
        assertTrue(output.endsWith("threads 1" + System.lineSeparator() + "exit 0"), output);
        assertTrue(files.stream().allMatch(file -> file.toFile().length() > 1000));
    }
}
