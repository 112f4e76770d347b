package dev.cresset.optim;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.cresset.backend.ClosedException;
import dev.cresset.backend.Device;
import dev.cresset.backend.Parameter;
import dev.cresset.backend.Parameters;
import dev.cresset.nn.BatchNorm1d;
import dev.cresset.nn.Linear;
import dev.cresset.nn.ReLU;
import dev.cresset.nn.Sequential;
import dev.cresset.verify.EveryPlace;
import dev.cresset.verify.Numbers;
import dev.cresset.verify.Place;
import dev.cresset.verify.Refused;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;

/// Groups of parameters with their own numbers, the memory they share, and what an optimizer refuses.
class SgdGroupsTest {
    private final Device device = Device.reference();

    @ParameterizedTest
    @EveryPlace
    void eachGroupStepsWithItsOwnNumbers(Place place) {
        Hyper rest = Hyper.lr(1).withMomentum(0.5);
        Hyper biases = Hyper.lr(0.25);
        try (Sequential model = model().to(place.device());
                SGD sgd = new SGD(model.parameters(), rest, Map.of(name -> name.endsWith("bias"), biases))) {
            Map<String, Parameter> byName = model.parameters().byName();
            byName.values().forEach(SgdGroupsTest::oneWithGradientOne);
            sgd.step();
            byName.forEach((name, parameter) -> all(name.endsWith("bias") ? 0.75 : 0, parameter));
            sgd.step();
            // The velocity of the second step is 0.5 · 1 + 1.
            byName.forEach((name, parameter) -> all(name.endsWith("bias") ? 0.5 : -1.5, parameter));
            assertEquals(biases, sgd.hyper("2.bias"));
            assertEquals(rest, sgd.hyper("2.weight"));
            assertNull(sgd.velocity("0.bias"));
            assertArrayEquals(new double[] {1.5, 1.5, 1.5, 1.5}, sgd.velocity("2.weight"));
        }
    }

    @ParameterizedTest
    @EveryPlace
    void theVelocityOfEachParameterIsItsOwnInsideTheSharedMemory(Place place) {
        try (Sequential model = model().to(place.device());
                SGD sgd = new SGD(model.parameters(), Hyper.lr(0.5).withMomentum(0.5))) {
            Map<String, Parameter> byName = model.parameters().byName();
            double number = 1;
            for (Parameter parameter : byName.values()) {
                double[] gradient = new double[(int) parameter.gradient().size()];
                for (int i = 0; i < gradient.length; i++) {
                    gradient[i] = number++;
                }
                parameter.gradient().write(gradient);
            }
            sgd.step();
            byName.forEach(
                    (name, parameter) -> assertArrayEquals(parameter.gradient().toArray(), sgd.velocity(name), name));
        }
    }

    @Test
    void neighboursShareOneStretchOfMemoryAndStrangersBetweenSplitIt() {
        try (Sequential model = model()) {
            Parameters parameters = model.parameters();
            List<String> all = List.copyOf(parameters.byName().keySet());
            assertEquals(1, parameters.spans(all).size());
            assertEquals(1, parameters.spans(List.of("0.weight", "0.bias")).size());
            assertEquals(1, parameters.spans(List.of("0.bias", "0.weight")).size());
            assertEquals(2, parameters.spans(List.of("0.weight", "2.weight")).size());
            // 0.bias is followed by 1.weight.
            assertEquals(
                    2, parameters.spans(List.of("0.bias", "1.weight", "2.bias")).size());
            assertEquals(0, parameters.spans(List.of()).size());
        }
    }

    @ParameterizedTest
    @EveryPlace
    void aChangedLearningRateHoldsFromTheNextStepOnForEveryGroup(Place place) {
        try (Sequential model = model().to(place.device());
                SGD sgd = new SGD(
                        model.parameters(),
                        Hyper.lr(0.5),
                        Map.of(name -> name.startsWith("0."), Hyper.lr(0.25).withMomentum(0.5)))) {
            Map<String, Parameter> byName = model.parameters().byName();
            byName.values().forEach(SgdGroupsTest::oneWithGradientOne);
            sgd.step();
            sgd.lr(2);
            sgd.step();
            // 1 − 0.5 − 2, and 1 − 0.25 − 2 · 1.5.
            byName.forEach((name, parameter) -> all(name.startsWith("0.") ? -2.25 : -1.5, parameter));
            assertEquals(2, sgd.hyper("2.bias").lr());
            assertEquals(0.5, sgd.hyper("0.bias").momentum());
            assertEquals(2, sgd.steps());
        }
    }

    @Test
    void aParameterInTwoGroupsOrAGroupOfNoneIsRefused() {
        try (Sequential model = model()) {
            Hyper hyper = Hyper.lr(0.1);
            Refused.with(
                            IllegalArgumentException.class,
                            () -> new SGD(
                                    model.parameters(),
                                    hyper,
                                    Map.of(name -> name.startsWith("0"), hyper, name -> name.endsWith("bias"), hyper)))
                    .saying("a group takes parameters that no other group has", "0.bias");
            Refused.with(
                            IllegalArgumentException.class,
                            () -> new SGD(model.parameters(), hyper, Map.of(name -> name.equals("9.weight"), hyper)))
                    .saying("found []", "0.weight");
        }
    }

    @Test
    void aGroupOfEverythingLeavesNoRest() {
        try (Sequential model = model();
                SGD sgd = new SGD(model.parameters(), Hyper.lr(9), Map.of(name -> true, Hyper.lr(0.5)))) {
            model.parameters().byName().values().forEach(SgdGroupsTest::oneWithGradientOne);
            sgd.step();
            model.parameters().byName().values().forEach(parameter -> all(0.5, parameter));
        }
    }

    @Test
    void aModelWithoutParametersCanBeStepped() {
        try (ReLU relu = new ReLU();
                SGD sgd = new SGD(relu.parameters(), Hyper.lr(0.1))) {
            sgd.step();
            assertEquals(1, sgd.steps());
            Refused.with(IllegalArgumentException.class, () -> sgd.hyper("weight"))
                    .saying("trains no parameter 'weight'");
        }
    }

    @Test
    void parametersOfAClosedModelAreRefused() {
        Sequential model = model();
        try (SGD sgd = new SGD(model.parameters(), Hyper.lr(0.1))) {
            model.close();
            Refused.with(ClosedException.class, sgd::step).saying("closed since its parameters were asked for");
        }
    }

    @Test
    void runningStatisticsAreNotTrained() {
        try (Sequential model = model();
                SGD sgd = new SGD(model.parameters(), Hyper.lr(0.1).withWeightDecay(1))) {
            model.forward(Numbers.normal(device, 4, 2, 1));
            double[] variance =
                    model.parameters().states().get("1.running_var").value().toArray();
            sgd.step();
            assertArrayEquals(
                    variance,
                    model.parameters().states().get("1.running_var").value().toArray());
        }
    }

    private static Sequential model() {
        return new Sequential(new Linear(2, 2, 1), new BatchNorm1d(2), new Linear(2, 2, 2));
    }

    private static void oneWithGradientOne(Parameter parameter) {
        double[] ones = new double[(int) parameter.value().size()];
        Arrays.fill(ones, 1);
        parameter.value().write(ones);
        parameter.gradient().write(ones);
    }

    /// All these numbers are sums of powers of two and so exact everywhere.
    private static void all(double expected, Parameter parameter) {
        for (double found : parameter.value().toArray()) {
            assertEquals(expected, found, parameter.name());
        }
    }
}
