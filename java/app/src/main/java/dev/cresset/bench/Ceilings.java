package dev.cresset.bench;

import dev.cresset.backend.Device;
import dev.cresset.backend.Ops;
import dev.cresset.backend.Recording;
import dev.cresset.backend.Transpose;
import dev.cresset.tensor.Tensor;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.IntConsumer;

/// What a device reaches at most, measured on it: the scale for the times of steps.
///
/// @param copied bytes read and written by second, copying a large tensor
/// @param products floating-point operations by second of n × n products, by how the factors lie
/// @param size that n
/// @param launch seconds of a recording of one tiny verb, one after another
/// @param verb seconds by verb of a recording of 1000
record Ceilings(double copied, Map<Layout, Double> products, int size, double launch, double verb) {
    private static final int TINY = 32;
    private static final int MANY = 1000;

    /// The three products of a Linear.
    enum Layout {
        FORWARD(Transpose.NO, Transpose.YES),
        INPUT_GRADIENT(Transpose.NO, Transpose.NO),
        WEIGHT_GRADIENT(Transpose.YES, Transpose.NO);

        private final Transpose first;
        private final Transpose second;

        Layout(Transpose first, Transpose second) {
            this.first = first;
            this.second = second;
        }
    }

    static Ceilings of(Device device, Scale scale) {
        int size = scale.product(device.precision());
        return new Ceilings(
                copy(device, scale),
                products(device, scale, size),
                size,
                recorded(device, scale, 1),
                recorded(device, scale, MANY) / MANY);
    }

    private static double copy(Device device, Scale scale) {
        int columns = 1024;
        Tensor from = device.tensor(scale.copied() / columns, columns);
        Tensor to = device.tensor(scale.copied() / columns, columns);
        device.ops().fill(from, 1.5);
        Ops ops = device.ops();
        double seconds = median(scale, to, times -> {
            for (int i = 0; i < times; i++) {
                ops.copy(from, to);
            }
        });
        return 2.0 * scale.copied() * device.precision().bytes() / seconds;
    }

    /// Of random numbers: zeros would need less power, and so run faster.
    private static Map<Layout, Double> products(Device device, Scale scale, int size) {
        double[] numbers = new double[size * size];
        FixedNumbers.uniform(1, -1, 1, numbers);
        Tensor a = device.tensor(size, size, numbers);
        FixedNumbers.uniform(2, -1, 1, numbers);
        Tensor b = device.tensor(size, size, numbers);
        Tensor c = device.tensor(size, size);
        Ops ops = device.ops();
        Map<Layout, Double> rates = new EnumMap<>(Layout.class);
        for (Layout layout : Layout.values()) {
            double seconds = median(scale, c, times -> {
                for (int i = 0; i < times; i++) {
                    ops.gemm(a, layout.first, b, layout.second, c, 0);
                }
            });
            rates.put(layout, 2.0 * size * size * size / seconds);
        }
        return rates;
    }

    private static double recorded(Device device, Scale scale, int verbs) {
        Tensor y = device.tensor(1, TINY);
        device.ops().fill(y, 0);
        try (Recording recording = device.record(() -> {
            for (int i = 0; i < verbs; i++) {
                device.ops().fill(y, 1);
            }
        })) {
            return median(scale, y, times -> {
                for (int i = 0; i < times; i++) {
                    recording.replay();
                }
            });
        }
    }

    private static double median(Scale scale, Tensor result, IntConsumer run) {
        Work work = new Work() {
            @Override
            public void run(int times) {
                run.accept(times);
            }

            @Override
            public void await() {
                result.get(0, 0);
            }
        };
        return Timing.of(work, 1, scale.plan()).median();
    }

    /// Seconds that a step takes at the least: its products at the measured rates, a third of them in each layout, or
    /// its bytes at the rate of a copy, whichever is longer.
    Floor floor(Workload workload, double bytes) {
        double operations = products.values().stream()
                .mapToDouble(rate -> workload.flops() / products.size() / rate)
                .sum();
        double moving = bytes / copied;
        return operations >= moving ? new Floor(operations, "products") : new Floor(moving, "bytes");
    }

    /// @param binding what takes so long
    record Floor(double seconds, String binding) {}
}
