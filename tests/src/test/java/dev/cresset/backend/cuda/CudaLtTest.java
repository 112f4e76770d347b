package dev.cresset.backend.cuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cresset.backend.cuda.CudaLtSpec.Op;
import dev.cresset.tensor.Precision;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import jcuda.Pointer;
import jcuda.driver.CUstream;
import jcuda.driver.CUstream_flags;
import jcuda.driver.JCudaDriver;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Planned products against their formulas, at once and recorded.
@Tag("cuda")
class CudaLtTest {
    /// Batch, in, out.
    private static final int[][] SHAPES = {
        {1, 1, 1},
        {2, 3, 1},
        {3, 2, 17},
        {17, 33, 1},
        {33, 17, 31},
        {128, 128, 128},
        {128, 257, 10},
        {257, 129, 33},
        {31, 1000, 3}
    };

    private final Random random = new Random(11);

    static Stream<Arguments> everyProduct() {
        return Arrays.stream(CudaLtTypes.values())
                .flatMap(types -> Arrays.stream(Op.values()).flatMap(op -> Arrays.stream(CudaLtEpilogue.values())
                        .filter(epilogue -> epilogue.fits(op))
                        .map(epilogue -> Arguments.of(op, types, epilogue))));
    }

    @ParameterizedTest
    @MethodSource("everyProduct")
    void everyProductIsWhatItsFormulaSays(Op op, CudaLtTypes types, CudaLtEpilogue epilogue) {
        try (LtSession session = new LtSession()) {
            for (int[] shape : SHAPES) {
                for (double beta : epilogue == CudaLtEpilogue.NONE ? new double[] {0, 0.9} : new double[] {0}) {
                    CudaLtSpec spec =
                            new CudaLtSpec(op, types, shape[0], shape[1], shape[2], epilogue, beta, CudaLtSpec.ALIGNED);
                    requireRight(session, spec);
                }
            }
        }
    }

    private void requireRight(LtSession session, CudaLtSpec spec) {
        List<String> refused = new ArrayList<>();
        Optional<CudaLtProduct> planned = session.lt().plan(spec, refused);
        if (planned.isEmpty()) {
            // On a real GPU the library may have no algorithm for an epilogue; the stand-in has one for each.
            assertTrue(
                    System.getenv("CRESSET_STANDIN_MODE") == null && spec.epilogue() != CudaLtEpilogue.NONE,
                    refused.toString());
            System.out.println("CudaLtTest: " + refused);
            return;
        }
        LtNumbers factors = LtNumbers.ofFactors(spec.types());
        LtNumbers results = LtNumbers.ofResult(spec.types());
        int size = spec.rows() * spec.columns();
        double[] first = factors.random(random, LtReference.firstSize(spec));
        double[] second = factors.random(random, LtReference.secondSize(spec));
        double[] old = results.random(random, size);
        double[] bias = results.random(random, spec.columns());
        boolean[] positive = new boolean[size];
        long a = session.upload(factors, first);
        long b = session.upload(factors, second);
        long onBias = spec.epilogue().usesBias() ? session.upload(results, bias) : 0;
        long mask = spec.epilogue().usesMask()
                ? session.heap().allocate(spec.maskBytes()).address()
                : 0;
        if (spec.op() == Op.INPUT_GRADIENT && mask != 0) {
            writeMask(session, spec, mask, positive);
        }
        LtReference wanted = LtReference.of(spec, first, second, old, bias, positive);
        // With beta the result depends on what was there, so each run starts from it.
        for (boolean recorded : new boolean[] {false, true}) {
            long d = session.upload(results, spec.beta() == 0 ? notNumbers(size) : old);
            Runnable run = () -> planned.get().run(a, b, d, onBias, mask);
            if (recorded) {
                session.replay(run, 1);
            } else {
                run.run();
            }
            wanted.requireValues(session.download(results, d, size), spec);
            if (spec.epilogue() == CudaLtEpilogue.DRELU_BGRAD) {
                wanted.requireBiasGradient(session.download(results, onBias, spec.columns()), spec);
            }
        }
        planned.get().close();
    }

    /// Writes a mask as a step does: by the ReLU of a layer whose results are as wide. No pre-activation is near 0.
    private void writeMask(LtSession session, CudaLtSpec spec, long mask, boolean[] positive) {
        CudaLtSpec forward =
                CudaLtSpec.forward(spec.types(), spec.batch(), 1, spec.columns(), CudaLtEpilogue.RELU_AUX_BIAS);
        assertEquals(spec.maskPitch(), forward.maskPitch());
        assertEquals(spec.maskBytes(), forward.maskBytes());
        double[] x = signs(spec.batch());
        double[] w = signs(spec.columns());
        for (int i = 0; i < positive.length; i++) {
            positive[i] = x[i / spec.columns()] * w[i % spec.columns()] > 0;
        }
        LtNumbers factors = LtNumbers.ofFactors(spec.types());
        LtNumbers results = LtNumbers.ofResult(spec.types());
        long y = session.upload(results, new double[positive.length]);
        long bias = session.upload(results, new double[spec.columns()]);
        try (CudaLtProduct product = session.plan(forward)) {
            product.run(session.upload(factors, x), session.upload(factors, w), y, bias, mask);
            session.context().await("the mask");
        }
    }

    private double[] signs(int count) {
        return random.ints(count, 0, 2).mapToDouble(bit -> bit - 0.5).toArray();
    }

    private static double[] notNumbers(int count) {
        double[] numbers = new double[count];
        Arrays.fill(numbers, Double.NaN);
        return numbers;
    }

    @ParameterizedTest
    @MethodSource("everyProduct")
    void theSameCallGivesTheSameBits(Op op, CudaLtTypes types, CudaLtEpilogue epilogue) {
        try (LtSession session = new LtSession()) {
            CudaLtSpec spec = new CudaLtSpec(op, types, 257, 129, 65, epilogue, 0, CudaLtSpec.ALIGNED);
            Optional<CudaLtProduct> planned = session.lt().plan(spec, new ArrayList<>());
            if (planned.isEmpty()) {
                return;
            }
            LtNumbers factors = LtNumbers.ofFactors(types);
            LtNumbers results = LtNumbers.ofResult(types);
            int size = spec.rows() * spec.columns();
            long a = session.upload(factors, factors.random(random, LtReference.firstSize(spec)));
            long b = session.upload(factors, factors.random(random, LtReference.secondSize(spec)));
            long d = session.upload(results, new double[size]);
            long bias = epilogue.usesBias() ? session.upload(results, results.random(random, spec.columns())) : 0;
            long mask = epilogue.usesMask()
                    ? session.heap().allocate(spec.maskBytes()).address()
                    : 0;
            planned.get().run(a, b, d, bias, mask);
            double[] once = session.download(results, d, size);
            session.replay(() -> planned.get().run(a, b, d, bias, mask), 2);
            assertArrayEquals(once, session.download(results, d, size));
        }
    }

    @Test
    void aRecordedProductRunsWhenItIsReplayedAndNotBefore() {
        try (LtSession session = new LtSession()) {
            long x = session.upload(LtNumbers.F32, new double[] {3});
            long y = session.upload(LtNumbers.F32, new double[] {1});
            CudaLtProduct product = session.plan(CudaLtSpec.weightGradient(CudaLtTypes.F32, 1, 1, 1, 0.5));
            session.replay(() -> product.run(x, x, y, 0, 0), 0);
            assertArrayEquals(new double[] {1}, session.download(LtNumbers.F32, y, 1));
            session.replay(() -> product.run(x, x, y, 0, 0), 2);
            assertArrayEquals(new double[] {9 + 0.5 * 9.5}, session.download(LtNumbers.F32, y, 1));
        }
    }

    @Test
    void aSecondStreamHasItsOwnAndWaitsForNoOther() {
        try (LtSession session = new LtSession()) {
            CUstream stream = new CUstream();
            JCudaDriver.cuStreamCreate(stream, CUstream_flags.CU_STREAM_NON_BLOCKING);
            CudaLt second = CudaLt.open(
                            session.context(), session.heap(), session.workspace(), stream, new ArrayList<>())
                    .orElseThrow();
            long x = session.upload(LtNumbers.F32, new double[] {3});
            long y = session.upload(LtNumbers.F32, new double[] {1});
            second.plan(CudaLtSpec.weightGradient(CudaLtTypes.F32, 1, 1, 1, 0), new ArrayList<>())
                    .orElseThrow()
                    .run(x, x, y, 0, 0);
            JCudaDriver.cuStreamSynchronize(stream);
            float[] found = new float[1];
            JCudaDriver.cuMemcpyDtoH(Pointer.to(found), new DeviceAddress().at(y), Float.BYTES);
            assertEquals(9, found[0]);
            second.close();
            JCudaDriver.cuStreamDestroy(stream);
        }
    }

    @Test
    void tf32ShortensTheFactorsAndFloat32DoesNot() {
        // Large enough that no library falls back to float32 for its size.
        int size = 512;
        double exact = error(CudaLtTypes.F32, size);
        double shortened = error(CudaLtTypes.TF32, size);
        assertTrue(exact <= size * Precision.FP32.roundoff(), "strict float32 is off by " + exact);
        assertTrue(shortened > 0x1p-16, "TF32 is off by " + shortened + " only: the factors were not shortened");
        assertTrue(shortened <= 2 * Precision.TF32.productRoundoff(), "TF32 is off by " + shortened);
    }

    /// Largest relative error of a product of positive numbers, in the first row.
    private double error(CudaLtTypes types, int size) {
        double[] numbers = random.doubles((long) size * size, 0.5, 1)
                .map(LtNumbers.F32::round)
                .toArray();
        CudaLtSpec spec = CudaLtSpec.forward(types, size, size, size, CudaLtEpilogue.NONE);
        try (LtSession session = new LtSession()) {
            long x = session.upload(LtNumbers.F32, numbers);
            long y = session.heap().allocate((long) size * size * Float.BYTES).address();
            session.plan(spec).run(x, x, y, 0, 0);
            double[] found = session.download(LtNumbers.F32, y, size);
            double largest = 0;
            for (int j = 0; j < size; j++) {
                double sum = 0;
                for (int k = 0; k < size; k++) {
                    sum += numbers[k] * numbers[j * size + k];
                }
                largest = Math.max(largest, Math.abs(found[j] - sum) / sum);
            }
            return largest;
        }
    }

    @Test
    void addressesMayBeSlicesWhereThatWasPlanned() {
        try (LtSession session = new LtSession()) {
            CudaLtSpec spec = CudaLtSpec.forward(CudaLtTypes.F32, 3, 5, 2, CudaLtEpilogue.NONE);
            int offset = 4;
            long x = session.upload(LtNumbers.F32, LtNumbers.F32.random(random, 100)) + offset;
            long w = session.upload(LtNumbers.F32, new double[10]);
            long y = session.upload(LtNumbers.F32, notNumbers(6));
            CudaLtProduct strict = session.plan(spec);
            String said = assertThrows(IllegalArgumentException.class, () -> strict.run(x, w, y, 0, 0))
                    .getMessage();
            assertTrue(said.contains("multiples of 256 bytes"), said);
            session.plan(spec.aligned(offset)).run(x, w, y, 0, 0);
            assertArrayEquals(new double[6], session.download(LtNumbers.F32, y, 6));
        }
    }

    @Test
    void whatIsMissingOrTooMuchIsRefusedByName() {
        try (LtSession session = new LtSession()) {
            long m = session.upload(LtNumbers.F32, new double[256]);
            CudaLtProduct plain = session.plan(CudaLtSpec.weightGradient(CudaLtTypes.F32, 2, 3, 4, 0.9));
            assertRefused(plain, "no bias, no mask", m, m, 0, 0, 0);
            assertRefused(plain, "no bias, no mask", m, m, m, m, 0);
            assertRefused(plain, "no bias, no mask", m, m, m, 0, m);
            CudaLtProduct biased = session.plan(CudaLtSpec.forward(CudaLtTypes.F32, 2, 3, 4, CudaLtEpilogue.BIAS));
            assertRefused(biased, "a bias, no mask", m, m, m, 0, 0);
            biased.close();
            biased.close();
            String said = assertThrows(IllegalStateException.class, () -> biased.run(m, m, m, m, 0))
                    .getMessage();
            assertTrue(said.contains("has been closed"), said);
        }
    }

    private static void assertRefused(CudaLtProduct product, String why, long a, long b, long d, long bias, long mask) {
        String said = assertThrows(IllegalArgumentException.class, () -> product.run(a, b, d, bias, mask))
                .getMessage();
        assertTrue(said.contains(why) && said.contains(product.spec().toString()), said);
    }

    @Test
    void aDescriptionSaysProductEpilogueTypesAndAlgorithm() {
        try (LtSession session = new LtSession()) {
            String said = session.plan(CudaLtSpec.forward(CudaLtTypes.TF32, 128, 784, 512, CudaLtEpilogue.BIAS))
                    .describe();
            assertTrue(
                    said.matches("forward 128×784·784×512 \\+ bias in TF32: cuBLASLt \\d+\\.\\d+\\.\\d+"
                            + " algo \\d+, tile \\d+, split-K -?\\d+, workspace \\d+ bytes"),
                    said);
            said = session.plan(CudaLtSpec.weightGradient(CudaLtTypes.F32, 8, 6, 4, 0.9)
                            .aligned(16))
                    .describe();
            assertTrue(
                    said.startsWith("weight gradient 4×8·8×6 + 0.9·D in float32, addresses multiples of 16: "), said);
        }
    }

    @Test
    void aSpecThatMakesNoSenseIsRefused() {
        CudaLtTypes types = CudaLtTypes.F32;
        CudaLtEpilogue none = CudaLtEpilogue.NONE;
        for (Runnable wrong : List.<Runnable>of(
                () -> CudaLtSpec.forward(types, 0, 1, 1, none),
                () -> CudaLtSpec.forward(types, 1, 0, 1, none),
                () -> CudaLtSpec.forward(types, 1, 1, 0, none),
                () -> CudaLtSpec.forward(types, 1, 1, 1, CudaLtEpilogue.DRELU),
                () -> CudaLtSpec.inputGradient(types, 1, 1, 1, CudaLtEpilogue.BIAS),
                () -> new CudaLtSpec(Op.FORWARD, types, 1, 1, 1, CudaLtEpilogue.BIAS, 0.5, 256),
                () -> CudaLtSpec.forward(types, 1, 1, 1, none).aligned(2),
                () -> CudaLtSpec.forward(types, 1, 1, 1, none).aligned(24),
                () -> CudaLtSpec.forward(types, 1, 1, 1, none).aligned(512))) {
            assertThrows(IllegalArgumentException.class, wrong::run);
        }
    }

    @Test
    void aMaskHasRowsOf128Bits() {
        CudaLtSpec narrow = CudaLtSpec.forward(CudaLtTypes.F32, 5, 7, 128, CudaLtEpilogue.RELU_AUX_BIAS);
        CudaLtSpec wide = CudaLtSpec.inputGradient(CudaLtTypes.F32, 5, 129, 7, CudaLtEpilogue.DRELU);
        assertEquals(128, narrow.maskPitch());
        assertEquals(5 * 16, narrow.maskBytes());
        assertEquals(256, wide.maskPitch());
        assertEquals(5 * 32, wide.maskBytes());
        assertEquals(0, CudaLtSpec.weightGradient(CudaLtTypes.F32, 5, 7, 9, 0).maskBytes());
        assertFalse(CudaLtEpilogue.BIAS.usesMask());
    }
}
