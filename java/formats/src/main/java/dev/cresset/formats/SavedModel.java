package dev.cresset.formats;

import dev.cresset.data.Dataset;
import dev.cresset.data.Rows;
import dev.cresset.data.Schema;
import dev.cresset.data.Standardizer;
import dev.cresset.nn.Layer;
import dev.cresset.tensor.Precision;
import org.jspecify.annotations.Nullable;

/// A model and all that is needed to use it on new data; what a [ModelFile] holds.
///
/// @param model        the network
/// @param precision    what its numbers are stored in
/// @param schema       what goes in and what comes out
/// @param loss         what it was trained with
/// @param standardizer what the features go through before the model, or null for nothing
public record SavedModel(
        Layer model,
        Precision precision,
        Schema schema,
        LossSpec loss,
        @Nullable Standardizer standardizer) {

    /// Checks that the parts fit together.
    ///
    /// @throws IllegalArgumentException if the model does not take the schema's features or give its outputs, or the
    ///     standardizer has another width
    public SavedModel {
        int outputs = model.outputs(schema.inputs());
        if (outputs != schema.outputs()) {
            throw new IllegalArgumentException("Saved model: " + schema.outputs() + " outputs expected by the schema, "
                    + model.describe() + " gives " + outputs + ". Save it with the schema of its own data.");
        }
        if (standardizer != null && standardizer.width() != schema.inputs()) {
            throw new IllegalArgumentException("Saved model: a standardizer of " + schema.inputs()
                    + " columns expected by the schema, found one of " + standardizer.width() + ".");
        }
    }

    /// A model to be stored in the precision of the device that it is on.
    public SavedModel(Layer model, Schema schema, LossSpec loss, @Nullable Standardizer standardizer) {
        this(model, model.device().precision(), schema, loss, standardizer);
    }

    /// Features as they stand in a file, made ready for the model.
    public Rows prepare(Rows features) {
        return standardizer == null ? features : standardizer.apply(features);
    }

    /// A dataset as it was read, made ready for the model.
    public Dataset prepare(Dataset dataset) {
        return dataset.withFeatures(prepare(dataset.features()));
    }
}
