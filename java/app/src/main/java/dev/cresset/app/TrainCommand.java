package dev.cresset.app;

import com.google.gson.JsonObject;
import dev.cresset.backend.Device;
import dev.cresset.data.Dataset;
import dev.cresset.data.Remainder;
import dev.cresset.data.Standardizer;
import dev.cresset.formats.ModelFile;
import dev.cresset.formats.SavedModel;
import dev.cresset.loss.Loss;
import dev.cresset.nn.MLP;
import dev.cresset.tensor.Precision;
import dev.cresset.train.Evaluation;
import dev.cresset.train.Evaluator;
import dev.cresset.train.History;
import dev.cresset.train.Trainer;
import dev.cresset.train.TrainerBuilder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// Trains a network on a file.
@Command(
        name = "train",
        description = "Trains a network on data from a file and saves it.",
        customSynopsis = "cresset train --data=PATH --out=MODEL [OPTIONS]",
        exitCodeList = {"0:done", "1:failed", "2:wrong usage", "130:interrupted (Ctrl-C); what was trained is saved"})
final class TrainCommand implements Callable<Integer> {
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
        OutputFile.require(out);
        if (plot != null) {
            OutputFile.require(plot);
        }
        try (Device device = devices.open(Precision.FP32)) {
            Dataset all = source.dataset();
            Objective objective = learning.objective(all);
            Parts raw = training.split(all, seed.seed());
            Standardizer standardizer = scaling.fit(raw.train());
            Parts parts = scaling.apply(standardizer, raw);
            MLP model =
                    network.build(all.inputs(), all.outputs(), objective.name().output(), seed.seed());
            output.say("data      %s", raw.describe(all) + (standardizer == null ? "" : ", standardised"));
            output.say("model     %s", network.describe(model, all.inputs(), all.outputs()));
            output.say("training  %s, loss %s", training.describe(), objective.name());
            output.say("device    %s", devices.describe(device));
            return run(device, model, objective, parts, standardizer);
        }
    }

    private int run(Device device, MLP model, Objective objective, Parts parts, @Nullable Standardizer standardizer)
            throws IOException {
        Loss loss = objective.loss();
        try (Progress progress = output.progress(training.evaluateEvery())) {
            TrainerBuilder builder = training.applyTo(Trainer.builder(model, loss))
                    .device(device)
                    .seed(seed.seed())
                    .listener(progress);
            if (network.needsTwoRows() && training.leavesOneRow(parts.train().size())) {
                output.say("note      each epoch leaves out one row: batch norm needs two in the last batch");
                builder.remainder(Remainder.DROP);
            }
            Trainer trainer = builder.build();
            // Closed last: until then an interruption waits.
            try (Interruption _ = new Interruption(trainer::cancel)) {
                Dataset validation = parts.validation();
                History history =
                        validation == null ? trainer.fit(parts.train()) : trainer.fit(parts.train(), validation);
                ModelFile.save(out, new SavedModel(model, parts.train().schema(), objective.spec(), standardizer));
                Evaluation evaluation = validation == null ? null : Evaluator.evaluate(model, loss, validation);
                report(device, model, history, evaluation);
                return history.end() == History.End.CANCELLED ? Interruption.EXIT_CODE : 0;
            }
        }
    }

    private void report(Device device, MLP model, History history, @Nullable Evaluation validation) throws IOException {
        Double trainLoss =
                history.bestEpoch() == 0 ? null : (Double) history.best().trainLoss();
        output.say(
                "%s after epoch %d in %.1f s%s%s",
                switch (history.end()) {
                    case COMPLETED -> "done";
                    case STOPPED_EARLY -> "stopped early; the best model is that";
                    case CANCELLED -> "interrupted; the model is that";
                },
                history.end() == History.End.STOPPED_EARLY
                        ? history.bestEpoch()
                        : history.epochs().size(),
                history.seconds(),
                trainLoss == null ? "" : String.format(Locale.ROOT, ": train loss %.4g", trainLoss),
                validation == null ? "" : ", validation " + Figures.text(validation));
        output.say("wrote %s", out);
        if (plot != null) {
            LossCurve.write(plot, history);
            output.say("wrote %s", plot);
        }
        JsonObject json = new JsonObject();
        Figures.add(json, "train_loss", trainLoss);
        Figures.add(json, "validation_", validation);
        json.addProperty("epochs", history.epochs().size());
        json.addProperty("best_epoch", history.bestEpoch());
        json.addProperty("end", history.end().name().toLowerCase(Locale.ROOT));
        json.addProperty("seconds", history.seconds());
        json.addProperty("parameters", model.parameters().count());
        json.addProperty("device", device.toString());
        json.addProperty("model", out.toString());
        output.finish(json);
    }
}
