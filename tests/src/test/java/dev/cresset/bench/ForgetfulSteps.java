package dev.cresset.bench;

import dev.cresset.nn.Layer;
import dev.cresset.tensor.Tensor;
import dev.cresset.train.StepWay;

/// Steps that leave one parameter where it was: a fault for the [Gate] to notice.
record ForgetfulSteps(Steps steps, Tensor parameter, double[] numbers) implements Steps {
    ForgetfulSteps(Layer model, Steps steps, String name) {
        this(steps, model.parameters().byName().get(name).value());
    }

    private ForgetfulSteps(Steps steps, Tensor parameter) {
        this(steps, parameter, parameter.toArray());
    }

    @Override
    public void run(int times) {
        for (int i = 0; i < times; i++) {
            steps.run(1);
            steps.await();
            parameter.write(numbers);
        }
    }

    @Override
    public int together() {
        return steps.together();
    }

    @Override
    public double loss() {
        return steps.loss();
    }

    @Override
    public StepWay way() {
        return steps.way();
    }

    @Override
    public void close() {
        steps.close();
    }
}
