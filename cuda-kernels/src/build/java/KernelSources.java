import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/// The `.cu` and `.cuh` files of a folder, by name (relative, with `/`), in the order of their names.
record KernelSources(SortedMap<String, byte[]> files) {
    /// The one file that is compiled; it includes the others.
    static final String MAIN = "kernels.cu";

    static KernelSources read(Path folder) throws IOException {
        SortedMap<String, byte[]> files = new TreeMap<>();
        if (Files.isDirectory(folder)) {
            try (Stream<Path> walk = Files.walk(folder)) {
                for (Path file : walk.filter(KernelSources::isSource).toList()) {
                    String name = folder.relativize(file).toString().replace('\\', '/');
                    files.put(name, Files.readAllBytes(file));
                }
            }
        }
        if (!files.containsKey(MAIN)) {
            throw new BuildException("no " + MAIN + " in " + folder + ", which includes all kernels; found "
                    + (files.isEmpty() ? "no source at all" : files.keySet()));
        }
        return new KernelSources(files);
    }

    /// SHA-256, over the files in the order of their names: the name in UTF-8, a zero byte, the length as a big-endian
    /// 64-bit number, the content. Neither a renamed file nor text moved from one to the next keeps the hash.
    String hash() {
        MessageDigest digest = sha256();
        for (Map.Entry<String, byte[]> file : files.entrySet()) {
            digest.update(file.getKey().getBytes(StandardCharsets.UTF_8));
            digest.update((byte) 0);
            digest.update(ByteBuffer.allocate(Long.BYTES)
                    .putLong(file.getValue().length)
                    .array());
            digest.update(file.getValue());
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    void copyTo(Path folder) throws IOException {
        for (Map.Entry<String, byte[]> file : files.entrySet()) {
            Path copy = folder.resolve(file.getKey());
            Files.createDirectories(copy.getParent());
            Files.write(copy, file.getValue());
        }
    }

    private static boolean isSource(Path file) {
        String name = file.getFileName().toString();
        return Files.isRegularFile(file) && (name.endsWith(".cu") || name.endsWith(".cuh"));
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
