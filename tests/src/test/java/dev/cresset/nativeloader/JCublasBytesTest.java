package dev.cresset.nativeloader;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class JCublasBytesTest {
    private byte[] original;

    @BeforeEach
    void read() throws Exception {
        assumeTrue(
                Platform.current() == Platform.LINUX_X86_64, "JCuda's library for Linux comes with linux-x86_64 only");
        String name = JCudaNatives.of(Platform.LINUX_X86_64).cublas();
        try (InputStream in = new NativeFiles("jcuda", "lib", List.of(name)).open(name)) {
            original = in.readAllBytes();
        }
    }

    @Test
    void itIsLinkedAgainstCuda12AndTakes494Functions() throws RefusedException {
        assertEquals("libcublas.so.12", JCublasBytes.cublas(original));
        List<String> functions = JCublasBytes.functions(original);
        assertEquals(494, functions.size());
        assertTrue(functions.containsAll(List.of("cublasCreate_v2", "cublasSgemm_v2", "cublasGemmEx")));
        assertTrue(functions.stream().allMatch(name -> name.startsWith("cublas")));
    }

    /// One digit of the name, and the four bytes of its hash; the name is there once.
    @Test
    void linkingItToCuda13ChangesTheDigitAndTheHash() throws RefusedException {
        byte[] before = original.clone();
        byte[] changed = JCublasBytes.linkedTo("libcublas.so.13", original);
        assertArrayEquals(before, original, "the original was changed");
        assertEquals("libcublas.so.13", JCublasBytes.cublas(changed));
        assertEquals(JCublasBytes.functions(original), JCublasBytes.functions(changed));
        List<Integer> places = new ArrayList<>();
        for (int at = Arrays.mismatch(original, changed); at >= 0; ) {
            places.add(at);
            int next = Arrays.mismatch(original, at + 1, original.length, changed, at + 1, changed.length);
            at = next < 0 ? -1 : at + 1 + next;
        }
        // The two hashes differ in their lowest byte only, since the names differ in their last letter.
        assertEquals(2, places.size(), places::toString);
        assertTrue(places.stream().anyMatch(at -> original[at] == '2' && changed[at] == '3'));
        assertArrayEquals(original, JCublasBytes.linkedTo("libcublas.so.12", changed));
    }

    @Test
    void theHashIsTheOneOfTheSystemVAbi() {
        // From the tables of libraries that the GNU linker made.
        assertEquals(0x09691a75, VersionedImports.hashOf("GLIBC_2.2.5"));
        assertEquals(0x0d696913, VersionedImports.hashOf("GLIBC_2.3"));
    }

    @Test
    void whatIsNotAsExpectedIsRefused() {
        assertRefused("no room", original, "libcublas.so.130");
        assertRefused("no Linux library", new byte[100], "libcublas.so.13");
        assertRefused("damaged", Arrays.copyOf(original, 5000), "libcublas.so.13");
        byte[] forArm = original.clone();
        forArm[18] = (byte) 183;
        assertRefused("64-bit ARM", forArm, "libcublas.so.13");
        byte[] wrongHash = original.clone();
        wrongHash[hashPlace()]++;
        assertRefused("its hash of libcublas.so.12 is not that name's", wrongHash, "libcublas.so.13");
        byte[] otherNeed = original.clone();
        otherNeed[namePlace()] = 'x';
        assertRefused("it needs 0 libraries", otherNeed, "libcublas.so.13");
        byte[] partOfLonger = original.clone();
        partOfLonger[namePlace() - 1] = 'x';
        assertRefused("part of a longer text", partOfLonger, "libcublas.so.13");
    }

    /// Whatever is damaged, it is refused or read; nothing else is thrown, and nothing hangs.
    @Test
    void damagedHeadersAreRefusedCleanly() {
        Random random = new Random(1);
        int refused = 0;
        for (int i = 0; i < 500; i++) {
            byte[] damaged = original.clone();
            int limit = random.nextBoolean() ? 0x300 : 0x14d10;
            int start = random.nextBoolean() ? 0 : 0x14110;
            for (int k = 0; k < 8; k++) {
                damaged[(start + random.nextInt(limit)) % 0x14d10] = (byte) random.nextInt();
            }
            try {
                JCublasBytes.linkedTo("libcublas.so.13", damaged);
            } catch (RefusedException e) {
                refused++;
            }
        }
        assertTrue(refused > 50, "only " + refused + " were refused");
    }

    private int hashPlace() {
        return (int) imports().hash();
    }

    private int namePlace() {
        return imports().texts().getFirst().intValue();
    }

    private VersionedImports imports() {
        try {
            return VersionedImports.of(new ElfFile(MemorySegment.ofArray(original)), "libcublas.so.");
        } catch (RefusedException e) {
            throw new AssertionError(e);
        }
    }

    private static void assertRefused(String reason, byte[] library, String soname) {
        RefusedException thrown = assertThrows(RefusedException.class, () -> JCublasBytes.linkedTo(soname, library));
        assertTrue(thrown.reason().contains(reason), thrown.reason());
    }
}
