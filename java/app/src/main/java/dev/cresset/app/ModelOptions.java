package dev.cresset.app;

import dev.cresset.backend.Activation;
import dev.cresset.nn.MLP;
import java.util.Arrays;
import java.util.stream.Collectors;
import picocli.CommandLine.Option;

/// The network.
final class ModelOptions {
    @Option(
            names = "--hidden",
            paramLabel = "SIZES",
            converter = OptionTypes.Sizes.class,
            defaultValue = "128",
            description = "Sizes of the hidden layers, such as 256,128; none for a linear model (default:"
                    + " ${DEFAULT-VALUE}).")
    private HiddenSizes hidden;

    @Option(
            names = "--activation",
            paramLabel = "NAME",
            defaultValue = "relu",
            description = "Of the hidden layers: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
    private ActivationName activation;

    @Option(names = "--batch-norm", description = "Normalise each hidden layer over the batch.")
    private boolean batchNorm;

    @Option(
            names = "--dropout",
            paramLabel = "P",
            converter = OptionTypes.Share.class,
            defaultValue = "0",
            description = "Share of each hidden layer's outputs dropped in training (default: ${DEFAULT-VALUE}).")
    private double dropout;

    @Option(
            names = "--initialization",
            paramLabel = "NAME",
            defaultValue = "pytorch",
            description = "How weights start: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
    private InitializationName initialization;

    /// Whether a training batch of one row is impossible.
    boolean needsTwoRows() {
        return batchNorm && hidden.sizes().length > 0;
    }

    MLP build(int inputs, int outputs, Activation output, long seed) {
        MLP.Builder builder = MLP.builder(hidden.between(inputs, outputs))
                .activation(activation.function())
                .output(output)
                .dropout(dropout)
                .initialization(initialization.initialization())
                .seed(seed);
        return (batchNorm ? builder.batchNorm() : builder).build();
    }

    /// One line for people.
    String describe(MLP model, int inputs, int outputs) {
        String sizes = Arrays.stream(hidden.between(inputs, outputs))
                .mapToObj(Integer::toString)
                .collect(Collectors.joining("-"));
        return sizes
                + (hidden.sizes().length == 0 ? ", linear" : ", " + activation)
                + (needsTwoRows() ? ", batch norm" : "")
                + (dropout > 0 && hidden.sizes().length > 0 ? ", dropout " + dropout : "")
                + ", " + model.parameters().count() + " parameters";
    }
}
