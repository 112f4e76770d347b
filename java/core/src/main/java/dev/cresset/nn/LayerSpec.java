package dev.cresset.nn;

import dev.cresset.backend.Activation;
import java.util.List;

/// What a layer is, without its numbers: the architecture as values, for model files and summaries.
/// `build()` makes a layer of it with fresh numbers, to be overwritten.
public sealed interface LayerSpec {
    /// A new layer of this architecture, on the reference device.
    Layer build();

    /// A [dev.cresset.nn.Linear].
    record LinearSpec(int inputs, int outputs) implements LayerSpec {
        @Override
        public Layer build() {
            return new Linear(inputs, outputs, Initialization.zeros(), 0);
        }
    }

    /// An [ActivationLayer].
    record ActivationSpec(Activation function) implements LayerSpec {
        @Override
        public Layer build() {
            return ActivationLayer.of(function);
        }
    }

    /// A [dev.cresset.nn.Softmax].
    record SoftmaxSpec() implements LayerSpec {
        @Override
        public Layer build() {
            return new Softmax();
        }
    }

    /// A [dev.cresset.nn.LogSoftmax].
    record LogSoftmaxSpec() implements LayerSpec {
        @Override
        public Layer build() {
            return new LogSoftmax();
        }
    }

    /// A [dev.cresset.nn.BatchNorm1d].
    record BatchNormSpec(int features, double keep, double epsilon, RunningVariance runningVariance)
            implements LayerSpec {
        @Override
        public Layer build() {
            return new BatchNorm1d(features, keep, epsilon, runningVariance);
        }
    }

    /// A [dev.cresset.nn.Dropout].
    record DropoutSpec(double probability, long seed) implements LayerSpec {
        @Override
        public Layer build() {
            return new Dropout(probability, seed);
        }
    }

    /// A [dev.cresset.nn.Sequential].
    record SequentialSpec(List<LayerSpec> layers) implements LayerSpec {
        public SequentialSpec {
            layers = List.copyOf(layers);
        }

        @Override
        public Layer build() {
            return new Sequential(layers.stream().map(LayerSpec::build).toList());
        }
    }
}
