package dev.cresset.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Java launches a kernel by writing its arguments into memory at the places that [Kernel] implies. Here the compiled
/// kernels say where they look for them.
class KernelTableTest {
    @ParameterizedTest
    @ValueSource(ints = {80, 86, 89, 90, 100, 120})
    void theMachineCodeHasTheKernelsOfTheTable(int architecture) {
        assumeHolds("sm_" + architecture);
        byte[] bytes = KernelImage.cubin(architecture / 10, architecture % 10).orElseThrow();
        Cubin cubin = Cubin.read(bytes);
        assertEquals(architecture, cubin.architecture());
        KernelTable.assertIs(cubin.kernels(), "sm_" + architecture);
    }

    @Test
    void thePtxHasTheKernelsOfTheTable() {
        assumeHolds("compute_80");
        byte[] bytes = KernelImage.ptx().orElseThrow();
        assertEquals(0, bytes[bytes.length - 1], "the driver takes PTX as text that ends in a zero byte");
        Ptx ptx = Ptx.read(new String(bytes, 0, bytes.length - 1, StandardCharsets.US_ASCII));
        assertEquals(80, ptx.architecture());
        KernelTable.assertIs(ptx.kernels(), "compute_80");
    }

    @Test
    void anotherOrderOfParametersOrAnotherBlockIsADifference() {
        Map<String, Signature> expected = KernelTable.expected();
        Signature fill = expected.get("fill_f32");
        assertEquals(3, fill.parameters().size());
        for (Signature other : List.of(
                new Signature(fill.parameters().reversed(), fill.threads()),
                new Signature(fill.parameters().subList(0, 2), fill.threads()),
                new Signature(fill.parameters(), 2 * fill.threads()))) {
            expected.put("fill_f32", other);
            assertThrows(AssertionError.class, () -> KernelTable.assertIs(expected, "a changed image"));
        }
        expected.remove("fill_f32");
        assertThrows(AssertionError.class, () -> KernelTable.assertIs(expected, "an image that lacks one"));
        expected.put("fill_f32", fill);
        expected.put("extra_f32", fill);
        assertThrows(AssertionError.class, () -> KernelTable.assertIs(expected, "an image with one too many"));
    }

    @Test
    void anArgumentIsAlignedToItsSize() {
        // y, value, n: the 4 bytes of a float leave a gap before the 64-bit count.
        List<Signature.Place> places = Signature.of(Kernel.FILL, Real.F32).parameters();
        assertEquals(
                List.of(new Signature.Place(0, 0, 8), new Signature.Place(1, 8, 4), new Signature.Place(2, 16, 8)),
                places);
        assertTrue(Signature.of(Kernel.FILL, Real.F64).parameters().stream().allMatch(place -> place.bytes() == 8));
    }

    private static void assumeHolds(String architecture) {
        Manifest manifest = KernelImage.manifest();
        Assumptions.assumeTrue(
                manifest.architectures().contains(architecture),
                () -> manifest.isCompiled()
                        ? "nvcc " + manifest.nvcc() + " does not know " + architecture + ", so the image has none of it"
                        : "the kernels were built without nvcc, so there is no compiled image to look into");
    }
}
