package dev.cresset.train;

import dev.cresset.tensor.Tensor;

/// A batch on the device.
record Batch(Tensor x, Tensor target) {}
