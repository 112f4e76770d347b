package dev.cresset.nativeloader;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class OneDnnTest {
    @BeforeEach
    void isForThisPlatform() {
        assumeFalse(Platform.current().oneDnnFiles().isEmpty(), "Cresset has oneDNN for Linux x86-64 only");
    }

    @Test
    void itMultipliesOnTheThreadThatCallsAndLeavesOpenMpAsItWas() {
        OneDnn library = OneDnn.load();
        assertSame(library, OneDnn.load());
        int before = library.openMpThreads();
        library.openMpThreads(3);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment a = arena.allocateFrom(ValueLayout.JAVA_FLOAT, 1, 2, 3, 4, 5, 6);
            MemorySegment b = arena.allocateFrom(ValueLayout.JAVA_FLOAT, 1, 0, 1, 0, 1, 0);
            MemorySegment c = arena.allocateFrom(ValueLayout.JAVA_FLOAT, Float.NaN, Float.NaN, Float.NaN, Float.NaN);
            library.sgemm(
                    OneDnn.NO_TRANSPOSE, OneDnn.TRANSPOSE, 2, 2, 3, a.address(), 3, b.address(), 3, 0, c.address(), 2);
            assertArrayEquals(new float[] {4, 2, 10, 5}, c.toArray(ValueLayout.JAVA_FLOAT));
            assertEquals(3, library.openMpThreads());
        } finally {
            library.openMpThreads(before);
        }
    }

    @Test
    void itSaysWhatItIs() {
        assertTrue(
                OneDnn.load().version().matches("\\d+\\.\\d+\\.\\d+"),
                OneDnn.load().version());
        assertFalse(OneDnn.load().instructions().isEmpty());
    }

    @Test
    void theLibraryForFloatsIsChosenByAProperty() {
        assertEquals(CpuLibrary.ONEDNN, chosen(null, Platform.LINUX_X86_64));
        assertEquals(CpuLibrary.OPENBLAS, chosen(null, Platform.LINUX_ARM64));
        assertEquals(CpuLibrary.OPENBLAS, chosen(" OpenBLAS ", Platform.LINUX_X86_64));
        IllegalArgumentException thrown =
                assertThrows(IllegalArgumentException.class, () -> chosen("mkl", Platform.LINUX_X86_64));
        assertEquals(
                "The property cresset.cpu.products is onednn or openblas, found 'mkl': correct it or leave it out.",
                thrown.getMessage());
    }

    private static CpuLibrary chosen(String value, Platform platform) {
        return CpuLibrary.forFloats(new Environment(name -> value, name -> null, Path.of("/")), platform);
    }
}
