package dev.cresset.app;

import com.google.gson.JsonObject;
import dev.cresset.backend.Device;
import dev.cresset.data.Split;
import dev.cresset.data.TwoSpirals;
import dev.cresset.formats.ModelFile;
import dev.cresset.formats.SavedModel;
import dev.cresset.loss.Loss;
import dev.cresset.nn.Initialization;
import dev.cresset.nn.MLP;
import dev.cresset.optim.Hyper;
import dev.cresset.tensor.Precision;
import dev.cresset.train.Evaluation;
import dev.cresset.train.Evaluator;
import dev.cresset.train.History;
import dev.cresset.train.Metric;
import dev.cresset.train.Trainer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// Shows the library at work, without any file to begin with.
@Command(
        name = "demo",
        description = "Trains a small network to tell two spirals apart, and draws what it learned.",
        customSynopsis = "cresset demo [OPTIONS]")
final class DemoCommand implements Callable<Integer> {
    private static final int POINTS_PER_ARM = 500;
    private static final double NOISE = 0.015;
    private static final double VALIDATION = 0.2;
    private static final int[] SIZES = {2, 64, 64, 2};
    private static final int BATCH = 32;
    private static final double LEARNING_RATE = 0.02;
    private static final double MOMENTUM = 0.9;
    private static final int LINES = 10;

    @Option(
            names = {"-o", "--out"},
            paramLabel = "FOLDER",
            defaultValue = "out",
            description = "Where to write the pictures and the model; made if need be (default: ${DEFAULT-VALUE}).")
    private Path folder;

    @Option(
            names = "--epochs",
            paramLabel = "N",
            converter = OptionTypes.Count.class,
            defaultValue = "200",
            description = "How often to go through the data (default: ${DEFAULT-VALUE}).")
    private int epochs;

    @Mixin(name = "Chance")
    private SeedOption seed;

    @Mixin(name = "Device")
    private DeviceOptions devices;

    @Mixin(name = "Output")
    private OutputOptions output;

    @Override
    public Integer call() throws IOException {
        Files.createDirectories(folder);
        Split split = TwoSpirals.generate(POINTS_PER_ARM, NOISE, seed.seed()).split(VALIDATION, seed.seed());
        Objective objective = new Objective(LossName.CROSS_ENTROPY, 0);
        try (Device device = devices.open(Precision.FP32);
                MLP model = MLP.builder(SIZES)
                        .initialization(Initialization.he())
                        .seed(seed.seed())
                        .build()) {
            output.say(
                    "data      two spirals, %d points to train, %d to validate",
                    split.train().size(), split.validation().size());
            output.say(
                    "model     2-64-64-2, relu, %d parameters",
                    model.parameters().count());
            output.say("device    %s", devices.describe());
            Loss loss = objective.loss();
            History history = train(device, model, loss, split);
            Evaluation train = Evaluator.evaluate(model, loss, split.train());
            Evaluation validation = Evaluator.evaluate(model, loss, split.validation());
            write(model, objective, split, history, validation);
            output.say("training:   %s", Figures.text(train));
            output.say(
                    "validation: %s, after %d epochs in %.1f s",
                    Figures.text(validation), history.epochs().size(), history.seconds());
            JsonObject json = new JsonObject();
            Figures.add(json, "train_", train);
            Figures.add(json, "validation_", validation);
            json.addProperty("epochs", history.epochs().size());
            json.addProperty("seconds", history.seconds());
            json.addProperty("device", device.toString());
            json.addProperty("out", folder.toString());
            output.finish(json);
        }
        return 0;
    }

    private History train(Device device, MLP model, Loss loss, Split split) {
        try (Progress progress = output.progress(Math.max(1, epochs / LINES), TargetUnit.ORIGINAL)) {
            return Trainer.builder(model, loss)
                    .device(device)
                    .optimizer(Hyper.lr(LEARNING_RATE).withMomentum(MOMENTUM))
                    .epochs(epochs)
                    .batchSize(BATCH)
                    .seed(seed.seed())
                    .listener(progress)
                    .build()
                    .fit(split.train(), split.validation());
        }
    }

    private void write(MLP model, Objective objective, Split split, History history, Evaluation validation)
            throws IOException {
        Path file = folder.resolve("model.safetensors");
        ModelFile.save(file, new SavedModel(model, split.train().schema(), objective.spec(), null));
        output.say("wrote %s: the model", file);
        Path curve = folder.resolve("loss.png");
        LossCurve.write(curve, history, TargetUnit.ORIGINAL);
        output.say("wrote %s: the loss by epoch", curve);
        Path boundary = folder.resolve("boundary.png");
        String title = "Two spirals: validation accuracy %.1f %%".formatted(100 * validation.get(Metric.ACCURACY));
        DecisionBoundary.write(boundary, title, model, objective, split.validation());
        output.say("wrote %s: where the network sees which arm", boundary);
    }
}
