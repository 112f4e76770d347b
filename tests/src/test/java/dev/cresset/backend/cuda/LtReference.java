package dev.cresset.backend.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.cresset.tensor.Precision;

/// A planned product by its formula, in float64, beside what it may be off by: roundoffs of the sums (as many as terms)
/// and of the factors where TF32 shortens them, and one of the result.
record LtReference(double[] values, double[] tolerances, double[] bias, double[] biasTolerances) {
    /// @param x what each row of the result is made of
    /// @param w what each column of the result is made of
    /// @param old the result before
    /// @param positive where the mask is set
    static LtReference of(CudaLtSpec spec, double[] x, double[] w, double[] old, double[] bias, boolean[] positive) {
        CudaLtEpilogue epilogue = spec.epilogue();
        LtNumbers result = LtNumbers.ofResult(spec.types());
        double sumRoundoff =
                switch (spec.types()) {
                    case F64 -> LtNumbers.F64.roundoff();
                    case F32 -> LtNumbers.F32.roundoff();
                    // Tensor cores cut sums off instead of rounding them.
                    case TF32, BF16, BF16_TO_F32 -> 2 * LtNumbers.F32.roundoff();
                };
        double factorRoundoff = spec.types() == CudaLtTypes.TF32 ? Precision.TF32.productRoundoff() : 0;
        int rows = spec.rows();
        int columns = spec.columns();
        int terms = terms(spec);
        double[] values = new double[rows * columns];
        double[] tolerances = new double[rows * columns];
        double[] sums = new double[columns];
        double[] sumTolerances = new double[columns];
        double[] sizes = new double[columns];
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < columns; j++) {
                int at = i * columns + j;
                double value = spec.beta() * old[at];
                double size = Math.abs(value);
                for (int k = 0; k < terms; k++) {
                    double term = x[first(spec, i, k)] * w[second(spec, j, k)];
                    value += term;
                    size += Math.abs(term);
                }
                if (epilogue.fits(CudaLtSpec.Op.FORWARD) && epilogue.usesBias()) {
                    value += bias[j];
                    size += Math.abs(bias[j]);
                }
                boolean isCut =
                        switch (epilogue) {
                            case RELU_BIAS, RELU_AUX_BIAS -> value < 0;
                            case DRELU, DRELU_BGRAD -> !positive[at];
                            default -> false;
                        };
                values[at] = isCut ? 0 : value;
                tolerances[at] = ((terms + 4) * sumRoundoff + 2 * factorRoundoff) * size;
                sums[j] += values[at];
                sizes[j] += Math.abs(values[at]);
                sumTolerances[j] += tolerances[at];
                tolerances[at] += result.roundoff() * Math.abs(values[at]);
            }
        }
        for (int j = 0; j < columns; j++) {
            sumTolerances[j] += (rows + 4) * sumRoundoff * sizes[j] + rows * result.roundoff() * sizes[j];
        }
        return new LtReference(values, tolerances, sums, sumTolerances);
    }

    /// How many products each element sums.
    static int terms(CudaLtSpec spec) {
        return switch (spec.op()) {
            case FORWARD -> spec.in();
            case INPUT_GRADIENT -> spec.out();
            case WEIGHT_GRADIENT -> spec.batch();
        };
    }

    /// How many elements the first factor has.
    static int firstSize(CudaLtSpec spec) {
        return spec.batch() * (spec.op() == CudaLtSpec.Op.FORWARD ? spec.in() : spec.out());
    }

    /// How many elements the second factor has.
    static int secondSize(CudaLtSpec spec) {
        return spec.in() * (spec.op() == CudaLtSpec.Op.WEIGHT_GRADIENT ? spec.batch() : spec.out());
    }

    private static int first(CudaLtSpec spec, int i, int k) {
        return switch (spec.op()) {
            case FORWARD -> i * spec.in() + k;
            case INPUT_GRADIENT -> i * spec.out() + k;
            case WEIGHT_GRADIENT -> k * spec.out() + i;
        };
    }

    private static int second(CudaLtSpec spec, int j, int k) {
        return switch (spec.op()) {
            case FORWARD -> j * spec.in() + k;
            case INPUT_GRADIENT, WEIGHT_GRADIENT -> k * spec.in() + j;
        };
    }

    void requireValues(double[] found, CudaLtSpec spec) {
        for (int i = 0; i < values.length; i++) {
            assertEquals(values[i], found[i], tolerances[i], spec + ", element " + i);
        }
    }

    void requireBiasGradient(double[] found, CudaLtSpec spec) {
        for (int j = 0; j < bias.length; j++) {
            assertEquals(bias[j], found[j], biasTolerances[j], spec + ", bias gradient " + j);
        }
    }
}
