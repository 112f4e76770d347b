package dev.cresset.app;

import dev.cresset.tensor.Precision;
import java.util.Arrays;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/// The kinds of values that options take, checked when the command line is read.
final class OptionTypes {
    private OptionTypes() {}

    /// A whole number of 1 or more.
    static final class Count implements ITypeConverter<Integer> {
        @Override
        public Integer convert(String text) {
            try {
                int value = Integer.parseInt(text);
                if (value >= 1) {
                    return value;
                }
            } catch (NumberFormatException e) {
                // Refused below, together with numbers that are too small.
            }
            throw new TypeConversionException("a whole number of 1 or more expected, found '" + text + "'");
        }
    }

    /// A number of 0 or more.
    static final class Amount implements ITypeConverter<Double> {
        @Override
        public Double convert(String text) {
            double value = number(text);
            if (!(value >= 0 && Double.isFinite(value))) {
                throw new TypeConversionException("a number of 0 or more expected, found '" + text + "'");
            }
            return value;
        }
    }

    /// A number from 0 to just below 1.
    static final class Share implements ITypeConverter<Double> {
        @Override
        public Double convert(String text) {
            double value = number(text);
            if (!(value >= 0 && value < 1)) {
                throw new TypeConversionException("a number of at least 0 and below 1 expected, found '" + text + "'");
            }
            return value;
        }
    }

    /// The sizes of hidden layers.
    static final class Sizes implements ITypeConverter<HiddenSizes> {
        @Override
        public HiddenSizes convert(String text) {
            if (text.isBlank() || text.equals("none")) {
                return new HiddenSizes(new int[0]);
            }
            Count count = new Count();
            try {
                return new HiddenSizes(Arrays.stream(text.split(",", -1))
                        .mapToInt(size -> count.convert(size.strip()))
                        .toArray());
            } catch (TypeConversionException e) {
                throw new TypeConversionException("sizes such as 256,128, or none, expected, found '" + text + "'");
            }
        }
    }

    /// The character between two fields.
    static final class Separator implements ITypeConverter<Character> {
        @Override
        public Character convert(String text) {
            if (text.equals("tab") || text.equals("\\t")) {
                return '\t';
            }
            if (text.length() != 1) {
                throw new TypeConversionException("one character, or tab, expected, found '" + text + "'");
            }
            return text.charAt(0);
        }
    }

    /// A precision by its name, in capitals or not; `3xtf32` is short for FP32_3XTF32.
    static final class PrecisionName implements ITypeConverter<Precision> {
        @Override
        public Precision convert(String text) {
            String name = text.equalsIgnoreCase("3xtf32") ? Precision.FP32_3XTF32.name() : text;
            return Arrays.stream(Precision.values())
                    .filter(precision -> precision.name().equalsIgnoreCase(name))
                    .findFirst()
                    .orElseThrow(() -> new TypeConversionException(
                            "fp32, tf32, bf16, 3xtf32 or fp64 expected, found '" + text + "'"));
        }
    }

    private static double number(String text) {
        try {
            return Double.parseDouble(text);
        } catch (NumberFormatException e) {
            return Double.NaN;
        }
    }
}
