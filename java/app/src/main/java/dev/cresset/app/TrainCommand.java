package dev.cresset.app;

import com.google.gson.JsonObject;
import dev.cresset.backend.Device;
import dev.cresset.data.Dataset;
import dev.cresset.data.Remainder;
import dev.cresset.data.Standardizer;
import dev.cresset.data.Task;
import dev.cresset.formats.ModelFile;
import dev.cresset.formats.SavedModel;
import dev.cresset.loss.Loss;
import dev.cresset.nn.MLP;
import dev.cresset.tensor.Precision;
import dev.cresset.train.Evaluation;
import dev.cresset.train.Evaluator;
import dev.cresset.train.History;
import dev.cresset.train.NonFiniteLossException;
import dev.cresset.train.Trainer;
import dev.cresset.train.TrainerBuilder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// Trains a network on a file.
@Command(
        name = "train",
        description = "Trains a network on data from a file and saves it.",
        customSynopsis = "cresset train --data=PATH --out=MODEL [OPTIONS]",
        exitCodeList = {"0:done", "1:failed", "2:wrong usage", "130:interrupted (Ctrl-C); what was trained is saved"})
final class TrainCommand implements Callable<Integer> {
    @Spec
    private CommandSpec command;

    @Option(
            names = {"-o", "--out"},
            required = true,
            paramLabel = "MODEL",
            description = "Where to save the model (safetensors).")
    private Path out;

    @Option(names = "--plot", paramLabel = "FILE", description = "Draw the loss by epoch into this PNG file.")
    private @Nullable Path plot;

    @Mixin(name = "Data")
    private DataOptions data;

    @Mixin(name = "Goal")
    private LearningOptions learning;

    @Mixin(name = "Network")
    private ModelOptions network;

    @Mixin(name = "Training")
    private TrainingOptions training;

    @Mixin(name = "Scaling")
    private StandardizeOption scaling;

    @Mixin(name = "Chance")
    private SeedOption seed;

    @Mixin(name = "Device")
    private DeviceOptions devices;

    @Mixin(name = "Output")
    private OutputOptions output;

    @Override
    public Integer call() throws IOException {
        training.check();
        DataSource source = data.source(learning.task());
        requireOutputs(source.files());
        try (Device device = devices.open(Precision.FP32)) {
            training.check(device);
            Dataset all = source.dataset();
            Objective objective = learning.objective(all);
            Parts raw = training.split(all, seed.seed());
            Standardizer standardizer = scaling.fit(raw.train());
            TargetScale scale = scaling.fitTargets(raw.train(), objective);
            Parts parts = scaling.apply(standardizer, raw);
            MLP model =
                    network.build(all.inputs(), all.outputs(), objective.name().output(), seed.seed());
            output.say("data      %s%s", raw.describe(all), scaling.suffix());
            noteManyClasses(all);
            output.say("model     %s", network.describe(model, all.inputs(), all.outputs()));
            output.say("training  %s, loss %s", training.describe(), objective.name());
            output.say("device    %s", devices.describe());
            try {
                return run(device, model, objective, parts, standardizer, scale);
            } catch (NonFiniteLossException e) {
                throw new DivergedException(e.getMessage() + scaling.hint(all, objective), e);
            }
        }
    }

    /// Numbers that were meant as amounts are taken for classes where the task says so.
    private void noteManyClasses(Dataset all) {
        if (all.schema().task() == Task.CLASSIFICATION && all.outputs() > all.size() / 2) {
            output.say(
                    "note      %d classes in %d rows, most seen once: amounts are predicted with --task regression",
                    all.outputs(), all.size());
        }
    }

    private void requireOutputs(List<Path> inputs) throws IOException {
        OutputFile saved = new OutputFile(command, "--out", out);
        saved.require(inputs);
        if (plot != null) {
            OutputFile picture = new OutputFile(command, "--plot", plot);
            picture.require(inputs);
            picture.requireOther(saved);
            picture.requirePng();
        }
    }

    private int run(
            Device device,
            MLP model,
            Objective objective,
            Parts parts,
            @Nullable Standardizer standardizer,
            @Nullable TargetScale scale)
            throws IOException {
        Loss loss = objective.loss();
        TargetUnit unit = scale == null ? TargetUnit.ORIGINAL : TargetUnit.STANDARDISED;
        Parts scaled = scale == null ? parts : scale.apply(parts);
        Growth growth = new Growth(model.to(device), loss, scaled.train());
        StepsLine steps = new StepsLine(output);
        try (Progress progress = output.progress(training.evaluateEvery(), unit)) {
            TrainerBuilder builder = training.applyTo(Trainer.builder(model, loss))
                    .device(device)
                    .seed(seed.seed())
                    .listener(progress)
                    .listener(growth)
                    .listener(steps);
            if (network.needsTwoRows() && training.leavesOneRow(parts.train().size())) {
                output.say("note      each epoch leaves out one row: batch norm needs two in the last batch");
                builder.remainder(Remainder.DROP);
            }
            Trainer trainer = builder.build();
            // Closed last: until then an interruption waits.
            try (Interruption _ = new Interruption(trainer::cancel)) {
                History history = fit(trainer, scaled);
                requireBounded(growth.complaint(), history, parts.train(), objective);
                if (scale != null) {
                    scale.fold(model);
                }
                Double trainLoss = trainLoss(model, loss, parts.train(), history, scale);
                Dataset validation = parts.validation();
                Evaluation evaluation = validation == null ? null : Evaluator.evaluate(model, loss, validation);
                requireFinite(trainLoss, parts.train(), objective);
                requireFinite(evaluation == null ? null : evaluation.loss(), parts.train(), objective);
                ModelFile.save(out, new SavedModel(model, parts.train().schema(), objective.spec(), standardizer));
                report(device, steps, model, history, trainLoss, evaluation, unit);
                return history.end() == History.End.CANCELLED ? Interruption.EXIT_CODE : 0;
            }
        }
    }

    /// The trainer has looked at each loss of the run, but not at the model that a scale or an interruption left.
    private void requireFinite(@Nullable Double loss, Dataset train, Objective objective) {
        if (loss != null && !Double.isFinite(loss)) {
            throw new DivergedException("The loss of the trained model is " + loss
                    + ": lower the learning rate, standardise the features, try --precision fp64, or check the data."
                    + scaling.hint(train, objective));
        }
    }

    /// A run that was interrupted might have come back, and what it trained is asked for.
    private void requireBounded(String complaint, History history, Dataset train, Objective objective) {
        if (complaint.isEmpty()) {
            return;
        }
        if (history.end() != History.End.CANCELLED) {
            throw new DivergedException(complaint + scaling.hint(train, objective));
        }
        output.say("note      %s%s", UserWords.of(complaint), scaling.hint(train, objective));
    }

    private static History fit(Trainer trainer, Parts parts) {
        Dataset validation = parts.validation();
        return validation == null ? trainer.fit(parts.train()) : trainer.fit(parts.train(), validation);
    }

    /// That of the kept epoch while it was trained; with scaled targets that of the model after training, as the
    /// former is in other units. Null where there was no epoch.
    private static @Nullable Double trainLoss(
            MLP model, Loss loss, Dataset train, History history, @Nullable TargetScale scale) {
        if (history.keptEpoch() == 0) {
            return null;
        }
        return scale == null
                ? history.kept().trainLoss()
                : Evaluator.evaluate(model, loss, train).loss();
    }

    private void report(
            Device device,
            StepsLine steps,
            MLP model,
            History history,
            @Nullable Double trainLoss,
            @Nullable Evaluation validation,
            TargetUnit unit)
            throws IOException {
        output.say(
                "%s after epoch %d in %.1f s%s%s",
                RunEnd.text(history),
                history.keptEpoch(),
                history.seconds(),
                trainLoss == null ? "" : String.format(Locale.ROOT, ": train loss %.4g", trainLoss),
                validation == null ? "" : ", validation " + Figures.text(validation));
        output.say("wrote %s", out);
        if (plot != null) {
            LossCurve.write(plot, history, unit);
            output.say("wrote %s", plot);
        }
        JsonObject json = new JsonObject();
        Figures.add(json, "train_loss", trainLoss);
        Figures.add(json, "validation_", validation);
        json.addProperty("epochs", history.epochs().size());
        json.addProperty("kept_epoch", history.keptEpoch());
        json.addProperty("end", history.end().name().toLowerCase(Locale.ROOT));
        json.addProperty("seconds", history.seconds());
        json.addProperty("parameters", model.parameters().count());
        json.addProperty("device", device.toString());
        steps.addTo(json);
        json.addProperty("model", out.toString());
        output.finish(json);
    }
}
