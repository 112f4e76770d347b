package dev.cresset.backend.cuda;

import dev.cresset.backend.step.Tier;
import dev.cresset.data.Dataset;
import dev.cresset.loss.CrossEntropyLoss;
import dev.cresset.nn.MLP;
import dev.cresset.optim.Hyper;
import dev.cresset.tensor.RandomStream;
import dev.cresset.train.Trainer;
import dev.cresset.train.TrainingSession;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/// Steps of one network in each tier that takes it: from which size on the next tier is the faster one.
final class TierTimes {
    private static final List<Tier> TIERS = List.of(Tier.TINY, Tier.NARROW, Tier.FUSED, Tier.COMPOSED);
    private static final int BATCHES = 8;
    private static final double ENOUGH = 0.1;
    /// Of fewer batches an epoch, as their data would take long to make.
    private static final int LARGE = 16384;

    private TierTimes() {}

    /// The head of the table.
    static void printHead(CudaBackend device) {
        System.out.println(
                "| steps in " + device.precision() + ", µs | batch | tiny | narrow | fused | composed | auto takes |");
        System.out.println("|---|---|---|---|---|---|---|");
    }

    /// A row of text for a network of ReLU layers with cross-entropy.
    static void print(CudaBackend device, Stopwatch watch, int batch, int... widths) {
        Dataset data = data(batch * (batch < LARGE ? BATCHES : 2), widths[0], widths[widths.length - 1]);
        StringBuilder row = new StringBuilder("| " + Arrays.toString(widths) + " | " + batch);
        TIERS.forEach(tier -> row.append(" | ").append(time(device, watch, data, batch, widths, tier)));
        try (MLP model = model(device, widths);
                TrainingSession session = session(device, model, data, batch, Tier.AUTO)) {
            row.append(" | ").append(session.way().tier());
        }
        System.out.println(row + " |");
    }

    private static String time(CudaBackend device, Stopwatch watch, Dataset data, int batch, int[] widths, Tier tier) {
        try (MLP model = model(device, widths);
                TrainingSession session = session(device, model, data, batch, tier)) {
            session.run(3 * BATCHES);
            session.loss();
            int steps = BATCHES;
            // One pause of the machine must not end the search for a length.
            while (watch.block() > 0
                    && Math.min(seconds(session, steps), seconds(session, steps)) < ENOUGH
                    && steps < 1 << 20) {
                steps *= 2;
            }
            double[] all = new double[watch.block() > 0 ? 3 : 1];
            for (int i = 0; i < all.length; i++) {
                all[i] = seconds(session, steps);
            }
            Arrays.sort(all);
            return String.format(Locale.ROOT, "%.2f", all[all.length / 2] / steps * 1e6);
        } catch (IllegalArgumentException e) {
            if (tier == Tier.FUSED || tier == Tier.COMPOSED) {
                throw e;
            }
            // Such a network is too large for this tier.
            return "-";
        }
    }

    private static double seconds(TrainingSession session, int steps) {
        long start = System.nanoTime();
        session.run(steps);
        session.loss();
        return (System.nanoTime() - start) * 1e-9;
    }

    private static MLP model(CudaBackend device, int[] widths) {
        MLP model = MLP.builder(widths).seed(1).build();
        model.to(device);
        return model;
    }

    private static TrainingSession session(CudaBackend device, MLP model, Dataset data, int batch, Tier tier) {
        return Trainer.builder(model, new CrossEntropyLoss())
                .device(device)
                .optimizer(Hyper.lr(0.01).withMomentum(0.9))
                .batchSize(batch)
                .tier(tier)
                .session(data);
    }

    private static Dataset data(int rows, int inputs, int classes) {
        RandomStream random = new RandomStream(19, rows);
        double[][] features = new double[rows][inputs];
        int[] labels = new int[rows];
        for (int i = 0; i < rows; i++) {
            for (int c = 0; c < inputs; c++) {
                features[i][c] = 2 * random.nextDouble() - 1;
            }
            labels[i] = random.nextInt(classes);
        }
        return Dataset.classification(features, labels, classes);
    }
}
