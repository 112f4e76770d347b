package dev.cresset.nativeloader;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Predicate;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NativeCacheTest {
    private static final NativeFiles FILES = new NativeFiles("things", "some/natives", List.of("one.so", "two.so"));
    private static final int SIZE = 300_000;

    @TempDir
    Path folder;

    private Path root;
    private NativeCache cache;
    private ClassLoader loader;

    @BeforeEach
    void putFilesOnTheClassPath() throws IOException {
        root = folder.resolve("deep/cache");
        cache = new NativeCache(root);
        loader = Thread.currentThread().getContextClassLoader();
        useJar("first.jar", 1);
    }

    @AfterEach
    void restoreTheClassPath() {
        Thread.currentThread().setContextClassLoader(loader);
    }

    @Test
    void theFilesAreUnpackedIntoAFolderNamedByTheirContents() throws IOException {
        Path home = cache.unpack(FILES);
        assertArrayEquals(content(1), Files.readAllBytes(home.resolve("one.so")));
        assertArrayEquals(content(2), Files.readAllBytes(home.resolve("two.so")));
        assertTrue(home.getFileName().toString().matches("things-[0-9a-f]{64}"), home.toString());
        assertEquals(List.of(), leftovers());
    }

    @Test
    void onlyTheOwnerCanEnter() throws IOException {
        Path home = cache.unpack(FILES);
        assumeTrue(Files.getFileStore(home).supportsFileAttributeView("posix"), "no POSIX permissions here");
        for (Path path : List.of(home, home.getParent(), root, root.getParent())) {
            assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(path)));
        }
    }

    @Test
    void whatIsInPlaceIsNotWrittenAgain() throws IOException {
        Path file = cache.unpack(FILES).resolve("one.so");
        FileTime longAgo = FileTime.fromMillis(1_000_000);
        Files.setLastModifiedTime(file, longAgo);
        assertEquals(file, cache.unpack(FILES).resolve("one.so"));
        assertEquals(longAgo, Files.getLastModifiedTime(file));
    }

    @Test
    void aDamagedOrMissingFileIsWrittenAgain() throws IOException {
        Path home = cache.unpack(FILES);
        byte[] damaged = content(1);
        damaged[SIZE / 2]++;
        Files.write(home.resolve("one.so"), damaged);
        Files.delete(home.resolve("two.so"));
        assertEquals(home, cache.unpack(FILES));
        assertArrayEquals(content(1), Files.readAllBytes(home.resolve("one.so")));
        assertArrayEquals(content(2), Files.readAllBytes(home.resolve("two.so")));
        Files.write(home.resolve("one.so"), new byte[0]);
        cache.unpack(FILES);
        assertArrayEquals(content(1), Files.readAllBytes(home.resolve("one.so")));
    }

    @Test
    void damagedSumsAreMadeAnew() throws IOException {
        Path home = cache.unpack(FILES);
        Path sums = sumsFile();
        String right = Files.readString(sums);
        for (String wrong : List.of("", "nonsense\n", right.replace("one.so", "six.so"), flipDigit(right))) {
            Files.writeString(sums, wrong);
            assertEquals(home, cache.unpack(FILES));
            assertEquals(right, Files.readString(sums));
            assertArrayEquals(content(1), Files.readAllBytes(home.resolve("one.so")));
        }
        Files.write(sums, new byte[] {(byte) 0xff, (byte) 0xfe, 0});
        assertEquals(home, cache.unpack(FILES));
    }

    @Test
    void otherContentsUnderTheSameNamesGetAFolderOfTheirOwn() throws IOException {
        Path first = cache.unpack(FILES);
        useJar("second.jar", 7);
        Path second = cache.unpack(FILES);
        assertNotEquals(first, second);
        assertArrayEquals(content(7), Files.readAllBytes(second.resolve("one.so")));
        assertArrayEquals(content(1), Files.readAllBytes(first.resolve("one.so")));
    }

    @Test
    void filesThatAreRewrittenAreStoredSoAndApartFromTheOthers() throws IOException {
        Path plain = cache.unpack(FILES);
        Path first = cache.unpack(rewritten("1", 8));
        Path second = cache.unpack(rewritten("2", 9));
        assertEquals(3, Set.of(plain, first, second).size());
        assertArrayEquals(content(1), Files.readAllBytes(plain.resolve("one.so")));
        assertArrayEquals(content(8), Files.readAllBytes(first.resolve("one.so")));
        assertArrayEquals(content(9), Files.readAllBytes(second.resolve("one.so")));
        assertArrayEquals(content(2), Files.readAllBytes(first.resolve("two.so")));
        Files.write(first.resolve("one.so"), content(1));
        assertEquals(first, cache.unpack(rewritten("1", 8)));
        assertArrayEquals(content(8), Files.readAllBytes(first.resolve("one.so")));
    }

    private static NativeFiles rewritten(String name, int seed) {
        Rewrite rewrite = new Rewrite(name, (file, bytes) -> file.equals("one.so") ? content(seed) : bytes);
        return new NativeFiles(FILES.name(), FILES.folder(), FILES.files(), rewrite);
    }

    @Test
    void filesInAPlainFolderOfTheClassPathWorkToo() throws IOException {
        Path natives = Files.createDirectories(folder.resolve("classes/some/natives"));
        Files.write(natives.resolve("one.so"), content(4));
        Files.write(natives.resolve("two.so"), content(5));
        use(folder.resolve("classes").toUri().toURL());
        assertArrayEquals(content(4), Files.readAllBytes(cache.unpack(FILES).resolve("one.so")));
    }

    @Test
    void aFileThatIsNotOnTheClassPathIsNamed() {
        NativeFiles missing = new NativeFiles("things", "some/natives", List.of("three.so"));
        NativeLibraryException thrown = assertThrows(NativeLibraryException.class, () -> cache.unpack(missing));
        assertTrue(thrown.getMessage().contains("some/natives/three.so is not on the class path"), thrown.getMessage());
    }

    @Test
    void manyAtOnceAllGetTheWholeFiles() throws Exception {
        ClassLoader withFiles = Thread.currentThread().getContextClassLoader();
        Callable<Path> unpack = () -> {
            Thread.currentThread().setContextClassLoader(withFiles);
            Path home = new NativeCache(root).unpack(FILES);
            assertArrayEquals(content(1), Files.readAllBytes(home.resolve("one.so")));
            return home;
        };
        try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
            List<Callable<Path>> all = new ArrayList<>();
            for (int i = 0; i < 32; i++) {
                all.add(unpack);
            }
            for (Future<Path> future : threads.invokeAll(all)) {
                future.get();
            }
        }
        assertEquals(List.of(), leftovers());
    }

    @Test
    void aFolderThatCannotBeMadeIsNamedWithTheRemedy() throws IOException {
        Path plainFile = Files.writeString(folder.resolve("plain"), "not a folder");
        NativeCache impossible = new NativeCache(plainFile.resolve("cache"));
        NativeLibraryException thrown = assertThrows(NativeLibraryException.class, () -> impossible.unpack(FILES));
        assertTrue(thrown.getMessage().contains(plainFile.resolve("cache").toString()), thrown.getMessage());
        assertTrue(thrown.getMessage().contains("CRESSET_CACHE"), thrown.getMessage());
        assertTrue(thrown.getMessage().contains("-Dcresset.cache="), thrown.getMessage());
        Files.delete(plainFile);
        impossible.unpack(FILES);
    }

    @Test
    void aReadOnlyFolderIsNamedWithTheRemedy() throws IOException {
        Files.createDirectories(root);
        assumeTrue(root.toFile().setWritable(false) && !Files.isWritable(root), "this user may write everywhere");
        NativeLibraryException thrown = assertThrows(NativeLibraryException.class, () -> cache.unpack(FILES));
        assertTrue(thrown.getMessage().contains(root.toString()), thrown.getMessage());
        assertTrue(thrown.getMessage().contains("CRESSET_CACHE"), thrown.getMessage());
    }

    @Test
    void aFolderThatOthersMayWriteIsRefused() throws IOException {
        Files.createDirectories(root);
        assumeTrue(Files.getFileStore(root).supportsFileAttributeView("posix"), "no POSIX permissions here");
        Files.setPosixFilePermissions(root, PosixFilePermissions.fromString("rwxrwxrwx"));
        NativeLibraryException thrown = assertThrows(NativeLibraryException.class, () -> cache.unpack(FILES));
        assertTrue(thrown.getMessage().contains("may be written by others (rwxrwxrwx)"), thrown.getMessage());
    }

    private static byte[] content(int seed) {
        byte[] bytes = new byte[SIZE];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    private void useJar(String name, int seed) throws IOException {
        Path jar = folder.resolve(name);
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar))) {
            for (int i = 0; i < 2; i++) {
                out.putNextEntry(new JarEntry("some/natives/" + FILES.files().get(i)));
                out.write(content(seed + i));
                out.closeEntry();
            }
        }
        use(jar.toUri().toURL());
    }

    private void use(URL url) {
        Thread.currentThread().setContextClassLoader(new URLClassLoader(new URL[] {url}, loader));
    }

    private Path sumsFile() throws IOException {
        return found(path -> path.toString().endsWith(".sums")).getFirst();
    }

    private List<Path> leftovers() throws IOException {
        return found(path -> path.toString().endsWith(".tmp"));
    }

    private List<Path> found(Predicate<Path> wanted) throws IOException {
        try (Stream<Path> paths = Files.walk(root)) {
            return paths.filter(wanted).toList();
        }
    }

    private static String flipDigit(String sums) {
        return (sums.charAt(0) == '0' ? '1' : '0') + sums.substring(1);
    }
}
