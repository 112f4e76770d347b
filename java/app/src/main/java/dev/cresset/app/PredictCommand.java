package dev.cresset.app;

import com.google.gson.JsonObject;
import dev.cresset.backend.Device;
import dev.cresset.data.Rows;
import dev.cresset.data.Schema;
import dev.cresset.data.Task;
import dev.cresset.formats.CsvTableWriter;
import dev.cresset.formats.ModelFile;
import dev.cresset.formats.SavedModel;
import dev.cresset.nn.Layer;
import dev.cresset.train.Evaluator;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// Uses a saved model.
@Command(
        name = "predict",
        description = "Writes a saved model's predictions for the rows of a file.",
        customSynopsis = "cresset predict --model=MODEL --data=PATH --out=FILE [OPTIONS]")
final class PredictCommand implements Callable<Integer> {
    /// Rows predicted at once, and then written.
    private static final int STRETCH = 4096;

    @Spec
    private CommandSpec command;

    @Mixin(name = "Model")
    private SavedModelOption saved;

    @Option(
            names = {"-o", "--out"},
            required = true,
            paramLabel = "FILE",
            description = "CSV file to write, one row for each row of data. Classification: the class and the"
                    + " probability of each class. Regression: each target.")
    private Path out;

    @Mixin(name = "Data")
    private DataOptions data;

    @Mixin(name = "Device")
    private DeviceOptions devices;

    @Mixin(name = "Output")
    private OutputOptions output;

    @Override
    public Integer call() throws IOException {
        DataSource source = data.source(null);
        List<Path> inputs = new ArrayList<>(source.files());
        inputs.add(saved.path());
        new OutputFile(command, "--out", out).require(inputs);
        SavedModel loaded = ModelFile.load(saved.path());
        Objective objective = Objective.of(loaded);
        try (Device device = devices.open(loaded.precision());
                CsvTableWriter table = new CsvTableWriter(out, columns(loaded.schema()))) {
            Rows rows = loaded.prepare(source.features(loaded.schema()));
            output.say("model     %s", saved.describe(loaded));
            output.say("device    %s", devices.describe());
            long begin = System.nanoTime();
            Layer model = loaded.model().to(device);
            for (int from = 0; from < rows.count(); from += STRETCH) {
                int to = Math.min(rows.count(), from + STRETCH);
                Rows some = rows.select(IntStream.range(from, to).toArray());
                double[][] predictions = Evaluator.predict(model, some);
                for (int i = 0; i < predictions.length; i++) {
                    requireFinite(from + i, predictions[i]);
                    table.row(fields(loaded.schema(), objective, predictions[i]));
                }
            }
            table.commit();
            double seconds = (System.nanoTime() - begin) * 1e-9;
            output.say("wrote %s: %d predictions", out, rows.count());
            JsonObject json = new JsonObject();
            json.addProperty("rows", rows.count());
            json.addProperty("out", out.toString());
            json.addProperty("seconds", seconds);
            json.addProperty("device", device.toString());
            output.finish(json);
        }
        return 0;
    }

    private void requireFinite(int row, double[] outputs) throws IOException {
        for (double output : outputs) {
            if (!Double.isFinite(output)) {
                throw new IOException("Data row " + (row + 1) + ": a finite prediction expected, " + saved.path()
                        + " gives " + output + ". Look for numbers in this row far from those trained on, try"
                        + " --precision fp64, or train the model again.");
            }
        }
    }

    private static List<String> columns(Schema schema) {
        if (schema.task() == Task.REGRESSION) {
            return schema.targets();
        }
        List<String> columns = new ArrayList<>(schema.targets());
        schema.classes().forEach(name -> columns.add("P(" + name + ")"));
        return columns;
    }

    private static List<String> fields(Schema schema, Objective objective, double[] outputs) {
        List<String> fields = new ArrayList<>();
        double[] values = outputs;
        if (schema.task() == Task.CLASSIFICATION) {
            values = objective.probabilities(outputs);
            fields.add(schema.classes().get(Objective.predicted(outputs)));
        }
        for (double value : values) {
            fields.add(Double.toString(value));
        }
        return fields;
    }
}
