package dev.cresset.nativeloader;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// Where pip puts NVIDIA's libraries: below the `site-packages` of some Python. Whoever has PyTorch has them.
///
/// The Pythons, in this order: the active virtual environment (`VIRTUAL_ENV`), the active conda environment
/// (`CONDA_PREFIX`), `PYTHONPATH`, those whose `python3` is on the `PATH`, the user's own packages, the system's,
/// pyenv's, and conda's usual folders.
final class PythonFolders {
    private final Environment environment;
    private final Platform platform;

    PythonFolders(Environment environment, Platform platform) {
        this.environment = environment;
        this.platform = platform;
    }

    /// The folders that exist and may hold a library of NVIDIA's.
    List<Path> libraries() {
        Set<Path> found = new LinkedHashSet<>();
        for (Path site : sites()) {
            for (String folder : isWindows()
                    ? List.of("cu13/bin/x86_64", "cublas/bin", "cuda_nvrtc/bin")
                    : List.of("cu13/lib", "cublas/lib", "cuda_nvrtc/lib")) {
                Path place = site.resolve("nvidia").resolve(folder);
                if (Files.isDirectory(place)) {
                    found.add(place);
                }
            }
        }
        return List.copyOf(found);
    }

    /// The folders of packages that exist.
    List<Path> sites() {
        Set<Path> sites = new LinkedHashSet<>();
        environment.folder("VIRTUAL_ENV").ifPresent(prefix -> addPrefix(sites, prefix));
        environment.folder("CONDA_PREFIX").ifPresent(prefix -> addPrefix(sites, prefix));
        environment.folders("PYTHONPATH").stream().filter(Files::isDirectory).forEach(sites::add);
        prefixesOnPath().forEach(prefix -> addPrefix(sites, prefix));
        environment.home().ifPresent(home -> addPrefix(sites, home.resolve(".local")));
        if (isWindows()) {
            addWindows(sites);
        } else {
            addUnix(sites);
        }
        return List.copyOf(sites);
    }

    private List<Path> prefixesOnPath() {
        List<Path> prefixes = new ArrayList<>();
        for (Path folder : environment.folders("PATH")) {
            Path prefix = isWindows() ? folder : folder.getParent();
            if (prefix != null && Files.exists(folder.resolve(isWindows() ? "python.exe" : "python3"))) {
                prefixes.add(prefix);
            }
        }
        return prefixes;
    }

    private void addUnix(Set<Path> sites) {
        addPrefix(sites, environment.at("/usr/local"));
        addPrefix(sites, environment.at("/usr"));
        environment
                .folder("PYENV_ROOT")
                .or(() -> environment.home().map(home -> home.resolve(".pyenv")))
                .ifPresent(pyenv -> Environment.matching(pyenv.resolve("versions"), "*")
                        .forEach(prefix -> addPrefix(sites, prefix)));
        addPrefix(sites, environment.at("/opt/conda"));
        environment.home().ifPresent(home -> {
            for (String conda : List.of("miniforge3", "miniconda3", "anaconda3")) {
                addPrefix(sites, home.resolve(conda));
            }
        });
    }

    private void addWindows(Set<Path> sites) {
        environment.folder("APPDATA").ifPresent(data -> Environment.matching(data.resolve("Python"), "Python3*")
                .forEach(python -> addIfThere(sites, python.resolve("site-packages"))));
        environment.folder("LOCALAPPDATA").ifPresent(data -> Environment.matching(
                        data.resolve("Programs").resolve("Python"), "Python3*")
                .forEach(prefix -> addPrefix(sites, prefix)));
    }

    private void addPrefix(Set<Path> sites, Path prefix) {
        if (isWindows()) {
            addIfThere(sites, prefix.resolve("Lib").resolve("site-packages"));
            return;
        }
        for (String lib : List.of("lib", "lib64")) {
            for (Path python : Environment.matching(prefix.resolve(lib), "python3*")) {
                addIfThere(sites, python.resolve("site-packages"));
                addIfThere(sites, python.resolve("dist-packages"));
            }
        }
    }

    private static void addIfThere(Set<Path> sites, Path folder) {
        if (Files.isDirectory(folder)) {
            sites.add(folder);
        }
    }

    private boolean isWindows() {
        return platform == Platform.WINDOWS_X86_64;
    }
}
