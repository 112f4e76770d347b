package dev.cresset.benchmarks;

import dev.cresset.bench.FixedNetwork;
import dev.cresset.bench.Workload;
import dev.cresset.bench.Workloads;
import java.util.List;

/// What a contestant's program is told: `WORKLOAD SECONDS THREADS`.
record Entry(Workload workload, double seconds, int threads) {
    /// Different batches, round and round.
    static final int BATCHES = 8;

    static Entry of(String[] arguments) {
        if (arguments.length != 3) {
            throw new IllegalArgumentException(
                    "A contestant takes WORKLOAD SECONDS THREADS, found " + List.of(arguments) + ".");
        }
        Workload workload =
                Workloads.named(Workloads.cpu(), List.of(arguments[0])).getFirst();
        return new Entry(workload, Double.parseDouble(arguments[1]), Integer.parseInt(arguments[2]));
    }

    float[] features(int batch) {
        return floats(FixedNetwork.features(workload, batch));
    }

    float[] targets(int batch) {
        return floats(FixedNetwork.targets(workload, batch));
    }

    float[] weight(int layer) {
        return floats(FixedNetwork.weight(workload, layer));
    }

    float[] bias(int layer) {
        return floats(FixedNetwork.bias(workload, layer));
    }

    static float[] floats(double[] numbers) {
        float[] floats = new float[numbers.length];
        for (int i = 0; i < numbers.length; i++) {
            floats[i] = (float) numbers[i];
        }
        return floats;
    }
}
