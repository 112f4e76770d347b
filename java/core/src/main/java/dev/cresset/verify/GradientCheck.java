package dev.cresset.verify;

import dev.cresset.backend.Device;
import dev.cresset.backend.Parameter;
import dev.cresset.backend.Parameters;
import dev.cresset.loss.Loss;
import dev.cresset.nn.Layer;
import dev.cresset.tensor.Counter;
import dev.cresset.tensor.Precision;
import dev.cresset.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Compares every entry of every gradient with a central difference of the loss,
/// `(L(w + h) − L(w − h)) / 2h` with `h = ∛ε · max(1, |w|)`, in float64. The judge of a gradient is the
/// loss value itself, so this holds for any model and loss.
///
/// A parameter's relative error is the largest `|analytic − numeric|` of its entries over the largest
/// magnitude among both, or over a thousandth of the loss where that is larger (a gradient that is 0 in
/// real arithmetic has only rounding noise to compare). An entry that is off by more than 1e-6 is looked at
/// again with h/32, and the closer difference counts: a wrong gradient stays wrong, while the kink of a ReLU or
/// L1 that lay within h is passed by. Right gradients stay below 1e-6, unless a kink lies even nearer.
///
/// Costs two forward passes for each number of the model and of the input.
public final class GradientCheck {
    private static final double STEP = Math.cbrt(Math.ulp(1.0));
    private static final double FLOOR = 1e-3;
    private static final double SUSPICIOUS = 1e-6;
    private static final double CLOSER = 32;

    private final Layer model;
    private final Loss loss;
    private final Tensor x;
    private final Tensor target;
    private final List<Long> draws = new ArrayList<>();

    private GradientCheck(Layer model, Loss loss, Tensor x, Tensor target) {
        this.model = model;
        this.loss = loss;
        this.x = x;
        this.target = target;
        model.counters().forEach(counter -> draws.add(counter.value()));
    }

    /// Checks the gradients of `loss(model(x), target)` to all parameters of `model` and to `x`, in the mode
    /// that the model is in. Parameters, running statistics, dropout draws and `x` are left as they were;
    /// the gradients of the model are those at the checked point.
    ///
    /// @throws IllegalArgumentException unless model and tensors are on a device of FP64
    public static GradientReport check(Layer model, Loss loss, Tensor x, Tensor target) {
        Device device = model.device();
        if (device.precision() != Precision.FP64) {
            throw new IllegalArgumentException("A gradient check needs float64, " + model.describe() + " is on "
                    + device + ": move it with to(Device.cpu(Precision.FP64)) or to(Device.reference()).");
        }
        Parameters parameters = model.parameters();
        Parameters.Snapshot before = parameters.snapshot();
        GradientCheck check = new GradientCheck(model, loss, x, target);
        try {
            return check.run(parameters);
        } finally {
            parameters.restore(before);
            check.rewind();
        }
    }

    private GradientReport run(Parameters parameters) {
        double value = value();
        double[] inputGradient = model.backward(loss.backward()).toArray();
        Map<String, double[]> analytic = new LinkedHashMap<>();
        Map<String, Tensor> places = new LinkedHashMap<>();
        for (Map.Entry<String, Parameter> entry : parameters.byName().entrySet()) {
            analytic.put(entry.getKey(), entry.getValue().gradient().toArray());
            places.put(entry.getKey(), entry.getValue().value());
        }
        analytic.put("input", inputGradient);
        places.put("input", x);
        List<GradientReport.Entry> entries = new ArrayList<>();
        places.forEach((name, place) -> entries.add(compare(name, place, analytic.get(name), FLOOR * Math.abs(value))));
        return new GradientReport(value, List.copyOf(entries));
    }

    private GradientReport.Entry compare(String name, Tensor place, double[] analytic, double floor) {
        double[] numbers = place.toArray();
        double[] numeric = new double[numbers.length];
        double largest = floor;
        for (int i = 0; i < numbers.length; i++) {
            numeric[i] = difference(place, numbers, i, STEP);
            largest = Math.max(largest, Math.max(Math.abs(analytic[i]), Math.abs(numeric[i])));
        }
        int worst = 0;
        for (int i = 0; i < numbers.length; i++) {
            if (Math.abs(analytic[i] - numeric[i]) > SUSPICIOUS * largest) {
                double closer = difference(place, numbers, i, STEP / CLOSER);
                numeric[i] = Math.abs(analytic[i] - closer) < Math.abs(analytic[i] - numeric[i]) ? closer : numeric[i];
            }
            if (!(Math.abs(analytic[i] - numeric[i]) <= Math.abs(analytic[worst] - numeric[worst]))) {
                worst = i;
            }
        }
        double distance = numbers.length == 0 ? 0 : Math.abs(analytic[worst] - numeric[worst]);
        return new GradientReport.Entry(
                name,
                place.rows(),
                place.columns(),
                numbers.length == 0 ? 0 : worst / place.columns(),
                numbers.length == 0 ? 0 : worst % place.columns(),
                numbers.length == 0 ? 0 : analytic[worst],
                numbers.length == 0 ? 0 : numeric[worst],
                distance == 0 ? 0 : distance / largest);
    }

    private double difference(Tensor place, double[] numbers, int i, double step) {
        double here = numbers[i];
        double h = step * Math.max(1, Math.abs(here));
        double right = here + h;
        double left = here - h;
        try {
            return (valueAt(place, numbers, i, right) - valueAt(place, numbers, i, left)) / (right - left);
        } finally {
            put(place, i, here, numbers);
        }
    }

    private double valueAt(Tensor place, double[] numbers, int i, double number) {
        put(place, i, number, numbers);
        return value();
    }

    private static void put(Tensor place, int i, double number, double[] numbers) {
        numbers[i] = number;
        place.buffer().write(place.offset() + i, numbers, i, 1);
    }

    private double value() {
        rewind();
        return loss.forward(model.forward(x), target).item();
    }

    /// Every forward pass of the check draws the same dropout masks.
    private void rewind() {
        List<Counter> counters = model.counters();
        for (int i = 0; i < counters.size(); i++) {
            counters.get(i).set(draws.get(i));
        }
    }
}
