package dev.cresset.backend;

import static org.junit.jupiter.api.Assertions.assertAll;

import java.util.List;
import org.junit.jupiter.api.Test;

@ForEveryBackend
class ActivationContractTest extends BackendContract {
    private static final List<Activation> ALL = List.of(
            Activation.IDENTITY,
            Activation.SIGMOID,
            Activation.TANH,
            Activation.RELU,
            Activation.leakyRelu(0.01),
            Activation.leakyRelu(0),
            Activation.leakyRelu(-0.5),
            Activation.leakyRelu(3),
            Activation.elu(1),
            Activation.elu(0.3),
            Activation.elu(0),
            Activation.GELU,
            Activation.SILU,
            Activation.SOFTPLUS);

    private static final double[] EDGES = {
        0, -0.0, 1e-30, -1e-30, 0.5, -0.5, 1, -1, 5.5, -5.5, 8, -8, 20, -20, 38, -38, 88, -88, 300, -300, 1e4, -1e4,
    };

    private static final double[] SPECIALS = {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY};

    ActivationContractTest(Backend backend) {
        super(backend);
    }

    @Test
    void eachFunctionOfEachShapeIsTheOneOfItsTable() {
        for (Activation f : ALL) {
            forSomeShapes((rows, columns) -> {
                Operand z = randomIn(rows, columns);
                Operand a = out(rows, columns);
                ops.activate(f, z.tensor(), a.tensor());
                requireValues(f, z, a);
            });
        }
    }

    @Test
    void eachFunctionIsRightAtItsEdges() {
        assertAll(ALL.stream().map(f -> () -> {
            Operand z = in(1, EDGES.length, EDGES);
            Operand a = out(1, EDGES.length);
            ops.activate(f, z.tensor(), a.tensor());
            requireValues(f, z, a);
        }));
    }

    @Test
    void nanInIsNaNOutAndInfinitiesGoToTheirLimits() {
        assertAll(ALL.stream().map(f -> () -> {
            Operand z = in(1, SPECIALS.length, SPECIALS);
            Operand a = out(1, SPECIALS.length);
            ops.activate(f, z.tensor(), a.tensor());
            a.requireClose((i, j) -> PlainFunctions.atSpecial(f, SPECIALS[j]), 1);
        }));
    }

    @Test
    void eachFunctionWorksInPlace() {
        for (Activation f : ALL) {
            Operand z = inOut(31, 33, numbers(31 * 33));
            ops.activate(f, z.tensor(), z.tensor());
            requireValues(f, z, z);
            requireRestUntouched();
        }
    }

    @Test
    void eachGradientOfEachShapeIsTheSlopeTimesTheGradientAbove() {
        for (Activation f : ALL) {
            forSomeShapes((rows, columns) -> {
                Operand z = randomIn(rows, columns);
                Operand a = values(f, z);
                Operand da = randomIn(rows, columns);
                Operand dz = out(rows, columns);
                ops.activateGradient(f, z.tensor(), a.tensor(), da.tensor(), dz.tensor());
                requireGradients(f, z, a, da, dz);
            });
        }
    }

    @Test
    void eachGradientIsRightAtTheEdgesAndInPlace() {
        assertAll(ALL.stream().map(f -> () -> {
            Operand z = in(1, EDGES.length, EDGES);
            Operand a = values(f, z);
            Operand da = inOut(1, EDGES.length, numbers(EDGES.length));
            ops.activateGradient(f, z.tensor(), a.tensor(), da.tensor(), da.tensor());
            requireGradients(f, z, a, da, da);
        }));
    }

    @Test
    void aFlatPiecePassesNothingOnNotEvenAnInfiniteGradient() {
        for (Activation f : List.of(Activation.RELU, Activation.leakyRelu(0), Activation.elu(1), Activation.SIGMOID)) {
            Operand z = in(1, 1, -1e4);
            Operand dz = out(1, 1);
            Operand da = in(1, 1, Double.POSITIVE_INFINITY);
            ops.activateGradient(f, z.tensor(), values(f, z).tensor(), da.tensor(), dz.tensor());
            dz.requireClose((i, j) -> 0, 0);
        }
    }

    @Test
    void aNaNGradientStaysOne() {
        for (Activation f : ALL) {
            Operand z = in(1, 1, 0.5);
            Operand dz = out(1, 1);
            Operand da = in(1, 1, Double.NaN);
            ops.activateGradient(f, z.tensor(), values(f, z).tensor(), da.tensor(), dz.tensor());
            dz.requireClose((i, j) -> Double.NaN, 0);
        }
    }

    @Test
    void aReluPassesTheGradientThroughWhereItsInputIsNaN() {
        Operand z = in(1, 1, Double.NaN);
        Operand a = in(1, 1, Double.NaN);
        Operand da = in(1, 1, 3);
        Operand dz = out(1, 1);
        ops.activateGradient(Activation.RELU, z.tensor(), a.tensor(), da.tensor(), dz.tensor());
        dz.requireClose((i, j) -> 3, 0);
    }

    @Test
    void aLinearLayerWithItsActivationIsOneAfterTheOtherBitByBit() {
        for (Activation f : ALL) {
            for (int[] shape : new int[][] {{0, 3, 4}, {1, 1, 1}, {33, 31, 100}, {257, 130, 30}, {5, 4, 0}}) {
                Operand a = randomIn(shape[0], shape[2]);
                Operand weight = randomIn(shape[1], shape[2]);
                Operand bias = randomIn(1, shape[1]);
                Operand[] small = {out(shape[0], shape[1]), out(shape[0], shape[1])};
                Operand[] fused = {out(shape[0], shape[1]), out(shape[0], shape[1])};
                ops.linear(a.tensor(), weight.tensor(), bias.tensor(), small[0].tensor());
                ops.activate(f, small[0].tensor(), small[1].tensor());
                ops.linearActivation(
                        f, a.tensor(), weight.tensor(), bias.tensor(), fused[0].tensor(), fused[1].tensor());
                fused[0].requireSame(small[0].now());
                fused[1].requireSame(small[1].now());
                requireRestUntouched();
            }
        }
    }

    @Test
    void aGradientWithItsColumnSumsIsOneAfterTheOtherBitByBit() {
        for (Activation f : ALL) {
            for (int[] shape : new int[][] {{0, 3}, {3, 0}, {1, 1}, {33, 31}, {300, 70}, {1000, 3}}) {
                Operand z = randomIn(shape[0], shape[1]);
                Operand a = values(f, z);
                Operand da = randomIn(shape[0], shape[1]);
                Operand[] small = {out(shape[0], shape[1]), out(1, shape[1])};
                Operand[] fused = {inOut(shape[0], shape[1], da.given()), out(1, shape[1])};
                ops.activateGradient(f, z.tensor(), a.tensor(), da.tensor(), small[0].tensor());
                ops.columnSums(small[0].tensor(), small[1].tensor());
                ops.activateGradientSums(
                        f, z.tensor(), a.tensor(), fused[0].tensor(), fused[0].tensor(), fused[1].tensor());
                fused[0].requireSame(small[0].now());
                fused[1].requireSame(small[1].now());
                requireRestUntouched();
            }
        }
    }

    private Operand values(Activation f, Operand z) {
        Operand a = out(z.tensor().rows(), z.tensor().columns());
        ops.activate(f, z.tensor(), a.tensor());
        return in(z.tensor().rows(), z.tensor().columns(), a.now());
    }

    private static void requireValues(Activation f, Operand z, Operand a) {
        a.requireClose(
                (i, j) -> PlainFunctions.value(f, z.given(i, j)),
                (i, j) -> PlainFunctions.condition(f, z.given(i, j)),
                Tolerance.FUNCTION);
    }

    private static void requireGradients(Activation f, Operand z, Operand a, Operand da, Operand dz) {
        dz.requireClose(
                (i, j) -> {
                    double slope = PlainFunctions.slope(f, z.given(i, j), a.given(i, j));
                    return slope == 0 ? 0 : slope * da.given(i, j);
                },
                (i, j) -> switch (f.kind()) {
                    // The terms of a slope are not larger than about 1 and cancel: the error is relative to 1.
                    case GELU, SILU -> da.given(i, j);
                    // 1 − a² rounds a² or, fused, does not: two units of 1.
                    case TANH -> da.given(i, j) * 2 / Tolerance.FUNCTION;
                    default -> 0;
                },
                Tolerance.FUNCTION);
    }
}
