package dev.cresset.backend.step;

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
    }
}
