package dev.cresset.formats;

import dev.cresset.backend.Parameters;
import dev.cresset.backend.Variable;
import dev.cresset.nn.Layer;
import dev.cresset.tensor.Precision;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Keeps models in files of the safetensors format, which other programs read too: PyTorch's names (`0.weight`,
/// `1.running_mean`), weights as `[outputs, inputs]`, biases and batch norm's vectors as `[n]`, in `F32` or `F64`.
/// What safetensors has no place for (architecture, columns, classes, standardisation) is JSON in its metadata.
///
/// The numbers are kept bit for bit, NaN and infinities too: a file is a record of a model, not a judge of it.
public final class ModelFile {
    private ModelFile() {}

    /// Writes a model. The file appears whole or not at all: it is written under another name in the same folder,
    /// flushed to the disk and moved over whatever had its name before. The same model gives the same bytes.
    ///
    /// @throws IOException if the folder is missing or the file cannot be written
    public static void save(Path file, SavedModel saved) throws IOException {
        Map<String, Variable> variables = variables(saved.model());
        Map<String, List<Long>> shapes = Architecture.shapes(saved.model().spec());
        Map<String, SafeTensor> tensors = new LinkedHashMap<>();
        long end = 0;
        for (Map.Entry<String, Variable> entry : variables.entrySet()) {
            long begin = end;
            end += entry.getValue().value().size() * saved.precision().bytes();
            String dtype = SafeTensor.dtype(saved.precision());
            tensors.put(entry.getKey(), new SafeTensor(dtype, shapes.get(entry.getKey()), begin, end));
        }
        byte[] header = new SafeTensorsHeader(ModelMetadata.of(saved), tensors).bytes();
        try (ReplacedFile replaced = new ReplacedFile(file)) {
            SafeTensorsWriter writer = new SafeTensorsWriter(replaced.channel(), saved.precision());
            writer.header(header);
            for (Variable variable : variables.values()) {
                writer.numbers(variable.value());
            }
            writer.flush();
            replaced.commit();
        }
    }

    /// Reads a model. It is on the reference device, which holds float32 and float64 exactly, and in evaluation mode.
    ///
    /// @throws FormatException if the file is no model of this library, or damaged
    /// @throws IOException     if the file cannot be read
    public static SavedModel load(Path file) throws IOException {
        try (SafeTensorsReader reader = SafeTensorsReader.open(file)) {
            ModelMetadata metadata = ModelMetadata.parse(file, reader.header().metadata());
            reader.header().requireSound(file, reader.dataLength());
            // Before the model is built, so that the file's size bounds the memory.
            Precision precision = requireFit(file, Architecture.shapes(metadata.architecture()), reader.header());
            Layer model = metadata.build(file);
            for (Map.Entry<String, Variable> entry : variables(model).entrySet()) {
                SafeTensor place = reader.header().tensors().get(entry.getKey());
                entry.getValue().set(reader.numbers(place, precision));
            }
            return metadata.saved(file, model.eval(), precision);
        }
    }

    private static Precision requireFit(Path file, Map<String, List<Long>> shapes, SafeTensorsHeader header)
            throws FormatException {
        Map<String, SafeTensor> tensors = header.tensors();
        List<String> missing = new ArrayList<>(shapes.keySet());
        missing.removeAll(tensors.keySet());
        List<String> extra = new ArrayList<>(tensors.keySet());
        extra.removeAll(shapes.keySet());
        if (!missing.isEmpty() || !extra.isEmpty()) {
            throw FormatException.in(
                    file,
                    "the tensors " + shapes.keySet() + " expected by the architecture; missing " + missing
                            + ", unexpected " + extra + ". Save the model again.");
        }
        Precision precision = tensors.isEmpty()
                ? Precision.FP64
                : tensors.values().iterator().next().precision();
        for (Map.Entry<String, List<Long>> entry : shapes.entrySet()) {
            SafeTensor tensor = tensors.get(entry.getKey());
            if (precision == null || tensor.precision() != precision) {
                throw FormatException.in(
                        file,
                        "tensor '" + entry.getKey() + "': F32 or F64 expected, the same for all tensors, found "
                                + tensor.dtype() + ". Convert the file.");
            }
            if (!tensor.shape().equals(entry.getValue())) {
                throw FormatException.in(
                        file,
                        "tensor '" + entry.getKey() + "': shape " + entry.getValue()
                                + " expected by the architecture, found " + tensor.shape() + ". Save the model again.");
            }
        }
        return precision;
    }

    private static Map<String, Variable> variables(Layer model) {
        Parameters parameters = model.parameters();
        Map<String, Variable> variables = new LinkedHashMap<>(parameters.byName());
        variables.putAll(parameters.states());
        return variables;
    }
}
