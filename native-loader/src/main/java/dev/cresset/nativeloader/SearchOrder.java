package dev.cresset.nativeloader;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// The order of places in which NVIDIA's libraries are looked for; the first that can be used is taken.
///
/// | | the driver | cuBLAS and NVRTC |
/// |---|---|---|
/// | 1 | the system property: a file, or a folder that holds it | the same |
/// | 2 | the environment variable: likewise | the same |
/// | 3 | loaded in this process already, by other code | the same |
/// | 4 | the folders of `LD_LIBRARY_PATH` | the toolkit in `CUDA_PATH`, then in `CUDA_HOME` |
/// | 5 | WSL's folder, `/usr/lib/wsl/lib` | `/usr/local/cuda`, `/usr/local/cuda-*`, `/opt/cuda`, the newest first |
/// | 6 | the system's loader, by name | the folders of `LD_LIBRARY_PATH` |
/// | 7 | the folders that drivers are put in | conda's environment and pip's packages ([PythonFolders]) |
/// | 8 | | the system's loader, by name |
///
/// On Windows `PATH` stands for `LD_LIBRARY_PATH` and the toolkit lies in `Program Files`; nobody has tried it there.
final class SearchOrder {
    private static final List<String> TOOLKIT_LINUX = List.of("lib64", "lib", "targets/x86_64-linux/lib");
    private static final List<String> TOOLKIT_WINDOWS = List.of("bin/x64", "bin");

    private final Platform platform;
    private final Environment environment;

    SearchOrder(Platform platform, Environment environment) {
        this.platform = platform;
        this.environment = environment;
    }

    List<SearchStep> of(CudaLibrary library) {
        List<SearchStep> steps = new ArrayList<>();
        steps.add(new SearchStep.Explicit("-D" + library.property(), environment.property(library.property())));
        steps.add(new SearchStep.Explicit(library.variable(), environment.variable(library.variable())));
        steps.add(new SearchStep.InProcess("loaded by other code"));
        if (library == CudaLibrary.DRIVER) {
            steps.add(libraryPath());
            if (!isWindows()) {
                steps.add(folders("WSL", Stream.of("/usr/lib/wsl/lib").map(environment::at), "no such folder"));
            }
            steps.add(new SearchStep.SystemLoader("the system's loader"));
            steps.add(folders("usual folders of drivers", driverFolders(), "no such folder"));
        } else {
            steps.add(named());
            steps.add(folders("usual folders of toolkits", toolkits().flatMap(this::inToolkit), "no such folder"));
            steps.add(libraryPath());
            steps.add(folders("conda and pip", python(), "no package of NVIDIA's"));
            steps.add(new SearchStep.SystemLoader("the system's loader"));
        }
        return steps;
    }

    private SearchStep named() {
        List<Path> homes = Stream.of("CUDA_PATH", "CUDA_HOME")
                .flatMap(name -> environment.folder(name).stream())
                .toList();
        Stream<Path> folders = homes.stream().flatMap(this::inToolkit);
        return folders("CUDA_PATH, CUDA_HOME", folders, homes.isEmpty() ? "not set" : "no such folder");
    }

    private SearchStep libraryPath() {
        String name = isWindows() ? "PATH" : "LD_LIBRARY_PATH";
        return folders(
                name,
                environment.folders(name).stream(),
                environment.variable(name).isEmpty() ? "not set" : "no such folder");
    }

    /// Those folders that exist; one that is another by a symbolic link counts once.
    private static SearchStep folders(String origin, Stream<Path> folders, String ifNone) {
        Map<Path, Path> byRealPath = new LinkedHashMap<>();
        folders.filter(Files::isDirectory).forEach(folder -> {
            try {
                byRealPath.putIfAbsent(folder.toRealPath(), folder);
            } catch (IOException e) {
                byRealPath.put(folder, folder);
            }
        });
        return new SearchStep.Folders(origin, List.copyOf(byRealPath.values()), ifNone);
    }

    private Stream<Path> inToolkit(Path toolkit) {
        return (isWindows() ? TOOLKIT_WINDOWS : TOOLKIT_LINUX).stream().map(toolkit::resolve);
    }

    private Stream<Path> toolkits() {
        if (isWindows()) {
            return environment.folder("ProgramFiles").stream()
                    .map(programs -> programs.resolve("NVIDIA GPU Computing Toolkit/CUDA"))
                    .flatMap(folder -> Environment.matching(folder, "v*").stream());
        }
        return Stream.of("/usr/local", "/opt")
                .map(environment::at)
                .flatMap(folder -> Stream.concat(
                        Stream.of(folder.resolve("cuda")), Environment.matching(folder, "cuda-*").stream()));
    }

    private Stream<Path> python() {
        Stream<Path> conda = environment.folder("CONDA_PREFIX").stream()
                .flatMap(prefix -> isWindows()
                        ? Stream.of(prefix.resolve("Library/bin/x64"), prefix.resolve("Library/bin"))
                        : Stream.of(prefix.resolve("lib"), prefix.resolve("targets/x86_64-linux/lib")));
        return Stream.concat(conda, new PythonFolders(environment, platform).libraries().stream());
    }

    private Stream<Path> driverFolders() {
        if (isWindows()) {
            return environment.folder("SystemRoot").stream().map(root -> root.resolve("System32"));
        }
        return Stream.of(
                        "/usr/lib/x86_64-linux-gnu",
                        "/usr/lib64",
                        "/usr/lib",
                        "/usr/lib/x86_64-linux-gnu/nvidia/current",
                        "/usr/lib64/nvidia",
                        "/usr/local/nvidia/lib64",
                        "/run/opengl-driver/lib")
                .map(environment::at);
    }

    private boolean isWindows() {
        return platform == Platform.WINDOWS_X86_64;
    }
}
