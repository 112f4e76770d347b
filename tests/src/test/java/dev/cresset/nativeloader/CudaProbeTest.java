package dev.cresset.nativeloader;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cresset.nativeloader.LibrarySearch.Look;
import dev.cresset.nativeloader.LibrarySearch.Outcome;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CudaProbeTest {
    @Test
    void whereJCudaHasNoNativesThatIsSaidAndNothingIsLookedFor() {
        Environment empty = new Environment(name -> null, name -> null, Path.of("/"));
        for (Platform platform : List.of(Platform.LINUX_ARM64, Platform.MACOSX_ARM64, Platform.MACOSX_X86_64)) {
            LoadReport report =
                    CudaProbe.run(platform, empty, CudaProbe.Depth.EVERYTHING).report();
            assertEquals(List.of(), report.searches());
            assertEquals(
                    "There is no CUDA device on " + platform.classifier()
                            + ": JCuda has native libraries for linux-x86_64 and windows-x86_64. Use the CPU device,"
                            + " or run on one of these.",
                    report.problem().orElseThrow().text());
        }
    }

    @Test
    void theReportIsReadByPeopleAndByPrograms() {
        LibrarySearch search = new LibrarySearch(
                "cuBLAS",
                List.of("libcublas.so.13", "libcublas.so.12"),
                List.of(
                        new Look(1, "-Dcresset.cuda.cublas", "", Outcome.NOT_SET, "not set"),
                        new Look(4, "CUDA_HOME", "/a", Outcome.ABSENT, ""),
                        new Look(5, "toolkits", "/b/libcublas.so.13", Outcome.REFUSED, "it is wrong"),
                        new Look(5, "toolkits", "/c/libcublas.so.13", Outcome.TAKEN, "")),
                Optional.of(new LibrarySearch.Found("/c/libcublas.so.13", "version 13.1.1")));
        LoadReport report = new LoadReport(
                "linux-x86_64",
                List.of(search),
                Optional.empty(),
                Optional.of(new LoadReport.Problem("It was not found.", "Install it.")));
        assertEquals("""
                CUDA on linux-x86_64, Java %s
                cuBLAS (libcublas.so.13 or libcublas.so.12): /c/libcublas.so.13, version 13.1.1
                  1. -Dcresset.cuda.cublas: not set
                  4. CUDA_HOME: /a: not there
                  5. toolkits: /b/libcublas.so.13: REFUSED: it is wrong
                     toolkits: /c/libcublas.so.13: taken
                JCuda's natives: not unpacked
                Problem: It was not found.
                To do: Install it.
                """.formatted(Runtime.version()), report.text());
        assertEquals(Optional.of(search), report.search("cuBLAS"));
        assertTrue(report.search("driver").isEmpty());
    }

    @Test
    void theWordsOfTheSystemsLoaderHaveARemedyEach() {
        assertTrue(LinkerRemedy.of("x.so: failed to map segment from shared object")
                .contains("noexec"));
        assertTrue(LinkerRemedy.of("x.so: wrong ELF class: ELFCLASS32").contains("this processor"));
        assertTrue(LinkerRemedy.of("x.so: file too short").contains("not complete"));
        assertTrue(LinkerRemedy.of("x.so: version `GLIBC_2.38' not found").contains("C library"));
        assertTrue(LinkerRemedy.of("liby.so: cannot open shared object file").contains("LD_LIBRARY_PATH"));
        assertTrue(LinkerRemedy.of("x.so: undefined symbol: f").contains("one CUDA toolkit"));
        assertTrue(LinkerRemedy.of("anything else").contains("Install it again"));
    }
}
