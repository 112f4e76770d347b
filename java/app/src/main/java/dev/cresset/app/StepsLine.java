package dev.cresset.app;

import dev.cresset.train.StepWay;
import dev.cresset.train.TrainingListener;

/// Says once how steps are done.
final class StepsLine implements TrainingListener {
    private final OutputOptions output;
    private boolean said;

    StepsLine(OutputOptions output) {
        this.output = output;
    }

    @Override
    public void onSteps(int rows, StepWay way) {
        if (!said) {
            said = true;
            output.say("steps     %s", way.line());
        }
    }
}
