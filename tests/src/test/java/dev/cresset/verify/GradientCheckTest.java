package dev.cresset.verify;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cresset.backend.Device;
import dev.cresset.loss.Loss;
import dev.cresset.loss.MSELoss;
import dev.cresset.nn.BatchNorm1d;
import dev.cresset.nn.Dropout;
import dev.cresset.nn.Layer;
import dev.cresset.nn.Linear;
import dev.cresset.nn.Sequential;
import dev.cresset.tensor.Tensor;
import java.util.List;
import org.junit.jupiter.api.Test;

/// The gradient check leaves a model as it found it, reports by name and shape, and refuses float32.
class GradientCheckTest {
    private final Device device = Device.reference();

    @Test
    void aCheckLeavesNumbersStatisticsDrawsAndInputAsTheyWere() {
        try (Sequential model = new Sequential(
                        new Linear(3, 4, 1), new BatchNorm1d(4), new Dropout(0.5, 2), new Linear(4, 2, 3));
                Loss loss = new MSELoss()) {
            Tensor x = Numbers.normal(device, 5, 3, 1);
            Tensor target = Numbers.normal(device, 5, 2, 2);
            model.forward(x);
            BatchNorm1d norm = (BatchNorm1d) model.layer(1);
            double[] weight =
                    model.parameters().byName().get("0.weight").value().toArray();
            double[] mean = norm.runningMean().value().toArray();
            double[] variance = norm.runningVariance().value().toArray();
            double[] before = x.toArray();
            GradientCheck.check(model, loss, x, target);
            assertArrayEquals(
                    weight, model.parameters().byName().get("0.weight").value().toArray());
            assertArrayEquals(mean, norm.runningMean().value().toArray());
            assertArrayEquals(variance, norm.runningVariance().value().toArray());
            assertArrayEquals(before, x.toArray());
            assertEquals(1, model.counters().getFirst().value());
        }
    }

    @Test
    void theReportNamesEveryParameterAndTheInputWithTheirShapes() {
        try (Sequential model = new Sequential(new Linear(3, 4, 1), new BatchNorm1d(4));
                Loss loss = new MSELoss()) {
            GradientReport report =
                    GradientCheck.check(model, loss, Numbers.normal(device, 5, 3, 1), Numbers.normal(device, 5, 4, 2));
            assertEquals(
                    List.of("0.weight", "0.bias", "1.weight", "1.bias", "input"),
                    report.entries().stream().map(GradientReport.Entry::name).toList());
            assertTrue(report.toString().contains("0.weight"), report.toString());
            assertTrue(report.toString().contains("4×3"), report.toString());
            assertEquals(
                    loss.forward(model.forward(Numbers.normal(device, 5, 3, 1)), Numbers.normal(device, 5, 4, 2))
                            .item(),
                    report.loss());
        }
    }

    @Test
    void aLayerAloneCanBeChecked() {
        try (Linear linear = new Linear(2, 2);
                Loss loss = new MSELoss()) {
            GradientReport report =
                    GradientCheck.check(linear, loss, Numbers.normal(device, 3, 2, 1), Numbers.normal(device, 3, 2, 2));
            assertEquals("weight", report.entries().getFirst().name());
            assertTrue(report.passes(1e-8), report::toString);
        }
    }

    @Test
    void float32IsRefusedWithTheWayOut() {
        Device single = Place.CPU_FP32.device();
        try (Layer linear = new Linear(2, 2).to(single);
                Loss loss = new MSELoss()) {
            Refused.with(
                            IllegalArgumentException.class,
                            () -> GradientCheck.check(linear, loss, single.tensor(1, 2), single.tensor(1, 2)))
                    .saying("needs float64", "cpu/FP32", "to(Device.reference())");
        }
    }
}
