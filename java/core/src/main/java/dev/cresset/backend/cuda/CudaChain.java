package dev.cresset.backend.cuda;

import dev.cresset.backend.Activation;
import dev.cresset.backend.step.Stage;
import dev.cresset.backend.step.StepPlan;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The layers of a plan where they are linear ones with at most one activation behind each.
///
/// @param activations one for each linear layer, the identity where there is none
record CudaChain(List<Stage.Affine> affine, List<Activation> activations) {
    /// The chain of a plan.
    ///
    /// @param tier who asks, as reasons name it
    /// @param most linear layers
    /// @param reasons gets a sentence if the plan is no such chain
    static Optional<CudaChain> of(StepPlan plan, String tier, int most, List<String> reasons) {
        String subject = "The " + tier + " tier takes ";
        List<Stage.Affine> affine = new ArrayList<>();
        List<Activation> activations = new ArrayList<>();
        for (Stage stage : plan.stages()) {
            if (stage instanceof Stage.Affine next) {
                affine.add(next);
                activations.add(Activation.IDENTITY);
            } else if (stage instanceof Stage.Activate(String name, Activation function)) {
                int last = activations.size() - 1;
                if (last < 0 || activations.get(last).kind() != Activation.Kind.IDENTITY) {
                    reasons.add(subject + "one activation behind each linear layer, found " + name
                            + (last < 0 ? " before the first." : " behind another activation."));
                    return Optional.empty();
                }
                activations.set(last, function);
            } else {
                reasons.add(subject + "linear layers and activations, found " + stage.name() + ".");
                return Optional.empty();
            }
        }
        if (affine.isEmpty() || affine.size() > most) {
            reasons.add(subject + "1 to " + most + " linear layers, found " + affine.size() + ".");
            return Optional.empty();
        }
        if (affine.stream().distinct().count() < affine.size()) {
            reasons.add(subject + "layers that have parameters of their own, found the same layer twice.");
            return Optional.empty();
        }
        return Optional.of(new CudaChain(affine, activations));
    }
}
