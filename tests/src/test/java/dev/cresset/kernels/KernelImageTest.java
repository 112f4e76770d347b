package dev.cresset.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The image as it lies in the jar.
class KernelImageTest {
    private static final Pattern INCLUDE = Pattern.compile("(?m)^#include \"([^\"]+)\"");

    @ParameterizedTest
    @CsvSource({
        "8, 0, 80",
        "8, 6, 86",
        "8, 7, 86",
        "8, 9, 89",
        "9, 0, 90",
        "9, 9, 90",
        "10, 0, 100",
        "10, 3, 100",
        "12, 0, 120",
        "12, 1, 120"
    })
    void aGpuGetsTheMachineCodeOfItsMajorVersionThatIsNotNewer(int major, int minor, int expected) {
        assumeComplete();
        byte[] cubin = KernelImage.cubin(major, minor).orElseThrow();
        assertEquals(expected, Cubin.read(cubin).architecture());
    }

    @ParameterizedTest
    @CsvSource({"7, 5", "6, 1", "11, 0", "13, 0"})
    void aGpuOfAnotherMajorVersionGetsNoMachineCode(int major, int minor) {
        assertTrue(KernelImage.cubin(major, minor).isEmpty());
    }

    @Test
    void theSourcesHashToWhatTheManifestSays() throws IOException, NoSuchAlgorithmException {
        Map<String, String> files = new TreeMap<>(KernelImage.headers());
        files.put("kernels.cu", KernelImage.source());
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        for (Map.Entry<String, String> file : files.entrySet()) {
            byte[] content = file.getValue().getBytes(StandardCharsets.UTF_8);
            out.write(file.getKey().getBytes(StandardCharsets.UTF_8));
            out.write(0);
            out.writeLong(content.length);
            out.write(content);
        }
        byte[] hash = MessageDigest.getInstance("SHA-256").digest(bytes.toByteArray());
        assertEquals(KernelImage.manifest().sourceHash(), HexFormat.of().formatHex(hash));
    }

    /// NVRTC finds an included file by the name in the directive.
    @Test
    void everyIncludedFileIsThere() {
        Map<String, String> headers = KernelImage.headers();
        assertFalse(headers.containsKey("kernels.cu"));
        assertTrue(INCLUDE.matcher(KernelImage.source()).find());
        headers.forEach((name, text) -> INCLUDE.matcher(text)
                .results()
                .forEach(hit -> assertTrue(headers.containsKey(hit.group(1)), name + " includes " + hit.group(1))));
        INCLUDE.matcher(KernelImage.source())
                .results()
                .forEach(hit -> assertTrue(headers.containsKey(hit.group(1)), "kernels.cu includes " + hit.group(1)));
    }

    @Test
    void aManifestWithoutArchitecturesHasNoneCompiled() {
        Properties properties = new Properties();
        Map.of("source.sha256", "00", "nvcc", "none", "architectures", "", "ptx", "none", "sources", "a.cuh kernels.cu")
                .forEach(properties::setProperty);
        Manifest manifest = Manifest.of(properties);
        assertFalse(manifest.isCompiled());
        assertEquals(List.of(), manifest.architectures());
        assertEquals("none", manifest.ptx());
        assertEquals(List.of("a.cuh", "kernels.cu"), manifest.sources());
    }

    @Test
    void theManifestOfThisBuildIsWhole() {
        Manifest manifest = KernelImage.manifest();
        assertTrue(manifest.sourceHash().matches("[0-9a-f]{64}"), manifest.sourceHash());
        assertEquals(manifest.isCompiled(), !manifest.nvcc().equals("none"));
        assertEquals(
                KernelImage.ptx().isPresent(),
                manifest.architectures().stream().anyMatch(a -> a.startsWith("compute_")));
    }

    @Test
    void thePtxClaimsToBeOldEnoughForTheDriversOfCuda12() {
        assumeComplete();
        String text = new String(KernelImage.ptx().orElseThrow(), StandardCharsets.UTF_8);
        assertTrue(text.contains("\n.version 8.0\n"), () -> text.substring(0, 400));
        assertEquals("8.0", KernelImage.manifest().ptx());
    }

    private static void assumeComplete() {
        Manifest manifest = KernelImage.manifest();
        Assumptions.assumeTrue(
                manifest.architectures()
                        .containsAll(List.of("sm_80", "sm_86", "sm_89", "sm_90", "sm_100", "sm_120", "compute_80")),
                () -> manifest.isCompiled()
                        ? "nvcc " + manifest.nvcc() + " knows only " + manifest.architectures()
                        : "the kernels were built without nvcc, so there is no machine code to choose from");
    }
}
