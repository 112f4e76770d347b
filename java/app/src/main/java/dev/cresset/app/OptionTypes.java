package dev.cresset.app;

import dev.cresset.backend.step.Tier;
import dev.cresset.data.Task;
import dev.cresset.formats.CsvHeader;
import dev.cresset.nativeloader.CpuLibrary;
import dev.cresset.tensor.Precision;
import dev.cresset.train.Residence;
import java.util.Arrays;
import java.util.List;
import picocli.CommandLine;
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

    /// A whole number that a `long` holds.
    static final class Whole implements ITypeConverter<Long> {
        @Override
        public Long convert(String text) {
            try {
                return Long.parseLong(text);
            } catch (NumberFormatException e) {
                throw new TypeConversionException("a whole number of at most 18 digits expected, found '" + text + "'");
            }
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

    /// A constant by its name for users, in capitals or not, with `-` or `_`; or by its name in Java.
    record Word<E extends Enum<E>>(Class<E> type) implements ITypeConverter<E> {
        @Override
        public E convert(String text) {
            String word = text.replace('_', '-');
            for (E constant : type.getEnumConstants()) {
                if (word.equalsIgnoreCase(UserName.of(constant)) || text.equalsIgnoreCase(constant.name())) {
                    return constant;
                }
            }
            List<String> words =
                    Arrays.stream(type.getEnumConstants()).map(UserName::of).toList();
            throw new TypeConversionException("one of " + String.join(", ", words) + " expected, found '" + text + "'");
        }
    }

    /// Lets a command line take constants as users write them, wherever an option has one of these types.
    static void installIn(CommandLine line) {
        install(line, ActivationName.class);
        install(line, CpuLibrary.class);
        install(line, CsvHeader.class);
        install(line, DataFormat.class);
        install(line, InitializationName.class);
        install(line, LossName.class);
        install(line, Precision.class);
        install(line, Residence.class);
        install(line, Task.class);
        install(line, Tier.class);
    }

    private static <E extends Enum<E>> void install(CommandLine line, Class<E> type) {
        line.registerConverter(type, new Word<>(type));
    }

    private static double number(String text) {
        try {
            return Double.parseDouble(text);
        } catch (NumberFormatException e) {
            return Double.NaN;
        }
    }
}
