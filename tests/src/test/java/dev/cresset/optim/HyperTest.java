package dev.cresset.optim;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.cresset.backend.MomentumForm;
import dev.cresset.verify.Refused;
import org.junit.jupiter.api.Test;

/// Which numbers SGD can be given.
class HyperTest {
    @Test
    void nesterovNeedsMomentumAndNoDampening() {
        Refused.with(IllegalArgumentException.class, () -> Hyper.lr(0.1).withNesterov())
                .saying("Nesterov needs a momentum above 0 and no dampening", "momentum 0.0");
        Hyper damped = Hyper.lr(0.1).withMomentum(0.9).withDampening(0.5);
        Refused.with(IllegalArgumentException.class, damped::withNesterov).saying("dampening 0.5");
        Hyper nesterov = Hyper.lr(0.1).withMomentum(0.9).withNesterov();
        Refused.with(IllegalArgumentException.class, () -> nesterov.withMomentum(0));
    }

    @Test
    void numbersOutOfRangeAreRefusedByName() {
        Refused.with(IllegalArgumentException.class, () -> Hyper.lr(-0.1))
                .saying("SGD: lr lies in [0, ∞), found -0.1: 0.01 is a usual start.");
        Refused.with(IllegalArgumentException.class, () -> Hyper.lr(Double.NaN)).saying("lr", "NaN");
        Refused.with(IllegalArgumentException.class, () -> Hyper.lr(Double.POSITIVE_INFINITY))
                .saying("lr", "Infinity");
        Hyper plain = Hyper.lr(0.1);
        Refused.with(IllegalArgumentException.class, () -> plain.withMomentum(1))
                .saying("momentum lies in [0, 1)");
        Refused.with(IllegalArgumentException.class, () -> plain.withDampening(-1))
                .saying("dampening");
        Refused.with(IllegalArgumentException.class, () -> plain.withWeightDecay(-1))
                .saying("weightDecay");
    }

    @Test
    void eachOptionChangesOnlyItself() {
        assertEquals(
                new Hyper(0.3, 0.9, 0, 0.01, MomentumForm.NESTEROV),
                Hyper.lr(0.1)
                        .withMomentum(0.9)
                        .withNesterov()
                        .withWeightDecay(0.01)
                        .withLr(0.3));
    }
}
