package dev.cresset.nativeloader;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlatformTest {
    @ParameterizedTest
    @CsvSource({
        "Linux, amd64, linux-x86_64",
        "Linux, aarch64, linux-arm64",
        "Mac OS X, aarch64, macosx-arm64",
        "Mac OS X, x86_64, macosx-x86_64",
        "Windows 11, amd64, windows-x86_64",
    })
    void javasNamesOfAPlatformLeadToItsClassifier(String osName, String osArch, String classifier) {
        assertEquals(classifier, Platform.of(osName, osArch).classifier());
    }

    @Test
    void aPlatformWithoutLibrariesIsRefusedWithTheOnesThereAre() {
        NativeLibraryException thrown =
                assertThrows(NativeLibraryException.class, () -> Platform.of("SunOS", "sparcv9"));
        assertTrue(thrown.getMessage().contains("sunos-sparcv9"), thrown.getMessage());
        assertTrue(thrown.getMessage().contains("linux-x86_64"), thrown.getMessage());
    }
}
