package dev.cresset.nativeloader;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SearchOrderTest {
    @TempDir
    Path root;

    private final Map<String, String> properties = new HashMap<>();
    private final Map<String, String> variables = new HashMap<>();

    @BeforeEach
    void setHome() {
        assumeFalse(Platform.isWindows(), "the paths are those of Linux");
        properties.put("user.home", root.resolve("home/ada").toString());
    }

    @Test
    void theStepsAreThoseOfTheTable() {
        assertEquals(
                List.of(
                        "-Dcresset.cuda.driver",
                        "CRESSET_CUDA_DRIVER",
                        "loaded by other code",
                        "LD_LIBRARY_PATH",
                        "WSL",
                        "the system's loader",
                        "usual folders of drivers"),
                origins(CudaLibrary.DRIVER));
        for (CudaLibrary library : List.of(CudaLibrary.CUBLAS, CudaLibrary.NVRTC)) {
            assertEquals(
                    List.of(
                            "-D" + library.property(),
                            library.variable(),
                            "loaded by other code",
                            "CUDA_PATH, CUDA_HOME",
                            "usual folders of toolkits",
                            "LD_LIBRARY_PATH",
                            "conda and pip",
                            "the system's loader"),
                    origins(library));
        }
    }

    @Test
    void explicitPlacesAreReadFromThePropertyAndTheVariable() {
        properties.put("cresset.cuda.cublas", "/a");
        variables.put("CRESSET_CUDA_CUBLAS", "/b");
        List<SearchStep> steps = steps(CudaLibrary.CUBLAS);
        assertEquals("/a", ((SearchStep.Explicit) steps.get(0)).place().orElseThrow());
        assertEquals("/b", ((SearchStep.Explicit) steps.get(1)).place().orElseThrow());
        variables.put("CRESSET_CUDA_CUBLAS", " ");
        assertTrue(
                ((SearchStep.Explicit) steps(CudaLibrary.CUBLAS).get(1)).place().isEmpty());
    }

    @Test
    void cudaPathGoesBeforeCudaHomeAndWhatIsMissingIsLeftOut() throws IOException {
        Path path = make("a/lib64").getParent();
        Path home = make("b/targets/x86_64-linux/lib").getParent().getParent().getParent();
        variables.put("CUDA_HOME", home.toString());
        variables.put("CUDA_PATH", path.toString());
        assertFolders(CudaLibrary.CUBLAS, "CUDA_PATH, CUDA_HOME", "a/lib64", "b/targets/x86_64-linux/lib");
    }

    @Test
    void ofTheUsualToolkitsTheOneThatIsSetUpComesFirstThenTheNewest() throws IOException {
        make("usr/local/cuda-12.8/lib64");
        make("usr/local/cuda-13.0/lib64");
        make("usr/local/cuda-9.2/lib64");
        make("opt/cuda/lib64");
        Files.createSymbolicLink(root.resolve("usr/local/cuda"), root.resolve("usr/local/cuda-12.8"));
        assertFolders(
                CudaLibrary.CUBLAS,
                "usual folders of toolkits",
                "usr/local/cuda/lib64",
                "usr/local/cuda-13.0/lib64",
                "usr/local/cuda-9.2/lib64",
                "opt/cuda/lib64");
    }

    @Test
    void theFolderThatAProgramRunsInIsNoPlaceForLibraries() throws IOException {
        Path one = make("one");
        variables.put(
                "LD_LIBRARY_PATH", "." + ":" + ":" + "relative" + ":" + one + ":" + one + ":" + root.resolve("no"));
        assertFolders(CudaLibrary.CUBLAS, "LD_LIBRARY_PATH", "one");
        assertFolders(CudaLibrary.DRIVER, "LD_LIBRARY_PATH", "one");
    }

    @Test
    void pipsPackagesAreFoundUnderAnyPython() throws IOException {
        String cu13 = "/site-packages/nvidia/cu13/lib";
        String cu12 = "/site-packages/nvidia/cublas/lib";
        List<String> places = List.of(
                "venv/lib/python3.12" + cu13,
                "venv/lib/python3.12" + cu12,
                "conda/lib",
                "conda/lib/python3.11" + cu12,
                "extra/nvidia/cublas/lib",
                "tool/lib/python3.10" + cu13,
                "home/ada/.local/lib/python3.13" + cu13,
                "home/ada/.local/lib/python3.9" + cu12,
                "usr/local/lib/python3.12/dist-packages/nvidia/cublas/lib",
                "usr/lib64/python3.9" + cu12,
                "home/ada/.pyenv/versions/3.12.1/lib/python3.12" + cu12,
                "opt/conda/lib/python3.11" + cu13,
                "home/ada/miniconda3/lib/python3.11" + cu12);
        for (String place : places) {
            make(place);
        }
        make("tool/bin");
        Files.writeString(root.resolve("tool/bin/python3"), "");
        variables.put("VIRTUAL_ENV", root.resolve("venv").toString());
        variables.put("CONDA_PREFIX", root.resolve("conda").toString());
        variables.put("PYTHONPATH", root.resolve("extra").toString());
        variables.put("PATH", root.resolve("tool/bin").toString());
        List<String> expected = new ArrayList<>(places);
        expected.remove("conda/lib");
        expected.addFirst("conda/lib");
        assertFolders(CudaLibrary.CUBLAS, "conda and pip", expected.toArray(String[]::new));
        assertFolders(CudaLibrary.NVRTC, "conda and pip", expected.toArray(String[]::new));
    }

    @Test
    void theDriverOfWslIsLookedForBeforeTheSystemsOwn() throws IOException {
        make("usr/lib/wsl/lib");
        assertFolders(CudaLibrary.DRIVER, "WSL", "usr/lib/wsl/lib");
        assertTrue(origins(CudaLibrary.DRIVER).indexOf("WSL")
                < origins(CudaLibrary.DRIVER).indexOf("the system's loader"));
    }

    @Test
    void numbersInNamesCountAsNumbers() {
        assertTrue(VersionOrder.compare("cuda-9.2", "cuda-12.8") < 0);
        assertTrue(VersionOrder.compare("python3.13", "python3.9") > 0);
        assertTrue(VersionOrder.compare("cuda-12", "cuda-12.1") < 0);
        assertEquals(0, VersionOrder.compare("3.12.1", "3.12.1"));
        assertTrue(VersionOrder.compare("20240101000000000000", "3") > 0);
    }

    private List<SearchStep> steps(CudaLibrary library) {
        return new SearchOrder(Platform.LINUX_X86_64, new Environment(properties::get, variables::get, root))
                .of(library);
    }

    private List<String> origins(CudaLibrary library) {
        return steps(library).stream().map(SearchStep::origin).toList();
    }

    private void assertFolders(CudaLibrary library, String origin, String... expected) {
        SearchStep step = steps(library).stream()
                .filter(one -> one.origin().equals(origin))
                .findFirst()
                .orElseThrow();
        List<String> found = ((SearchStep.Folders) step)
                .folders().stream()
                        .map(folder -> root.relativize(folder).toString())
                        .toList();
        assertEquals(List.of(expected), found);
    }

    private Path make(String folder) throws IOException {
        return Files.createDirectories(root.resolve(folder));
    }
}
