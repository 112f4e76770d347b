import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The version of the PTX language that the shipped PTX claims. A compiler writes its own newest, which drivers of an
/// older CUDA refuse, although the kernels use nothing of it. So the claim is lowered to what the oldest driver that
/// Cresset works with takes, if ptxas makes machine code of that.
final class PtxVersion {
    /// CUDA 12.0's.
    static final String CLAIMED = "8.0";

    /// What PTX of that version can be assembled for.
    private static final List<String> ARCHITECTURES = List.of("sm_80", "sm_86", "sm_89", "sm_90");

    private static final Pattern LINE = Pattern.compile("(?m)^\\.version\\s+(\\d+\\.\\d+)");

    private PtxVersion() {}

    /// Lowers the version that a file claims, if it is higher.
    ///
    /// @return the version that it claims now
    static String lower(Nvcc nvcc, Path file) {
        try {
            String text = Files.readString(file);
            Matcher line = LINE.matcher(text);
            if (!line.find()) {
                throw new BuildException(file + " says no .version");
            }
            String own = line.group(1);
            if (Double.parseDouble(own) <= Double.parseDouble(CLAIMED)) {
                return own;
            }
            Path lowered = Files.createTempFile("kernels", ".ptx");
            Path assembled = Files.createTempFile("kernels", ".cubin");
            try {
                Files.writeString(lowered, text.substring(0, line.start(1)) + CLAIMED + text.substring(line.end(1)));
                for (String architecture : ARCHITECTURES) {
                    nvcc.assemble(lowered, architecture, assembled);
                }
                Files.writeString(file, Files.readString(lowered));
                return CLAIMED;
            } catch (BuildException e) {
                return own;
            } finally {
                Files.delete(lowered);
                Files.delete(assembled);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
