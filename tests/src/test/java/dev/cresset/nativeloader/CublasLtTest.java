package dev.cresset.nativeloader;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.cresset.nativeloader.LibrarySearch.Outcome;
import org.junit.jupiter.api.Test;

/// A cuBLAS of a CUDA that there is not: nothing that belongs to it is in this process.
class CublasLtTest {
    private static final CublasLibrary ALONE =
            new CublasLibrary("/somewhere/libcublas.so.99", "libcublas.so.99", 99, "99.0.0");

    @Test
    void aCublasLtThatIsNotThereIsNamedWithItsPlace() {
        assumeTrue(!Platform.isWindows(), "on Windows it is looked for beside cuBLAS");
        RefusedException thrown = assertThrows(RefusedException.class, () -> CublasLt.of(ALONE));
        assertEquals(
                "libcublasLt.so.99 is not beside /somewhere/libcublas.so.99, and nothing has loaded it",
                thrown.reason());
        assertTrue(thrown.remedy().contains("pip install nvidia-cublas"), thrown.remedy());
    }

    @Test
    void theReportSaysSoToo() {
        LibrarySearch said = CublasLt.report(ALONE);
        assertEquals("cuBLASLt", said.library());
        assertTrue(said.found().isEmpty());
        assertEquals(Outcome.REFUSED, said.looks().getFirst().outcome());
    }
}
