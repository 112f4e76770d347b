import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/// Makes the archive that runs on a bare Linux x86-64 machine, from what the modules have built:
///
/// ```
/// java MakeBundle.java <root of the repository> <version> <folder of JUnit's jars>
/// ```
///
/// The Java that runs this is the one that goes into the archive.
final class MakeBundle {
    /// Of the JDK: JCuda and JLine log; XChart draws; Gson and LWJGL use sun.misc.Unsafe; tests measure allocation and
    /// are looked for in jars.
    private static final String MODULES = String.join(
            ",",
            "java.base",
            "java.logging",
            "java.desktop",
            "jdk.incubator.vector",
            "jdk.unsupported",
            "java.management",
            "jdk.management",
            "jdk.zipfs");

    private static final long MOST_BYTES = 60_000_000;

    private final Path root;
    private final String version;
    private final Path target;
    private final Path bundle;

    private MakeBundle(Path root, String version) {
        this.root = root;
        this.version = version;
        this.target = root.resolve("tests/target");
        this.bundle = target.resolve("bundle/cresset-" + version + "-linux-x86_64");
    }

    public static void main(String[] args) throws IOException {
        if (args.length != 3) {
            System.err.println("usage: java MakeBundle.java ROOT VERSION JUNIT");
            System.exit(2);
        }
        try {
            new MakeBundle(Path.of(args[0]).toAbsolutePath(), args[1]).make(Path.of(args[2]));
        } catch (BundleException e) {
            System.err.println("bundle: " + e.getMessage());
            System.exit(1);
        }
    }

    private void make(Path junit) throws IOException {
        requirePlatform();
        delete(bundle.getParent());
        Files.createDirectories(bundle.resolve("lib"));
        runtime();
        Path app = root.resolve("java/app/target");
        List<Path> jars = new ArrayList<>(jars(app.resolve("lib")));
        jars.add(app.resolve("cresset-app.jar"));
        Repacking.jars(jars, bundle.resolve("lib/app"));
        Repacking.jars(jars(junit), bundle.resolve("lib/test"));
        Repacking.tests(target.resolve("test-classes"), bundle.resolve("lib/test/cresset-tests.jar"));
        texts();
        shared();
        requireSameTests(jars, junit);
        archive();
    }

    private static void requirePlatform() {
        String platform = System.getProperty("os.name") + " " + System.getProperty("os.arch");
        if (!platform.equals("Linux amd64")) {
            throw new BundleException(
                    "it is for Linux on x86-64 and can be made only there, as it takes the Java and the"
                            + " native libraries of the machine that makes it; this is " + platform);
        }
    }

    private void runtime() {
        Path java = Path.of(System.getProperty("java.home"));
        Command.run(
                root,
                java.resolve("bin/jlink").toString(),
                "--add-modules",
                MODULES,
                "--strip-java-debug-attributes",
                "--no-header-files",
                "--no-man-pages",
                "--compress",
                "zip-0",
                "--output",
                bundle.resolve("lib/runtime").toString());
    }

    private void texts() throws IOException {
        Path source = root.resolve("tests/src/bundle");
        Files.createDirectories(bundle.resolve("bin"));
        for (String script : List.of("bin/cresset", "bin/gpu-check")) {
            Files.copy(source.resolve(script), bundle.resolve(script));
            Files.setPosixFilePermissions(bundle.resolve(script), PosixFilePermissions.fromString("rwxr-xr-x"));
        }
        Files.copy(source.resolve("java.options"), bundle.resolve("lib/java.options"));
        Files.copy(source.resolve("README.md"), bundle.resolve("README.md"));
        Files.copy(root.resolve("LICENSE"), bundle.resolve("LICENSE"));
        Files.writeString(
                bundle.resolve("build.properties"),
                "version=" + version + "\ncommit=" + commit() + "\njava=" + System.getProperty("java.runtime.version")
                        + "\n");
    }

    private String commit() {
        try {
            String head = Command.run(root, "git", "rev-parse", "HEAD").strip();
            boolean clean = Command.run(root, "git", "status", "--porcelain").isBlank();
            return head + (clean ? "" : " with changes that are not committed");
        } catch (BundleException e) {
            return "not known, as this was built outside a Git repository";
        }
    }

    /// PyTorch's numbers and real digits, which some tests need; they are not part of the repository.
    private void shared() throws IOException {
        String named = System.getProperty("cresset.shared", "");
        for (String folder : List.of("reference", "data/mnist-10k")) {
            Path from = Path.of(named).resolve(folder);
            if (named.isBlank() || !Files.isDirectory(from)) {
                say("no " + folder + " (-Dcresset.shared); the check leaves out what needs it, and says so");
                continue;
            }
            Path to = Files.createDirectories(bundle.resolve("share").resolve(folder));
            try (Stream<Path> files = Files.list(from)) {
                for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                    Files.copy(file, to.resolve(file.getFileName()));
                }
            }
        }
    }

    /// The bundle's Java must see the same test classes as a whole JDK does: a class that cannot be loaded there would
    /// be left out without a word.
    private void requireSameTests(List<Path> jars, Path junit) throws IOException {
        List<String> whole = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin/java").toString()));
        whole.addAll(List.of(
                "-cp",
                target.resolve("test-classes") + ":" + junit + "/*:"
                        + String.join(":", jars.stream().map(Path::toString).toList())));
        List<String> packed =
                new ArrayList<>(List.of(bundle.resolve("lib/runtime/bin/java").toString()));
        packed.addAll(List.of("-cp", bundle.resolve("lib/app") + "/*:" + bundle.resolve("lib/test") + "/*"));
        List<String> end = List.of(
                "-Dcresset.test.places=cuda",
                "-Dcresset.shared=" + bundle.resolve("share"),
                "dev.cresset.gpucheck.GpuTests",
                "--list");
        whole.addAll(end);
        packed.addAll(end);
        String expected = Command.run(root, whole);
        String found = Command.run(root, packed);
        if (expected.isBlank() || !expected.equals(found)) {
            throw new BundleException("its Java does not find the GPU tests that a whole JDK finds. Expected:\n"
                    + expected + "found:\n" + found);
        }
        say(found.lines().count() + " classes of GPU tests");
    }

    private void archive() throws IOException {
        boolean xz = Command.exists("xz");
        Path archive = target.resolve(bundle.getFileName() + (xz ? ".tar.xz" : ".tar.gz"));
        Files.deleteIfExists(archive);
        List<String> command = new ArrayList<>(List.of("tar", "--create", "--file=" + archive, "--sort=name"));
        command.addAll(List.of("--owner=0", "--group=0", "--numeric-owner", "--mtime=2025-01-01T00:00:00Z"));
        command.addAll(List.of(
                xz ? "--use-compress-program=xz -T0" : "--gzip",
                bundle.getFileName().toString()));
        Command.run(bundle.getParent(), command);
        long bytes = Files.size(archive);
        if (bytes > MOST_BYTES) {
            throw new BundleException(archive + " has " + bytes + " bytes, of at most " + MOST_BYTES);
        }
        say("%s, %.1f MB, unpacked %.0f MB".formatted(root.relativize(archive), bytes * 1e-6, size(bundle) * 1e-6));
    }

    private static List<Path> jars(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".jar"))
                    .sorted()
                    .toList();
        }
    }

    private static long size(Path folder) throws IOException {
        try (Stream<Path> walk = Files.walk(folder)) {
            return walk.filter(Files::isRegularFile)
                    .mapToLong(file -> file.toFile().length())
                    .sum();
        }
    }

    private static void delete(Path folder) throws IOException {
        if (Files.exists(folder)) {
            try (Stream<Path> walk = Files.walk(folder)) {
                for (Path file : walk.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }

    private static void say(String line) {
        System.out.println("bundle: " + line);
    }
}
