package dev.cresset.app;

import com.google.gson.JsonObject;
import dev.cresset.train.StepWay;
import dev.cresset.train.TrainingListener;
import org.jspecify.annotations.Nullable;

/// Says once how steps are done, and for programs at the end.
final class StepsLine implements TrainingListener {
    private final OutputOptions output;
    private @Nullable StepWay first;

    StepsLine(OutputOptions output) {
        this.output = output;
    }

    @Override
    public void onSteps(int rows, StepWay way) {
        if (first == null) {
            first = way;
            output.say("steps     %s", way.line());
        }
    }

    /// Adds how steps were done to a run's figures.
    void addTo(JsonObject json) {
        if (first != null) {
            json.addProperty("tier", UserName.of(first.tier()));
            json.addProperty("steps_at_once", first.stepsAtOnce());
            json.addProperty("data_on", UserName.of(first.residence()));
        }
    }
}
