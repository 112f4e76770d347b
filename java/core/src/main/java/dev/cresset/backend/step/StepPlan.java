package dev.cresset.backend.step;

import dev.cresset.tensor.ShapeException;
import dev.cresset.tensor.Tensor;
import java.util.List;

/// One training step, whole: draw a batch, forward through a chain of layers, loss, backward, update; and the batch's
/// loss written to place `step mod size` of a ring, where `step` is what `update.step()` was before the step.
///
/// What it computes is what the layers, the loss and the optimizer compute one after the other, in training mode; a
/// [StepProgram] may add in another order. What only passes through a step (outputs of layers, gradients) need not be
/// left anywhere.
///
/// @param rows of a batch
/// @param inputs columns of the features
/// @param stages the layers in order, flattened
/// @param targetColumns columns of the targets as the objective takes them
/// @param objective the loss
/// @param update the optimizer
/// @param draw the data
/// @param ring 1 × size: the losses of the last steps
/// @throws ShapeException if the data or a linear layer has other sizes than what it is joined to
public record StepPlan(
        int rows,
        int inputs,
        List<Stage> stages,
        int targetColumns,
        Objective objective,
        Update update,
        Draw draw,
        Tensor ring) {
    public StepPlan {
        stages = List.copyOf(stages);
        int given = draw.targets().columns();
        require(rows, 1, draw.order().batchSize(), "rows of a batch");
        require(draw.features().columns(), inputs, inputs, "columns of the features");
        require(given, given == 1 ? 1 : targetColumns, targetColumns, "columns of the targets");
        require(draw.features().rows(), draw.order().rows(), Integer.MAX_VALUE, "rows of the features");
        require(draw.targets().rows(), draw.order().rows(), Integer.MAX_VALUE, "rows of the targets");
        require(ring.size(), 1, Long.MAX_VALUE, "places of the ring");
        int width = inputs;
        for (Stage stage : stages) {
            if (stage instanceof Stage.Affine layer) {
                require(layer.inputs(), width, width, "inputs of " + layer.name());
                width = layer.outputs();
            }
        }
    }

    private static void require(long found, long least, long most, String what) {
        if (found < least || found > most) {
            throw new ShapeException("A training step does not fit together: expected "
                    + (least == most ? least : most == Integer.MAX_VALUE ? least + " or more" : least + " to " + most)
                    + " " + what + ", found " + found + ". Make layers, data and batches of the same sizes.");
        }
    }
}
