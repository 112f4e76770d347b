import java.io.File;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Where nvcc is looked for, in this order: the property `cresset.nvcc`, then the variable `CRESSET_NVCC` (the file, or
/// the folder that holds it; `none` for a build without nvcc; taken or refused, never passed over), `bin` of
/// `CUDA_PATH` and `CUDA_HOME`, the `PATH`, the toolkits under `/usr/local`: the plain `cuda`, then the newest.
final class NvccSearch {
    private static final String NONE = "none";
    private static final String FILE = File.separatorChar == '\\' ? "nvcc.exe" : "nvcc";

    private final String property;
    private final Map<String, String> environment;
    private final Path usual;

    /// @param usual the folder of the toolkits, `/usr/local`
    NvccSearch(String property, Map<String, String> environment, Path usual) {
        this.property = property;
        this.environment = environment;
        this.usual = usual;
    }

    /// The file of nvcc; empty where there is none or none is wanted.
    Optional<Path> find() throws IOException {
        String named = named();
        if (named.equals(NONE)) {
            return Optional.empty();
        }
        if (!named.isBlank()) {
            return Optional.of(file(named));
        }
        for (Path folder : folders()) {
            Path file = folder.resolve(FILE);
            if (Files.isExecutable(file) && Files.isRegularFile(file)) {
                return Optional.of(file.toAbsolutePath());
            }
        }
        return Optional.empty();
    }

    /// Why [#find] found none.
    String whyNone() {
        return named().equals(NONE)
                ? "built without nvcc, as cresset.nvcc or CRESSET_NVCC says"
                : "no nvcc (CRESSET_NVCC, CUDA_PATH, CUDA_HOME, PATH, " + usual.resolve("cuda*") + ")";
    }

    private String named() {
        return property.isBlank() ? environment.getOrDefault("CRESSET_NVCC", "") : property;
    }

    private static Path file(String named) {
        Path place = Path.of(named);
        Path file = Files.isDirectory(place) ? place.resolve(FILE) : place;
        if (!Files.isExecutable(file)) {
            throw new BuildException("cresset.nvcc or CRESSET_NVCC is " + named + ", where no nvcc can be run; name the"
                    + " file or its folder, or say none for a build without compiled kernels");
        }
        return file.toAbsolutePath();
    }

    private List<Path> folders() throws IOException {
        List<Path> folders = new ArrayList<>();
        for (String toolkit : List.of("CUDA_PATH", "CUDA_HOME")) {
            if (!environment.getOrDefault(toolkit, "").isBlank()) {
                folders.add(Path.of(environment.get(toolkit), "bin"));
            }
        }
        for (String entry : environment.getOrDefault("PATH", "").split(File.pathSeparator)) {
            if (!entry.isBlank()) {
                folders.add(Path.of(entry));
            }
        }
        folders.add(usual.resolve("cuda/bin"));
        folders.addAll(versioned());
        return folders;
    }

    private List<Path> versioned() throws IOException {
        List<Path> found = new ArrayList<>();
        if (Files.isDirectory(usual)) {
            try (DirectoryStream<Path> toolkits = Files.newDirectoryStream(usual, "cuda-*")) {
                toolkits.forEach(toolkit -> found.add(toolkit.resolve("bin")));
            }
        }
        found.sort(Comparator.comparingDouble(NvccSearch::version).reversed());
        return found;
    }

    private static double version(Path bin) {
        String number = bin.getParent().getFileName().toString().replaceFirst("^cuda-(\\d+(?:\\.\\d+)?).*", "$1");
        return number.matches("[\\d.]+") ? Double.parseDouble(number) : 0;
    }
}
