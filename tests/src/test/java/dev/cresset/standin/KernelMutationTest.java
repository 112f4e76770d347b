package dev.cresset.standin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cresset.kernels.Kernel;
import dev.cresset.kernels.Real;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Whether the stand-in driver would notice an error in a kernel: for every kernel, each barrier and exchange between
/// threads that it comes to is removed, and each bound that it comes to is made one larger and one smaller. All must
/// show: as a fault, or as other numbers. (Whether the numbers of the kernel as it is are right, the contracts tell.)
@Tag("driver")
class KernelMutationTest {
    private static final String[] ORDERS = {"forward", "reverse", "random"};

    /// Bounds that may be off by this without any effect.
    private static final Map<String, String> HARMLESS = Map.of(
            "- (BATCH - 1)", "what the walk in batches leaves, the walk in single steps takes",
            "+ group < columns", "a group that begins at the end has no column inside",
            "+ start < n", "a stretch that begins at the end has no element inside");

    @BeforeEach
    void quiet() {
        Standin.requireBuilt();
    }

    @AfterEach
    void restore() {
        Standin.reset();
    }

    @ParameterizedTest
    @EnumSource(Real.class)
    void kernelsGiveTheSameBitsInEveryOrder(Real real) {
        for (Kernel kernel : verbs(real)) {
            for (Shape shape : Shape.ALL) {
                byte[] forward = run(kernel, real, shape, "forward", () -> true);
                assertNotNull(forward, kernel + " " + shape);
                for (String order : ORDERS) {
                    assertTrue(
                            KernelRun.isSame(forward, run(kernel, real, shape, order, () -> true)),
                            kernel.symbol(real) + " on " + shape + ": " + order + " gives other numbers than forward");
                }
            }
        }
    }

    @Test
    void everyBarrierAndExchangeIsNeeded() {
        Map<Kernel, List<String>> removed = new EnumMap<>(Kernel.class);
        for (Kernel kernel : verbs(Real.F32)) {
            Standin.barriers();
            for (Shape shape : Shape.ALL) {
                run(kernel, Real.F32, shape, "forward", () -> true);
            }
            List<String> places = Standin.barriers();
            removed.put(kernel, places);
            for (String place : places) {
                assertTrue(isNoticedWithout(kernel, place), kernel + " does as well without the barrier at " + place);
            }
        }
        System.out.println("barriers and exchanges removed, and noticed: " + removed);
        assertTrue(removed.get(Kernel.COLUMN_SUMS).size() >= 2, removed.toString());
    }

    @Test
    void everyBoundIsNeededAsItIs() throws IOException {
        List<String> mutants = Files.readAllLines(Standin.folder().resolve("mutants"));
        List<String> unnoticed = new ArrayList<>();
        Set<String> tried = new TreeSet<>();
        Set<String> excused = new TreeSet<>();
        Set<Kernel> withoutBound = new TreeSet<>();
        int notices = 0;
        for (Kernel kernel : verbs(Real.F32)) {
            Set<Integer> reached = reached(kernel, mutants.size());
            if (reached.isEmpty()) {
                withoutBound.add(kernel);
            }
            for (int mutant : reached) {
                String text = mutants.get(mutant - 1);
                tried.add(text);
                for (int sign : new int[] {1, -1}) {
                    boolean noticed = isNoticedWith(kernel, sign * mutant);
                    notices += noticed ? 1 : 0;
                    if (!noticed) {
                        harmless(sign, text)
                                .ifPresentOrElse(
                                        excused::add,
                                        () -> unnoticed.add(
                                                kernel + (sign > 0 ? " with one more: " : " with one less: ") + text));
                    }
                }
            }
        }
        System.out.println("bounds off by one, and noticed: " + notices + " at " + tried.size() + " places");
        assertEquals(List.of(), unnoticed);
        assertEquals(HARMLESS.keySet(), excused, "excuses that something needs");
        assertEquals(Set.of(Kernel.ADVANCE, Kernel.KEEP), withoutBound, "kernels that come to no bound");
        assertEquals(mutants.size(), tried.size(), "places of bounds that some kernel comes to");
    }

    /// The kernels of a fused step take other arguments; their own tests plant faults where they can.
    private static List<Kernel> verbs(Real real) {
        return Arrays.stream(Kernel.values())
                .filter(kernel -> kernel.family() == Kernel.Family.VERB && kernel.exists(real))
                .toList();
    }

    private static boolean isNoticedWithout(Kernel kernel, String place) {
        for (String order : ORDERS) {
            for (Shape shape : Shape.ALL) {
                byte[] right = run(kernel, Real.F32, shape, order, () -> true);
                byte[] found = run(kernel, Real.F32, shape, order, () -> {
                    Standin.removeBarrier(place);
                    return true;
                });
                if (!KernelRun.isSame(right, found)) {
                    return true;
                }
            }
        }
        return false;
    }

    private static boolean isNoticedWith(Kernel kernel, int mutant) {
        for (Shape shape : Shape.ALL) {
            byte[] right = run(kernel, Real.F32, shape, "forward", () -> use(0));
            byte[] found = run(kernel, Real.F32, shape, "forward", () -> use(mutant));
            if (!KernelRun.isSame(right, found)) {
                return true;
            }
        }
        return false;
    }

    private static Set<Integer> reached(Kernel kernel, int mutants) {
        Set<Integer> reached = new TreeSet<>();
        for (Shape shape : Shape.ALL) {
            try (Session session = Session.start("eager,quiet,forward")) {
                use(0);
                KernelRun.of(session, kernel, Real.F32, shape);
                for (int mutant = 1; mutant <= mutants; mutant++) {
                    if (Standin.isReached(mutant)) {
                        reached.add(mutant);
                    }
                }
            }
        }
        return reached;
    }

    private static boolean use(int mutant) {
        Standin.kernels(Standin.folder().resolve("libstandin_mutants.so").toString());
        return Standin.mutant(mutant) > 0;
    }

    /// What excuses a bound that is off by one in this direction.
    private static Optional<String> harmless(int sign, String text) {
        return HARMLESS.keySet().stream()
                .filter(key -> key.startsWith(sign > 0 ? "+" : "-") && text.contains(key.substring(2)))
                .findFirst();
    }

    /// The memory of a kernel after a run in a fresh context, after `prepare`; null if it failed.
    private static byte[] run(Kernel kernel, Real real, Shape shape, String order, BooleanSupplier prepare) {
        try (Session session = Session.start("eager,quiet," + order)) {
            assertTrue(prepare.getAsBoolean());
            return KernelRun.of(session, kernel, real, shape);
        }
    }
}
