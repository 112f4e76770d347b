package dev.cresset.backend.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.cresset.backend.cuda.Bf16Step.Near;
import dev.cresset.backend.step.Stage;
import dev.cresset.tensor.Precision;
import dev.cresset.tensor.Tensor;

/// The normalisation in a [Bf16Step], from the product that the device has.
final class Bf16Normal {
    private static final double U = Precision.FP32.roundoff();
    private static final double FEW = 32;

    private final CudaFusedNormalize normal;
    private final Bf16Step step;
    private final int rows;
    private final int columns;
    private final double[] gamma;
    private final double[] beta;
    private final double[] gammaVelocity;
    private final double[] betaVelocity;
    private final double[] runningMean;
    private final double[] runningVariance;
    private double[] xhat;
    private double[] inverse;
    private double[] blur;
    private Bf16Matrix output;

    /// Looks at what is there before the step.
    Bf16Normal(CudaFusedNormalize normal, Bf16Step step) {
        Stage.Normalize of = normal.normalize();
        this.normal = normal;
        this.step = step;
        this.rows = normal.z().rows();
        this.columns = normal.z().columns();
        this.gamma = of.gamma().value().toArray();
        this.beta = of.beta().value().toArray();
        this.gammaVelocity = step.velocity(of.gamma().value());
        this.betaVelocity = step.velocity(of.beta().value());
        this.runningMean = of.mean().value().toArray();
        this.runningVariance = of.variance().value().toArray();
    }

    void forward(Bf16Matrix output, double[] bias) {
        this.output = output;
        double[] z = normal.z().toArray();
        xhat = new double[z.length];
        inverse = new double[columns];
        blur = new double[columns];
        for (int c = 0; c < columns; c++) {
            column(c, z, bias[c]);
        }
    }

    private void column(int c, double[] z, double bias) {
        Stage.Normalize of = normal.normalize();
        double mean = 0;
        double largest = 0;
        for (int row = 0; row < rows; row++) {
            double x = z[row * columns + c] + bias;
            mean += x / rows;
            largest = Math.max(largest, Math.abs(x));
        }
        double variance = 0;
        for (int row = 0; row < rows; row++) {
            double difference = z[row * columns + c] + bias - mean;
            variance += difference * difference / rows;
        }
        inverse[c] = 1 / Math.sqrt(variance + of.epsilon());
        // By how many roundings a normalised number is off: those of what it is made of, which are larger than it.
        blur[c] = FEW * U * (1 + largest * inverse[c]);
        double keep = of.keep();
        double tolerance = FEW * U * (1 + largest);
        double meanKept = keep * runningMean[c] + (1 - keep) * mean;
        double varianceKept = keep * runningVariance[c] + (1 - keep) * of.factor() * variance;
        assertEquals(meanKept, at(of.mean().value(), c), tolerance, "running mean");
        assertEquals(varianceKept, at(of.variance().value(), c), tolerance * (1 + largest), "running variance");
        for (int row = 0; row < rows; row++) {
            int e = row * columns + c;
            xhat[e] = (z[e] + bias - mean) * inverse[c];
            double y = gamma[c] * xhat[e] + beta[c];
            double off = Math.abs(gamma[c]) * blur[c] * (1 + Math.abs(xhat[e])) + FEW * U * Math.abs(y);
            double least = normal.relu() == 1 ? 0 : Double.NEGATIVE_INFINITY;
            Bf16Step.assertRounded(
                    Math.max(least, y - off), Math.max(least, y + off), output.at()[e], normal.name() + ", a");
        }
    }

    private static double at(Tensor tensor, int c) {
        return tensor.get(0, c);
    }

    void backward(Near[] da, Bf16Matrix dz) {
        for (int c = 0; c < columns; c++) {
            backward(c, da, dz);
        }
    }

    private void backward(int c, Near[] da, Bf16Matrix dz) {
        Near[] dy = new Near[rows];
        Near dgamma = new Near(0, 0);
        Near dbeta = new Near(0, 0);
        for (int row = 0; row < rows; row++) {
            int e = row * columns + c;
            // Where ReLU is flat follows from what is stored.
            dy[row] = normal.relu() == 1 && output.at()[e] == 0 ? new Near(0, 0) : da[e];
            double size = Math.abs(dy[row].value());
            dbeta = new Near(dbeta.value() + dy[row].value(), dbeta.tolerance() + dy[row].tolerance() + U * size);
            dgamma = new Near(
                    dgamma.value() + dy[row].value() * xhat[e],
                    dgamma.tolerance()
                            + dy[row].tolerance() * Math.abs(xhat[e])
                            + blur[c] * size * (1 + Math.abs(xhat[e])));
        }
        for (int row = 0; row < rows; row++) {
            int e = row * columns + c;
            double x = Math.abs(xhat[e]);
            double shift = dbeta.value() / rows;
            double slope = dgamma.value() / rows;
            double scale = gamma[c] * inverse[c];
            double size = Math.abs(dy[row].value()) + Math.abs(shift) + (1 + x) * Math.abs(slope);
            double off = dy[row].tolerance() + (dbeta.tolerance() + x * dgamma.tolerance()) / rows + blur[c] * size;
            Near expected = new Near(
                    scale * (dy[row].value() - shift - xhat[e] * slope), 2 * Math.abs(scale) * (1 + blur[c]) * off);
            Bf16Step.assertRounded(expected, dz.at()[e], normal.name() + ", dz");
        }
        Stage.Normalize of = normal.normalize();
        step.moved(gamma[c], gammaVelocity[c], dgamma, at(of.gamma().value(), c), normal.name() + ", gamma");
        step.moved(beta[c], betaVelocity[c], dbeta, at(of.beta().value(), c), normal.name() + ", beta");
    }
}
