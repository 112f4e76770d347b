package dev.cresset.standin;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.cresset.kernels.Kernel;
import dev.cresset.kernels.Parameter;
import dev.cresset.kernels.Real;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Java's table of kernels against what g++ made of their sources.
@Tag("driver")
class KernelSignaturesTest {
    @ParameterizedTest
    @EnumSource(Real.class)
    void parametersAndBlocksAreThoseOfTheTable(Real real) {
        Standin.requireBuilt();
        for (Kernel kernel : Kernel.values()) {
            if (!kernel.exists(real)) {
                continue;
            }
            List<Integer> sizes = kernel.parameters().stream()
                    .map(parameter -> size(parameter, real))
                    .toList();
            String symbol = kernel.symbol(real);
            assertEquals(Optional.of(sizes), Standin.parameters(symbol), symbol);
            assertEquals(kernel.block().threads(), Standin.mostThreads(symbol), symbol);
        }
    }

    @Test
    void thereAreNoOtherKernels() {
        Standin.requireBuilt();
        Set<String> others = new TreeSet<>(Standin.kernels());
        others.removeIf(name -> name.startsWith("probe_"));
        for (Kernel kernel : Kernel.values()) {
            for (Real real : Real.values()) {
                if (kernel.exists(real)) {
                    others.remove(kernel.symbol(real));
                }
            }
        }
        assertEquals(Set.of(), others);
        assertEquals(Optional.empty(), Standin.parameters("no_such_kernel"));
    }

    private static int size(Parameter parameter, Real real) {
        return switch (parameter) {
            case POINTER, LONG -> Long.BYTES;
            case REAL -> real.bytes();
            case INT -> Integer.BYTES;
        };
    }
}
