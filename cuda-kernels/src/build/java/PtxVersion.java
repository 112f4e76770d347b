import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The version of the PTX language that a text says it is written in. A driver refuses a later one than it knows.
record PtxVersion(int major, int minor) implements Comparable<PtxVersion> {
    private static final Pattern LINE = Pattern.compile("(?m)^\\.version[ \\t]+(\\d+)\\.(\\d+)");

    static PtxVersion of(Path file) {
        Matcher line = LINE.matcher(read(file));
        if (!line.find()) {
            throw new BuildException(file + " has no line .version, with which PTX begins");
        }
        return new PtxVersion(Integer.parseInt(line.group(1)), Integer.parseInt(line.group(2)));
    }

    /// Writes the text of `from` to `to` with this version in place of its own.
    void stamp(Path from, Path to) {
        try {
            Files.writeString(to, LINE.matcher(read(from)).replaceFirst(".version " + this));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public int compareTo(PtxVersion other) {
        return Comparator.comparingInt(PtxVersion::major)
                .thenComparingInt(PtxVersion::minor)
                .compare(this, other);
    }

    @Override
    public String toString() {
        return major + "." + minor;
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
