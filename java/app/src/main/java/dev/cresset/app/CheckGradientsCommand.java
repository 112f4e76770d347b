package dev.cresset.app;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.cresset.backend.Device;
import dev.cresset.data.Batches;
import dev.cresset.data.Dataset;
import dev.cresset.data.Task;
import dev.cresset.loss.Loss;
import dev.cresset.nn.MLP;
import dev.cresset.tensor.Precision;
import dev.cresset.tensor.Tensor;
import dev.cresset.verify.GradientCheck;
import dev.cresset.verify.GradientReport;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// Proves a network's gradients.
@Command(
        name = "check-gradients",
        description = "Compares a network's gradients with central differences of its loss.",
        customSynopsis = "cresset check-gradients [--data=PATH] [OPTIONS]")
final class CheckGradientsCommand implements Callable<Integer> {
    /// Those of a small network take a second, as many of a wide one minutes.
    private static final long MANY_PASSES = 200_000;

    @Spec
    private CommandSpec command;

    @Option(
            names = "--inputs",
            paramLabel = "N",
            converter = OptionTypes.Count.class,
            defaultValue = "5",
            description = "Features, where there is no --data (default: ${DEFAULT-VALUE}).")
    private int inputs;

    @Option(
            names = "--outputs",
            paramLabel = "N",
            converter = OptionTypes.Count.class,
            defaultValue = "3",
            description = "Classes or targets, where there is no --data (default: ${DEFAULT-VALUE}).")
    private int outputs;

    @Option(
            names = "--rows",
            paramLabel = "N",
            converter = OptionTypes.Count.class,
            defaultValue = "8",
            description = "Rows of the batch: random ones, or the first of --data (default: ${DEFAULT-VALUE}).")
    private int rows;

    @Option(
            names = "--tolerance",
            paramLabel = "X",
            converter = OptionTypes.Amount.class,
            defaultValue = "1e-6",
            description = "Largest relative error that passes (default: ${DEFAULT-VALUE}).")
    private double tolerance;

    @Option(
            names = "--precision",
            paramLabel = "NAME",
            defaultValue = "fp64",
            description = "fp64 alone: what fp32, tf32, bf16 and 3xtf32 round away is more than the errors looked for.")
    private Precision precision;

    @Mixin(name = "Data")
    private DataOptions data;

    @Mixin(name = "Goal")
    private LearningOptions learning;

    @Mixin(name = "Network")
    private ModelOptions network;

    @Mixin(name = "Scaling")
    private StandardizeOption scaling;

    @Mixin(name = "Chance")
    private SeedOption seed;

    @Mixin(name = "Device")
    private DeviceOption devices;

    @Mixin(name = "Output")
    private OutputOptions output;

    @Override
    public Integer call() throws IOException {
        if (precision != Precision.FP64) {
            throw new ParameterException(
                    command.commandLine(),
                    "A gradient check needs --precision fp64, found " + UserName.of(precision) + ": leave it out");
        }
        requireNoSizesBesideData();
        Dataset all = data.isGiven() ? data.source(learning.task()).dataset() : random();
        Objective objective = learning.objective(all);
        Dataset some = all.select(IntStream.range(0, Math.min(rows, all.size())).toArray());
        TargetScale scale = scaling.fitTargets(all, objective);
        Dataset scaled = scale == null ? some : scale.apply(some);
        Dataset batch = scaling.apply(scaling.fit(all), scaled);
        try (Device device = devices.open(precision)) {
            MLP model =
                    network.build(all.inputs(), all.outputs(), objective.name().output(), seed.seed());
            output.say("data      %s%s", batch, scaling.suffix());
            output.say("model     %s", network.describe(model, all.inputs(), all.outputs()));
            output.say("device    %s", devices.describe());
            sayHowMuch(model, batch);
            GradientReport report = check(model.to(device), objective.loss(), batch);
            boolean passed = report.passes(tolerance);
            output.say("%n%s", report.toString().stripTrailing());
            output.say(
                    "%n%s: the largest relative error is %.2e, in %s; at most %.2e passes",
                    passed ? "passed" : "FAILED",
                    report.worst().relativeError(),
                    report.worst().name(),
                    tolerance);
            output.finish(json(report, passed, device));
            return passed ? 0 : 1;
        }
    }

    private void requireNoSizesBesideData() {
        for (String option : List.of("--inputs", "--outputs")) {
            if (data.isGiven() && command.commandLine().getParseResult().hasMatchedOption(option)) {
                throw new ParameterException(
                        command.commandLine(),
                        option + " is for a check of random data, and --data has columns: leave one of them out");
            }
        }
    }

    private void sayHowMuch(MLP model, Dataset batch) {
        long passes = 2 * (model.parameters().count() + (long) batch.size() * batch.inputs());
        output.say(
                "passes    about %,d, two for each parameter and input%s",
                passes, passes < MANY_PASSES ? "" : ": a network with smaller layers is checked much sooner");
    }

    private static GradientReport check(MLP model, Loss loss, Dataset batch) {
        Device device = model.device();
        Batches whole = Batches.sequential(batch, batch.size());
        double[] x = new double[batch.size() * batch.inputs()];
        double[] y = new double[batch.size() * batch.targets().width()];
        whole.copy(0, x, y);
        int columns = loss.targetColumns(batch.outputs());
        Tensor target = device.tensor(
                batch.size(), columns, columns == batch.targets().width() ? y : RandomData.oneHot(y, columns));
        return GradientCheck.check(model, loss, device.tensor(batch.size(), batch.inputs(), x), target);
    }

    private Dataset random() {
        Task task = learning.taskWithoutData();
        return RandomData.generate(task, inputs, outputs, rows, seed.seed());
    }

    private JsonObject json(GradientReport report, boolean passed, Device device) {
        JsonObject json = new JsonObject();
        json.addProperty("passed", passed);
        Figures.add(json, "relative_error", report.worst().relativeError());
        json.addProperty("worst", report.worst().name());
        json.addProperty("tolerance", tolerance);
        Figures.add(json, "loss", report.loss());
        JsonArray entries = new JsonArray();
        for (GradientReport.Entry entry : report.entries()) {
            JsonObject one = new JsonObject();
            one.addProperty("name", entry.name());
            Figures.add(one, "relative_error", entry.relativeError());
            entries.add(one);
        }
        json.add("parameters", entries);
        json.addProperty("device", device.toString());
        return json;
    }
}
