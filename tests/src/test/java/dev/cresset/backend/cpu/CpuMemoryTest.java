package dev.cresset.backend.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cresset.loss.CrossEntropyLoss;
import dev.cresset.nn.MLP;
import dev.cresset.optim.Hyper;
import dev.cresset.optim.SGD;
import dev.cresset.tensor.Precision;
import dev.cresset.tensor.Tensor;
import org.junit.jupiter.api.Test;

/// What a training run takes on the device: parameters, their gradients and their velocities, and for each batch shape
/// the activations; nothing that grows with the number of steps.
class CpuMemoryTest {
    private static final int ROWS = 64;
    private static final int[] SIZES = {100, 70, 50, 10};

    /// Each tensor of an arena begins at a multiple of 64 bytes.
    private static final long ALIGNMENT = 64;

    private static final long MOST_TENSORS = 80;

    @Test
    void aRunTakesThreeTimesItsParametersAndItsActivations() {
        long parameters = 0;
        long activations = 0;
        for (int i = 0; i + 1 < SIZES.length; i++) {
            int inputs = SIZES[i];
            int outputs = SIZES[i + 1];
            // Weight and bias; of a Linear the output and the gradient to its input.
            parameters += (inputs + 1L) * outputs;
            activations += (long) ROWS * (outputs + inputs);
            if (i + 2 < SIZES.length) {
                // Batch norm: γ and β; output, gradient and x̂; moments of the batch, running ones. ReLU: two matrices.
                parameters += 2L * outputs;
                activations += (long) ROWS * (3 + 2) * outputs + 4L * outputs;
            }
        }
        // Loss: log-probabilities and gradient, class weights, value.
        int classes = SIZES[SIZES.length - 1];
        activations += 2L * ROWS * classes + classes + 1;
        try (CpuBackend device = CpuBackend.open(Precision.FP32, 2);
                MLP model = MLP.builder(SIZES).batchNorm().seed(1).build();
                CrossEntropyLoss loss = new CrossEntropyLoss()) {
            model.to(device);
            try (SGD sgd = new SGD(model.parameters(), Hyper.lr(0.1).withMomentum(0.9))) {
                Tensor x = device.tensor(ROWS, SIZES[0]);
                Tensor y = device.tensor(ROWS, 1);
                step(model, loss, sgd, x, y);
                long taken = device.ownedBytes();
                long stated = Float.BYTES * (3 * parameters + activations);
                assertTrue(taken <= stated + MOST_TENSORS * ALIGNMENT, taken + " bytes, stated are " + stated);
                assertTrue(taken >= stated - MOST_TENSORS * ALIGNMENT, taken + " bytes, stated are " + stated);
                for (int i = 0; i < 100; i++) {
                    step(model, loss, sgd, x, y);
                }
                assertEquals(taken, device.ownedBytes());
            }
        }
    }

    private static void step(MLP model, CrossEntropyLoss loss, SGD sgd, Tensor x, Tensor y) {
        model.backwardParameters(loss.forwardBackward(model.forward(x), y));
        sgd.step();
    }
}
