package dev.cresset.optim;

import dev.cresset.backend.MomentumForm;

/// What a group of parameters is trained with.
///
/// @param lr learning rate λ, 0 or more
/// @param momentum μ in [0, 1); 0 is plain gradient descent
/// @param dampening share of the gradient kept out of the velocity, in [0, 1)
/// @param weightDecay L2 penalty: `weightDecay · W` is added to the gradient; 0 or more
/// @param form heavy ball or Nesterov
public record Hyper(double lr, double momentum, double dampening, double weightDecay, MomentumForm form) {
    public Hyper {
        require("lr", lr, Double.MAX_VALUE, "0.01 is a usual start");
        require("momentum", momentum, Math.nextDown(1.0), "0.9 is the usual value, 0 is off");
        require("dampening", dampening, Math.nextDown(1.0), "0 is the usual value");
        require("weightDecay", weightDecay, Double.MAX_VALUE, "0.0001 is a usual value, 0 is off");
        if (form == MomentumForm.NESTEROV && (momentum == 0 || dampening != 0)) {
            throw new IllegalArgumentException(
                    "SGD: Nesterov needs a momentum above 0 and no dampening, found momentum " + momentum
                            + " and dampening " + dampening + ": set withMomentum(0.9) first.");
        }
    }

    private static void require(String name, double value, double most, String advice) {
        if (!(value >= 0 && value <= most)) {
            throw new IllegalArgumentException("SGD: " + name + " lies in " + (most < 1 ? "[0, 1)" : "[0, ∞)")
                    + ", found " + value + ": " + advice + ".");
        }
    }

    /// Plain gradient descent.
    public static Hyper lr(double lr) {
        return new Hyper(lr, 0, 0, 0, MomentumForm.HEAVY_BALL);
    }

    public Hyper withLr(double lr) {
        return new Hyper(lr, momentum, dampening, weightDecay, form);
    }

    public Hyper withMomentum(double momentum) {
        return new Hyper(lr, momentum, dampening, weightDecay, form);
    }

    public Hyper withDampening(double dampening) {
        return new Hyper(lr, momentum, dampening, weightDecay, form);
    }

    public Hyper withWeightDecay(double weightDecay) {
        return new Hyper(lr, momentum, dampening, weightDecay, form);
    }

    /// The same with Nesterov's form of momentum; set the momentum first.
    public Hyper withNesterov() {
        return new Hyper(lr, momentum, dampening, weightDecay, MomentumForm.NESTEROV);
    }

    double[] numbers() {
        return new double[] {lr, momentum, dampening, weightDecay};
    }
}
