package dev.cresset.backend;

import dev.cresset.tensor.Counter;
import dev.cresset.tensor.ShapeException;
import dev.cresset.tensor.Tensor;

/// What operands of a verb must have in common, with the messages for those that have not: one device, memory that is
/// still there, shapes that fit, and outputs apart from what is read more than once.
abstract class OperandRules {
    private final Device device;

    OperandRules(Device device) {
        this.device = device;
    }

    final void here(String verb, Tensor tensor) {
        device.requireOpen(verb);
        owned(verb, tensor.buffer().owner());
        tensor.buffer().requireOpen();
    }

    final void here(String verb, Counter counter) {
        device.requireOpen(verb);
        owned(verb, counter.owner());
    }

    private void owned(String verb, Object owner) {
        if (owner != device) {
            throw new IllegalArgumentException(verb + " on " + device + " was given something that lives on " + owner
                    + ": all operands of a verb are on one device. Make them with that device, or move the model"
                    + " with to(device).");
        }
    }

    /// Throws if an output lies shifted against an input of the same shape: elements meet one to one only in the same
    /// place, or apart.
    private static void inPlaceOrApart(String verb, Tensor output, Tensor input) {
        if (output.offset() != input.offset()) {
            apart(verb, output, input);
        }
    }

    // Spelled out for two, three and four: an array for each verb would be garbage in every step.
    // The last one is an output.
    final void same(String verb, Tensor first, Tensor second) {
        sameShape(verb, first, second);
        inPlaceOrApart(verb, second, first);
    }

    final void same(String verb, Tensor first, Tensor second, Tensor third) {
        sameShape(verb, first, second);
        same(verb, first, third);
        inPlaceOrApart(verb, third, second);
    }

    final void same(String verb, Tensor first, Tensor second, Tensor third, Tensor fourth) {
        sameShape(verb, first, third);
        same(verb, first, second, fourth);
        inPlaceOrApart(verb, fourth, third);
    }

    final void sameShape(String verb, Tensor first, Tensor second) {
        here(verb, first);
        here(verb, second);
        if (!first.sameShape(second)) {
            throw new ShapeException(
                    verb + ": all operands have one shape: found " + first.shape() + " and " + second.shape() + ".");
        }
    }

    /// Throws if an output shares memory with another operand that is read or written beside it.
    static void apart(String verb, Tensor output, Tensor operand) {
        if (output.buffer() == operand.buffer()
                && output.offset() < operand.offset() + operand.size()
                && operand.offset() < output.offset() + output.size()) {
            throw new IllegalArgumentException(verb + ": the output (" + output.shape() + ") overlaps another operand ("
                    + operand.shape() + "), and one would overwrite the other: give it memory of its own.");
        }
    }

    final void row(String verb, String what, Tensor matrix, Tensor row) {
        here(verb, matrix);
        shape(verb, what, row, 1, matrix.columns());
    }

    final void shape(String verb, String what, Tensor tensor, int rows, int columns) {
        here(verb, tensor);
        if (tensor.rows() != rows || tensor.columns() != columns) {
            throw new ShapeException(
                    verb + ": " + what + " should be " + rows + "×" + columns + ", found " + tensor.shape() + ".");
        }
    }

    final void linearShapes(String verb, Tensor a, Tensor weight, Tensor bias, Tensor z) {
        here(verb, a);
        shape(verb, "weight", weight, weight.rows(), a.columns());
        shape(verb, "bias", bias, 1, weight.rows());
        shape(verb, "z", z, a.rows(), weight.rows());
        apart(verb, z, a);
        apart(verb, z, weight);
        apart(verb, z, bias);
    }
}
