package dev.cresset.kernels;

import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Properties;

/// The kernels as this jar ships them: machine code for some GPUs, PTX for the others, and the sources.
///
/// Nothing is kept: a backend asks once for each GPU.
public final class KernelImage {
    private static final String FOLDER = "image/";
    private static final String MAIN = "kernels.cu";

    private KernelImage() {}

    /// What the image was made from, and what it holds.
    public static Manifest manifest() {
        Properties properties = new Properties();
        try {
            properties.load(new StringReader(text("manifest.properties")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Manifest.of(properties);
    }

    /// The machine code that fits a GPU of this compute capability: of the same major version, and of the highest minor
    /// version that is not above the GPU's. Empty where there is none; then [#ptx] may do.
    public static Optional<byte[]> cubin(int major, int minor) {
        OptionalInt best = manifest().architectures().stream()
                .filter(name -> name.startsWith("sm_"))
                .mapToInt(name -> Integer.parseInt(name.substring("sm_".length())))
                .filter(capability -> capability / 10 == major && capability % 10 <= minor)
                .max();
        return best.isPresent() ? Optional.of(bytes("sm_" + best.getAsInt() + ".cubin")) : Optional.empty();
    }

    /// The PTX, as text that ends in a zero byte, which is how the driver takes it. A driver compiles PTX for any GPU
    /// that is not older than the PTX's architecture, if it knows the PTX's version, [Manifest#ptx]. The build lowers
    /// that to 8.0, which drivers from 525 (CUDA 12.0) on know, unless the kernels need a later one.
    public static Optional<byte[]> ptx() {
        return manifest().architectures().stream()
                .filter(name -> name.startsWith("compute_"))
                .findFirst()
                .map(name -> bytes(name + ".ptx"))
                .map(text -> Arrays.copyOf(text, text.length + 1));
    }

    /// What ptxas said of each kernel for sm_90, a line each: its name, registers, bytes of shared memory. Empty where
    /// nvcc did not compile for it.
    public static Optional<String> registers() {
        return manifest().architectures().contains("sm_90") ? Optional.of(text("registers.txt")) : Optional.empty();
    }

    /// The file that includes all others, for a compilation on the spot.
    public static String source() {
        return text("source/" + MAIN);
    }

    /// The other files, by the name with which they are included.
    public static Map<String, String> headers() {
        Map<String, String> headers = new LinkedHashMap<>();
        for (String name : manifest().sources()) {
            if (!name.equals(MAIN)) {
                headers.put(name, text("source/" + name));
            }
        }
        return Collections.unmodifiableMap(headers);
    }

    private static String text(String name) {
        return new String(bytes(name), StandardCharsets.UTF_8);
    }

    private static byte[] bytes(String name) {
        try (InputStream in = KernelImage.class.getResourceAsStream(FOLDER + name)) {
            if (in == null) {
                throw new IllegalStateException("the kernels' image has no " + name + " beside the class "
                        + KernelImage.class.getName() + "; the Maven build makes it: ./mvnw -pl cuda-kernels package");
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException("the kernels' image: " + name + " cannot be read", e);
        }
    }
}
