package dev.cresset.app;

import dev.cresset.train.TrainingListener;

/// Says once how steps are done.
final class StepsLine implements TrainingListener {
    private final OutputOptions output;
    private boolean said;

    StepsLine(OutputOptions output) {
        this.output = output;
    }

    @Override
    public void onSteps(int rows, String description) {
        if (!said) {
            said = true;
            output.say("steps     %s", description.lines().findFirst().orElse(""));
        }
    }
}
