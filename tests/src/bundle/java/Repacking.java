import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;

/// Writes jars anew: without what a bundle for Linux x86-64 does not use, in the order of names, with one date, and not
/// compressed, since xz does that better over all of them.
final class Repacking {
    private static final long DATE = 1735689600000L; // the build's outputTimestamp

    /// By the beginning of a jar's name, the entries that are left out: of OpenBLAS and oneDNN what binds
    /// them to JavaCPP and to C, of JCuda the libraries that are never loaded (the PTX compiler alone is 24 MB).
    private static final Map<String, Pattern> LEFT_OUT = Map.of(
            "dnnl-", Pattern.compile(".*/(?:libjni[^/]*|include/.*|lib/.*)|META-INF/native-image/.*"),
            "openblas-", Pattern.compile(".*/(?:libjni[^/]*|include/.*|lib/.*)|META-INF/native-image/.*"),
            "jcuda-natives-", Pattern.compile("lib/lib(?:JNvPTXCompiler|JNvrtc|JCudaRuntime)-.*"),
            "jcublas-natives-", Pattern.compile("lib/libJCublas-.*"));

    /// Of our tests: the rules of the sources, which need a compiler, and the report that Maven's runs print.
    private static final Pattern NOT_OF_THE_BUNDLE = Pattern.compile("dev/cresset/house/.*|META-INF/services/.*");

    private Repacking() {}

    static void jars(List<Path> jars, Path folder) throws IOException {
        Files.createDirectories(folder);
        for (Path jar : jars) {
            String name = jar.getFileName().toString();
            Pattern leftOut = LEFT_OUT.entrySet().stream()
                    .filter(entry -> name.startsWith(entry.getKey()))
                    .map(Map.Entry::getValue)
                    .findFirst()
                    .orElse(Pattern.compile("(?!)"));
            Map<String, byte[]> entries = new TreeMap<>();
            try (ZipInputStream in = new ZipInputStream(Files.newInputStream(jar))) {
                for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                    if (!entry.isDirectory()
                            && !leftOut.matcher(entry.getName()).matches()) {
                        entries.put(entry.getName(), in.readAllBytes());
                    }
                }
            }
            write(entries, folder.resolve(name));
        }
    }

    /// A jar of the compiled tests.
    static void tests(Path classes, Path jar) throws IOException {
        Map<String, byte[]> entries = new TreeMap<>();
        try (Stream<Path> walk = Files.walk(classes)) {
            for (Path file : walk.filter(Files::isRegularFile).toList()) {
                String name = classes.relativize(file).toString();
                if (!NOT_OF_THE_BUNDLE.matcher(name).matches()) {
                    entries.put(name, Files.readAllBytes(file));
                }
            }
        }
        Files.createDirectories(jar.getParent());
        write(entries, jar);
    }

    /// Folders have entries too: whoever looks for classes in a package asks for its folder.
    private static void addFolders(Map<String, byte[]> entries) {
        for (String name : List.copyOf(entries.keySet())) {
            for (int end = name.indexOf('/'); end >= 0; end = name.indexOf('/', end + 1)) {
                entries.put(name.substring(0, end + 1), new byte[0]);
            }
        }
    }

    private static void write(Map<String, byte[]> entries, Path jar) throws IOException {
        addFolders(entries);
        try (OutputStream out = Files.newOutputStream(jar);
                ZipOutputStream zip = new ZipOutputStream(out)) {
            zip.setMethod(ZipOutputStream.STORED);
            for (Map.Entry<String, byte[]> each : entries.entrySet()) {
                ZipEntry entry = new ZipEntry(each.getKey());
                CRC32 sum = new CRC32();
                sum.update(each.getValue());
                entry.setTime(DATE);
                entry.setSize(each.getValue().length);
                entry.setCrc(sum.getValue());
                zip.putNextEntry(entry);
                zip.write(each.getValue());
                zip.closeEntry();
            }
        }
    }
}
