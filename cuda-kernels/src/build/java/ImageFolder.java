import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/// The folder that becomes part of the jar. Its manifest goes first when it is emptied and comes last when it is
/// filled, so a manifest that is there speaks of whole content.
record ImageFolder(Path folder) {
    static final String MANIFEST = "manifest.properties";

    /// Whether the folder holds just what was made from this, the first lines of the manifest.
    boolean holds(String inputs, List<Target> targets, KernelSources sources) throws IOException {
        for (Target target : targets) {
            if (!Files.isRegularFile(folder.resolve(target.fileName()))) {
                return false;
            }
        }
        Path file = folder.resolve(MANIFEST);
        if (!Files.isRegularFile(file) || !Files.readString(file).equals(inputs + results(targets))) {
            return false;
        }
        for (String name : sources.files().keySet()) {
            if (!Files.isRegularFile(folder.resolve("source").resolve(name))) {
                return false;
            }
        }
        return true;
    }

    void empty() throws IOException {
        Files.deleteIfExists(folder.resolve(MANIFEST));
        if (Files.isDirectory(folder)) {
            try (Stream<Path> walk = Files.walk(folder)) {
                for (Path file : walk.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
        Files.createDirectories(folder);
    }

    void finish(String inputs, List<Target> targets, KernelSources sources) throws IOException {
        sources.copyTo(folder.resolve("source"));
        Files.writeString(folder.resolve(MANIFEST), inputs + results(targets));
    }

    /// The last line of the manifest: what is known of the files only once they are there.
    private String results(List<Target> targets) {
        return "ptx="
                + targets.stream()
                        .filter(Target::isPtx)
                        .map(target ->
                                PtxVersion.of(folder.resolve(target.fileName())).toString())
                        .findFirst()
                        .orElse("none")
                + "\n";
    }
}
