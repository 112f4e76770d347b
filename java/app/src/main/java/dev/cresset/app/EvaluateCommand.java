package dev.cresset.app;

import com.google.gson.JsonObject;
import dev.cresset.backend.Device;
import dev.cresset.data.Dataset;
import dev.cresset.formats.ModelFile;
import dev.cresset.formats.SavedModel;
import dev.cresset.train.Evaluation;
import dev.cresset.train.Evaluator;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// Judges a saved model.
@Command(
        name = "evaluate",
        description = "Computes the figures of a saved model on data from a file.",
        customSynopsis = "cresset evaluate --model=MODEL --data=PATH [OPTIONS]")
final class EvaluateCommand implements Callable<Integer> {
    @Mixin(name = "Model")
    private SavedModelOption saved;

    @Mixin(name = "Data")
    private DataOptions data;

    @Mixin(name = "Device")
    private DeviceOptions devices;

    @Mixin(name = "Output")
    private OutputOptions output;

    @Override
    public Integer call() throws IOException {
        DataSource source = data.source(null);
        SavedModel loaded = ModelFile.load(saved.path());
        Objective objective = Objective.of(loaded);
        try (Device device = devices.open(loaded.precision())) {
            Dataset dataset = loaded.prepare(source.dataset(loaded.schema()));
            output.say("data      %s", dataset);
            output.say("model     %s", saved.describe(loaded));
            output.say("device    %s", devices.describe());
            long begin = System.nanoTime();
            Evaluation evaluation = Evaluator.evaluate(loaded.model().to(device), objective.loss(), dataset);
            double seconds = (System.nanoTime() - begin) * 1e-9;
            output.say("%s (%s, %d rows)", Figures.text(evaluation), objective.name(), evaluation.rows());
            JsonObject json = new JsonObject();
            Figures.add(json, "", evaluation);
            json.addProperty("rows", evaluation.rows());
            json.addProperty("seconds", seconds);
            json.addProperty("device", device.toString());
            output.finish(json);
        }
        return 0;
    }
}
