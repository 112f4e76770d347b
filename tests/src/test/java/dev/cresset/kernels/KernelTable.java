package dev.cresset.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Map;
import java.util.TreeMap;

/// Java's table of kernels, as a compiled image should say it.
final class KernelTable {
    private KernelTable() {}

    static Map<String, Signature> expected() {
        Map<String, Signature> expected = new TreeMap<>();
        for (Kernel kernel : Kernel.values()) {
            for (Real real : Real.values()) {
                if (kernel.exists(real)) {
                    expected.put(kernel.symbol(real), Signature.of(kernel, real));
                }
            }
        }
        return expected;
    }

    /// Every kernel of the table is compiled and no other, each with the parameters and the block of the table.
    static void assertIs(Map<String, Signature> compiled, String where) {
        Map<String, Signature> expected = expected();
        assertEquals(expected.keySet(), compiled.keySet(), "the kernels of " + where);
        expected.forEach((name, signature) -> assertEquals(signature, compiled.get(name), name + " of " + where));
    }
}
