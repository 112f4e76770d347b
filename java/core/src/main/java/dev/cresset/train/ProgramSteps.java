package dev.cresset.train;

import dev.cresset.backend.step.StepProgram;
import dev.cresset.backend.step.Tier;
import dev.cresset.optim.SGD;

/// Steps as the device does them whole.
final class ProgramSteps implements Steps {
    private final StepProgram program;
    private final SGD optimizer;

    ProgramSteps(StepProgram program, SGD optimizer) {
        this.program = program;
        this.optimizer = optimizer;
    }

    @Override
    public void run(int first, int count) {
        optimizer.requireOpen();
        program.run(count);
    }

    @Override
    public int atOnce() {
        return Math.min(Progress.RING, program.stepsAtOnce());
    }

    @Override
    public boolean goesOnByItself() {
        return true;
    }

    @Override
    public Tier tier() {
        return program.tier();
    }

    @Override
    public String description() {
        return program.description();
    }

    @Override
    public void close() {
        program.close();
    }
}
