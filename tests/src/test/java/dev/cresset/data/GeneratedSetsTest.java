package dev.cresset.data;

import static dev.cresset.data.Refusal.says;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class GeneratedSetsTest {
    /// `StrictMath` and `Math` may differ in the last bit of a sine.
    private static final double SINE = 1e-15;

    @Test
    void theSineSetHasTheLecturesTargets() {
        Dataset set = SineSet.generate(1);
        assertEquals(1000, set.size());
        assertEquals(4, set.inputs());
        assertEquals(3, set.outputs());
        assertEquals(Task.REGRESSION, set.schema().task());
        double[] x = new double[4];
        double[] y = new double[3];
        for (int row = 0; row < set.size(); row++) {
            set.features().copy(row, x, 0);
            set.targets().copy(row, y, 0);
            assertEquals(Math.sin(x[0] + x[1] + x[2] + x[3]), y[0], SINE);
            assertEquals(Math.sin(6 * x[1]), y[1], SINE);
            assertEquals(Math.sin(x[1] + x[3]), y[2], SINE);
        }
    }

    @Test
    void theSineSetsFeaturesAreEvenOverZeroToSix() {
        Dataset set = SineSet.generate(10_000, 3);
        for (int column = 0; column < 4; column++) {
            double sum = 0;
            for (int row = 0; row < set.size(); row++) {
                double value = set.features().at(row, column);
                assertTrue(value >= 0 && value < 6);
                sum += value;
            }
            // Mean 3; standard deviation of the mean 6/√12/√10000 = 0.0173; six of them.
            assertEquals(3, sum / set.size(), 0.11);
        }
    }

    @Test
    void aLongerSineSetStartsWithTheShorterOne() {
        Dataset shorter = SineSet.generate(5, 9);
        Dataset longer = SineSet.generate(50, 9);
        double[] one = new double[4];
        double[] other = new double[4];
        shorter.features().copy(4, one, 0);
        longer.features().copy(4, other, 0);
        assertArrayEquals(one, other);
        assertNotEquals(one[0], SineSet.generate(5, 10).features().at(4, 0));
        says("at least 1 row", () -> SineSet.generate(0, 1));
    }

    @Test
    void fivePointsAreTheOriginAmongItsNeighbours() {
        Dataset points = FivePoints.dataset();
        assertEquals(5, points.size());
        assertEquals(Task.REGRESSION, points.schema().task());
        assertEquals(1, points.outputs());
        for (int row = 0; row < 5; row++) {
            double distance =
                    Math.hypot(points.features().at(row, 0), points.features().at(row, 1));
            assertEquals(distance == 0 ? 1 : 0, points.targets().at(row, 0));
            assertTrue(distance == 0 || distance == 1);
        }
        Dataset classes = FivePoints.classification();
        assertEquals(2, classes.outputs());
        assertEquals(List.of("outer", "origin"), classes.schema().classes());
        assertEquals(1, classes.label(0));
        assertEquals(0, classes.label(4));
    }

    @Test
    void spiralsWithoutNoiseLieOnTheirArms() {
        Dataset spirals = TwoSpirals.generate(6, 0, 1);
        assertEquals(12, spirals.size());
        assertEquals(2, spirals.outputs());
        // Arm 0, point 1: t = 1/3, angle π. Arm 1, point 5: t = 1, angle 4π.
        assertEquals(-1.0 / 3, spirals.features().at(2, 0), SINE);
        assertEquals(0, spirals.features().at(2, 1), SINE);
        assertEquals(1, spirals.features().at(11, 0), SINE);
        assertEquals(0, spirals.features().at(11, 1), SINE);
        for (int row = 0; row < 12; row++) {
            assertEquals(row % 2, spirals.label(row));
        }
        // The second arm is the first turned by half a turn.
        assertEquals(-spirals.features().at(6, 0), spirals.features().at(7, 0), SINE);
        assertEquals(-spirals.features().at(6, 1), spirals.features().at(7, 1), SINE);
    }

    @Test
    void spiralsNoiseHasTheGivenDeviationAndFollowsTheSeed() {
        Dataset clean = TwoSpirals.generate(5000, 0, 1);
        Dataset noisy = TwoSpirals.generate(5000, 0.1, 1);
        double squares = 0;
        for (int row = 0; row < clean.size(); row++) {
            double distance = noisy.features().at(row, 0) - clean.features().at(row, 0);
            squares += distance * distance;
        }
        // Deviation of a standard deviation from 10000 draws: 0.1/√20000 = 0.0007; six of them.
        assertEquals(0.1, Math.sqrt(squares / clean.size()), 0.0043);
        Dataset again = TwoSpirals.generate(5000, 0.1, 1);
        assertEquals(noisy.features().at(77, 1), again.features().at(77, 1));
        assertNotEquals(
                noisy.features().at(77, 1),
                TwoSpirals.generate(5000, 0.1, 2).features().at(77, 1));
    }

    @Test
    void spiralsThatCannotBeAreRefused() {
        says("points an arm expected, found 0", () -> TwoSpirals.generate(0, 0.1, 1));
        says("a finite noise of at least 0", () -> TwoSpirals.generate(5, -0.1, 1));
        says("a finite noise of at least 0", () -> TwoSpirals.generate(5, Double.NaN, 1));
    }
}
