package dev.cresset.nativeloader;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileCacheTest {
    @TempDir
    Path folder;

    private Path place;
    private FileCache cache;
    private int made;

    @BeforeEach
    void open() {
        place = folder.resolve("cache/cubin");
        cache = new FileCache(place);
    }

    @Test
    void contentsAreMadeOnceAndKeptForTheNextRun() throws IOException {
        assertGives("one", "key", 1);
        assertGives("one", "key", 1);
        cache = new FileCache(place);
        assertGives("one", "key", 1);
        assertEquals(1, files().size());
    }

    @Test
    void eachKeyHasContentsOfItsOwnEvenNone() throws IOException {
        assertGives("", "a", 1);
        assertGives("two", "b", 2);
        assertGives("", "a", 2);
        assertGives("two", "b", 2);
        assertEquals(2, files().size());
    }

    @Test
    void aDamagedFileIsMadeAgain() throws IOException {
        assertGives("contents", "key", 1);
        Path file = files().getFirst();
        byte[] right = Files.readAllBytes(file);
        int times = 1;
        for (int at : new int[] {0, 64, 65, right.length - 1}) {
            byte[] wrong = right.clone();
            wrong[at]++;
            Files.write(file, wrong);
            assertGives("contents", "key", ++times);
            assertArrayEquals(right, Files.readAllBytes(file));
        }
    }

    @Test
    void aFileThatWasCutIsMadeAgain() throws IOException {
        assertGives("contents", "key", 1);
        Path file = files().getFirst();
        byte[] right = Files.readAllBytes(file);
        int times = 1;
        for (int length : new int[] {0, 10, 64, 65, right.length - 1}) {
            Files.write(file, Arrays.copyOf(right, length));
            assertGives("contents", "key", ++times);
        }
    }

    @Test
    void theFileOfAnotherKeyIsNotTaken() throws IOException {
        assertGives("one", "a", 1);
        Path first = files().getFirst();
        assertGives("two", "b", 2);
        Path second =
                files().stream().filter(file -> !file.equals(first)).findFirst().orElseThrow();
        Files.copy(first, second, StandardCopyOption.REPLACE_EXISTING);
        assertGives("two", "b", 3);
    }

    @Test
    void whereNothingCanBeKeptItIsMadeEachTime() throws IOException {
        cache = new FileCache(Files.writeString(folder.resolve("plain"), "").resolve("cache"));
        assertGives("one", "key", 1);
        assertGives("one", "key", 2);
    }

    @Test
    void whatOthersMayWriteIsNotRead() throws IOException {
        assumeTrue(Files.getFileStore(folder).supportsFileAttributeView("posix"), "no POSIX permissions here");
        assertGives("one", "key", 1);
        Files.setPosixFilePermissions(place, PosixFilePermissions.fromString("rwxrwxrwx"));
        assertGives("one", "key", 2);
    }

    @Test
    void whatMakingThrowsIsThrownAndNothingIsKept() throws IOException {
        NativeLibraryException failure = new NativeLibraryException("does not compile", null);
        assertEquals(
                failure,
                assertThrows(
                        NativeLibraryException.class,
                        () -> cache.get("key", () -> {
                            throw failure;
                        })));
        assertGives("one", "key", 1);
    }

    @Test
    void manyAtOnceAllGetTheWholeContents() throws Exception {
        byte[] contents = new byte[300_000];
        contents[contents.length - 1] = 1;
        try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
            List<Future<byte[]>> all = IntStream.range(0, 32)
                    .mapToObj(i -> threads.submit(() -> new FileCache(place).get("key", () -> contents)))
                    .toList();
            for (Future<byte[]> one : all) {
                assertArrayEquals(contents, one.get());
            }
        }
        assertEquals(1, files().size());
    }

    private void assertGives(String contents, String key, int times) {
        byte[] given = cache.get(key, () -> {
            made++;
            return contents.getBytes(StandardCharsets.UTF_8);
        });
        assertEquals(contents, new String(given, StandardCharsets.UTF_8));
        assertEquals(times, made);
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(place)) {
            return files.toList();
        }
    }
}
