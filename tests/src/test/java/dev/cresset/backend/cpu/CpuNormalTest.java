package dev.cresset.backend.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CpuNormalTest {
    /// Twice what was seen over 6000 random points (5.6 roundoffs of 2⁻⁵³).
    private static final double RELATIVE = 12 * 0x1p-53;

    /// Computed with 50 digits, from the exact values of the doubles in the first column.
    @ParameterizedTest
    @CsvSource({
        "-37.5, 4.6053530095819548438e-308, 1.7282337322841052208e-306",
        "-30, 4.9067139271481870595e-198, 1.473646134878547519e-196",
        "-20.25, 1.7761998649495700309e-91, 3.6055338157275848134e-90",
        "-13, 6.1171643995498796823e-39, 7.9988277570068114977e-38",
        "-8, 6.2209605742717841235e-16, 5.052271083536892288e-15",
        "-5.5, 1.8989562465887719384e-8, 1.0769760042543276359e-7",
        "-3.5, 0.00023262907903552503635, 0.0008726826950457600656",
        "-2.125, 0.01679330644844881259, 0.041720985256338605951",
        "-1.25, 0.10564977366685525769, 0.18264908538902190499",
        "-0.75, 0.22662735237686819933, 0.30113743215480440493",
        "-0.3, 0.38208857781104736693, 0.38138781546052408688",
        "-0.0625, 0.4750823309707527788, 0.39816385668688658504",
        "-1e-09, 0.4999999996010577196, 0.39894228040143267774",
        "0, 0.5, 0.39894228040143267794",
        "1e-05, 0.50000398942280394784, 0.39894228038148556392",
        "0.4, 0.65542174161032417491, 0.36827014030332330447",
        "1, 0.84134474606854294859, 0.2419707245191433498",
        "2.5, 0.99379033467422386483, 0.017528300493568537362",
        "5.5, 0.99999998101043753411, 1.0769760042543276359e-7",
        "8.25, 0.9999999999999999208, 6.6271374559687515356e-16",
    })
    void distributionAndDensityKeepTheirRelativeAccuracyInTheTails(double z, double distribution, double density) {
        assertEquals(distribution, CpuNormal.distribution(z), RELATIVE * distribution);
        assertEquals(density, CpuNormal.density(z), RELATIVE * density);
    }

    @Test
    void farOutTheyReachTheirLimitsAndNaNStaysNaN() {
        assertEquals(0, CpuNormal.distribution(Double.NEGATIVE_INFINITY));
        assertEquals(0, CpuNormal.distribution(-1e300));
        assertEquals(1, CpuNormal.distribution(Double.POSITIVE_INFINITY));
        assertEquals(0, CpuNormal.density(Double.NEGATIVE_INFINITY));
        assertEquals(0, CpuNormal.density(1e300));
        assertTrue(Double.isNaN(CpuNormal.distribution(Double.NaN)));
        assertTrue(Double.isNaN(CpuNormal.density(Double.NaN)));
    }
}
