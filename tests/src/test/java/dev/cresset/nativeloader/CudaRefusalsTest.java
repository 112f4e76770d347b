package dev.cresset.nativeloader;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What keeps CUDA from being loaded, each with the words that a user gets for it.
class CudaRefusalsTest {
    @TempDir
    static Path folder;

    @TempDir
    Path home;

    private static Path driver;
    private static Path cublas;

    @BeforeAll
    static void compileStubs() throws Exception {
        StubLibrary.assumeCompiler();
        driver = StubLibrary.driver(folder.resolve("driver"), 13000);
        cublas = StubLibrary.cublas(folder.resolve("cublas"), 13);
    }

    /// One Java meets them all in turn, so a refusal does not stand in the way of the next attempt.
    @Test
    void whatIsWrongWithAPlaceThatTheUserNamesIsSaidAndItMayBeCorrected() throws Exception {
        Path nothing = folder.resolve("nothing");
        Path empty = Files.createDirectories(folder.resolve("empty"));
        Path text = Files.writeString(
                folder.resolve("text"),
                "a plain text of more than sixty-four characters, no" + " library of any kind at all");
        Path cut = Files.write(folder.resolve("cut"), Arrays.copyOf(Files.readAllBytes(driver), 2000));
        Path old = StubLibrary.driver(folder.resolve("old"), 11040);
        Path stub = StubLibrary.driver(folder.resolve("stub"), 0, 34);
        Path broken = StubLibrary.driver(folder.resolve("broken"), 13000, 999);
        Path arm = StubLibrary.forArm(driver, folder.resolve("arm"));
        Path older = StubLibrary.driver(folder.resolve("older"), 12080);
        Path partial = StubLibrary.cublas(folder.resolve("partial"), 13, "cublasDgemm_v2", "cublasZgemm_v2");
        Path alone = StubLibrary.cublas(folder.resolve("alone"), 13);
        Files.delete(alone.resolveSibling("libcublasLt.so.13"));
        Path liar = StubLibrary.cublas(folder.resolve("liar"), 12);
        byte[] other = Files.readAllBytes(liar);
        Files.write(liar, replaced(other, ".so.12", ".so.13"));
        Files.copy(cublas.resolveSibling("libcublasLt.so.13"), liar.resolveSibling("libcublasLt.so.13"));

        List<String> steps = new ArrayList<>();
        for (Path place : List.of(nothing, empty, text, cut, old, stub, broken, arm, cublas)) {
            steps.addAll(List.of("cresset.cuda.driver=" + place, "load"));
        }
        steps.add("cresset.cuda.driver=" + older);
        for (Path place : List.of(nothing, cublas)) {
            steps.addAll(List.of("cresset.cuda.cublas=" + place, "load"));
        }
        // The driver for 12.8 is in use now; only another Java can have the one for 13.0.
        steps.addAll(List.of("cresset.cuda.driver=" + driver, "load"));
        List<String> said = lines(steps);
        assertRefusals(
                said,
                nothing + " cannot be used: there is no such file. Correct -Dcresset.cuda.driver",
                empty + " cannot be used: this folder has no libcuda.so.1.",
                text + " cannot be used: it is no Linux library.",
                cut + " cannot be used: it is damaged or not complete.",
                old + " cannot be used: this driver is too old: it is for CUDA 11.4, and one for CUDA 12.0 (driver"
                        + " 525.60) or newer is needed. Update NVIDIA's driver",
                stub + " cannot be used: it is the toolkit's stub",
                broken + " cannot be used: it does not say its version (cuDriverGetVersion: 999).",
                arm + " cannot be used: it is for another processor (64-bit ARM, and this Java runs on x86-64).",
                cublas + " cannot be used: it calls itself 'libcublas.so.13', and libcuda.so.1 is looked for.",
                nothing + " cannot be used: there is no such file. Correct -Dcresset.cuda.cublas",
                cublas + " cannot be used: it is of CUDA 13, and the driver runs CUDA 12.8 and older. Install it"
                        + " with: pip install nvidia-cublas-cu12",
                driver + " cannot be used: this Java has already loaded another one, " + older);

        steps.clear();
        steps.add("cresset.cuda.driver=" + driver);
        for (Path place : List.of(alone, partial, liar, cublas)) {
            steps.addAll(List.of("cresset.cuda.cublas=" + place, "load"));
        }
        said = lines(steps);
        assertRefusals(
                said.subList(0, 3),
                alone + " cannot be used: the system cannot load it: libcublasLt.so.13: cannot open shared object"
                        + " file: No such file or directory. Install the library that it needs beside it",
                partial + " cannot be used: it lacks 2 of the 494 functions that JCuda takes from it, such as"
                        + " cublasDgemm_v2. Install it with: pip install nvidia-cublas (",
                liar + " cannot be used: its name says version 13, and itself says [12, 1, 2].");
        assertTrue(said.getLast().startsWith("loaded driver 13000"), said.getLast());
    }

    @Test
    void whereThereIsNothingTheReportNamesEveryPlaceAndTheOneThingToDo() throws Exception {
        List<String> said = lines(List.of("report", "load"));
        assumeTrue(
                said.stream().anyMatch(line -> line.startsWith("driver (libcuda.so.1): none")),
                "this machine has a driver");
        String report = String.join("\n", said);
        for (String place : List.of(
                "1. -Dcresset.cuda.driver: not set",
                "2. CRESSET_CUDA_DRIVER: not set",
                "3. loaded by other code: none",
                "4. LD_LIBRARY_PATH: not set",
                "6. the system's loader: libcuda.so.1: not there",
                "1. -Dcresset.cuda.cublas: not set",
                "4. CUDA_PATH, CUDA_HOME: not set",
                "NVRTC (libnvrtc.so.13 or libnvrtc.so.12): ",
                "Problem: NVIDIA's driver was not found.",
                "To do: Install NVIDIA's driver")) {
            assertTrue(report.contains(place), () -> "no '" + place + "' in\n" + report);
        }
        assertTrue(said.getLast().startsWith("refused NVIDIA's driver was not found. Install"), said.getLast());
    }

    @Test
    void whatIsFoundByItselfAndDoesNotFitIsPassedOverAndReported() throws Exception {
        Path wrong = StubLibrary.forArm(driver, folder.resolve("first")).getParent();
        List<String> said = lines(
                List.of("report"),
                Map.of(
                        "LD_LIBRARY_PATH",
                        wrong + ":" + driver.getParent(),
                        "CUDA_HOME",
                        toolkit().toString()));
        String report = String.join("\n", said);
        assertTrue(
                report.contains(
                        "4. LD_LIBRARY_PATH: " + wrong.resolve("libcuda.so.1") + ": REFUSED: it is for another"),
                report);
        assertTrue(report.contains("\n     LD_LIBRARY_PATH: " + driver + ": taken"), report);
        assertTrue(report.contains("4. CUDA_PATH, CUDA_HOME: " + toolkit().resolve("lib64/libcublas.so.13")), report);
        assertTrue(report.contains("All libraries that are needed are there."), report);
        assertFalse(report.contains("Problem"), report);
    }

    @Test
    void pipsPackagesAreFoundAndTheVersionThatTheDriverRunsIsTaken() throws Exception {
        Path older = StubLibrary.driver(folder.resolve("driver12"), 12040);
        Path site = home.resolve(".local/lib/python3.12/site-packages/nvidia");
        Path new13 = StubLibrary.cublas(site.resolve("cu13/lib"), 13);
        Path new12 = StubLibrary.cublas(site.resolve("cublas/lib"), 12);
        List<String> said = lines(List.of("cresset.cuda.driver=" + older, "load", "report"), Map.of("PATH", ""));
        assumeTrue(
                said.stream()
                        .noneMatch(line -> line.matches(".*(usual folders of toolkits|LD_LIBRARY_PATH): .*: taken")),
                "this machine has a cuBLAS in a place that comes before pip's");
        assertTrue(said.getFirst().startsWith("loaded driver 12040 " + older + " cublas 12 " + new12), said.getFirst());
        String report = String.join("\n", said);
        assertTrue(report.contains("7. conda and pip: " + new13 + ": REFUSED: it is of CUDA 13"), report);
    }

    @Test
    void aCublasLtThatCannotBeUsedIsAnAnswerAndNothingElseFails() throws Exception {
        List<String> said =
                lines(List.of("cresset.cuda.driver=" + driver, "cresset.cuda.cublas=" + cublas, "lt", "load"));
        assertTrue(
                said.getFirst().matches("refused it lacks the function cublasLt\\w+\\. Install it again, .*"),
                said.getFirst());
        assertTrue(said.getLast().startsWith("loaded driver 13000"), said.getLast());
    }

    private static Path toolkit() throws Exception {
        Path toolkit = folder.resolve("toolkit");
        if (!Files.exists(toolkit)) {
            StubLibrary.cublas(toolkit.resolve("lib64"), 13);
        }
        return toolkit;
    }

    private static byte[] replaced(byte[] bytes, String text, String with) {
        Charset bytewise = StandardCharsets.ISO_8859_1;
        return new String(bytes, bytewise).replace(text, with).getBytes(bytewise);
    }

    private static void assertRefusals(List<String> said, String... expected) {
        assertEquals(expected.length, said.size(), () -> String.join("\n", said));
        for (int i = 0; i < expected.length; i++) {
            String line = said.get(i);
            assertTrue(line.startsWith("refused "), line);
            assertTrue(line.contains(expected[i]), "expected " + expected[i] + "\nfound    " + line);
        }
    }

    private List<String> lines(List<String> steps) throws Exception {
        return lines(steps, Map.of());
    }

    private List<String> lines(List<String> steps, Map<String, String> variables) throws Exception {
        String said = CudaProcess.start(home, variables, List.of(), steps.toArray(String[]::new))
                .output();
        List<String> lines = said.lines().toList();
        assertEquals("exit 0", lines.getLast(), said);
        return lines.subList(0, lines.size() - 1);
    }
}
