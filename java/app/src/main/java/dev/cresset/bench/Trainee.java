package dev.cresset.bench;

import dev.cresset.backend.Device;
import dev.cresset.backend.Parameter;
import dev.cresset.data.Dataset;
import dev.cresset.loss.Loss;
import dev.cresset.nn.Sequential;
import dev.cresset.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.IntStream;

/// A workload on a device, with its batches, which can be put back to its first numbers: bringing a large model to a
/// device takes longer than anything that is done with it here.
final class Trainee implements AutoCloseable {
    /// Numbers read back at once.
    private static final int PIECE = 1 << 18;

    /// A power of two, so that nothing is rounded by it.
    private static final double FAR = 0x1p20;

    private final Workload workload;
    private final Sequential model;
    private final Loss loss;
    private final Dataset batches;
    private final Steps.Way way;
    private final Map<Parameter, Tensor> first = new LinkedHashMap<>();

    /// @param count of its batches that are made, all of the pool at most
    Trainee(Workload workload, Device device, int count) {
        this(workload, device, count, Steps::of);
    }

    /// @param way how its steps are done
    Trainee(Workload workload, Device device, int count, Steps.Way way) {
        this.workload = workload;
        this.way = way;
        this.model = FixedNetwork.model(workload).to(device);
        this.loss = FixedNetwork.loss(workload);
        this.batches = FixedNetwork.batches(workload, Math.min(count, workload.pool()));
        for (Parameter parameter : model.parameters().byName().values()) {
            Tensor copy =
                    device.tensor(parameter.value().rows(), parameter.value().columns());
            device.ops().copy(parameter.value(), copy);
            first.put(parameter, copy);
        }
    }

    Device device() {
        return model.device();
    }

    /// Steps from the first numbers on, over the first `count` batches that there are.
    ///
    /// @param together steps in a lot
    Steps steps(int together, int count) {
        putBack();
        return way.of(model, loss, workload, first(count), together);
    }

    /// By parameter, the L2 norm of its gradient at the first numbers, for the first batch, as the steps have it: how
    /// far one of them goes, over its learning rate. That rate is so large that a parameter's own digits, which the
    /// sum is rounded to, hide nothing of the gradient.
    ///
    /// @param count of the batches that there are
    Map<String, Double> gradients(int count) {
        putBack();
        try (Steps steps = way.of(model, loss, workload.withLr(FAR), first(count), 1)) {
            steps.run(1);
            steps.await();
        }
        Map<String, Double> norms = new LinkedHashMap<>();
        model.parameters()
                .byName()
                .forEach((name, parameter) -> norms.put(name, distance(first.get(parameter), parameter.value()) / FAR));
        return norms;
    }

    /// The first so many batches.
    private Dataset first(int count) {
        int rows = Math.min(batches.size(), Math.multiplyExact(count, workload.batch()));
        return rows == batches.size()
                ? batches
                : batches.select(IntStream.range(0, rows).toArray());
    }

    private void putBack() {
        first.forEach((parameter, numbers) -> device().ops().copy(numbers, parameter.value()));
    }

    private static double distance(Tensor from, Tensor to) {
        double sum = 0;
        for (int row = 0, rows = rowsInPiece(from); row < from.rows(); row += rows) {
            double[] a = piece(from, row);
            double[] b = piece(to, row);
            for (int i = 0; i < a.length; i++) {
                sum += (a[i] - b[i]) * (a[i] - b[i]);
            }
        }
        return Math.sqrt(sum);
    }

    /// A number that follows from every bit of the parameters.
    int digest() {
        int digest = 0;
        for (Parameter parameter : model.parameters().byName().values()) {
            Tensor numbers = parameter.value();
            for (int row = 0, rows = rowsInPiece(numbers); row < numbers.rows(); row += rows) {
                for (double number : piece(numbers, row)) {
                    digest = 31 * digest + Double.hashCode(number);
                }
            }
        }
        return digest;
    }

    private static int rowsInPiece(Tensor tensor) {
        return Math.max(1, PIECE / tensor.columns());
    }

    private static double[] piece(Tensor tensor, int from) {
        return tensor.rows(from, Math.min(rowsInPiece(tensor), tensor.rows() - from))
                .toArray();
    }

    @Override
    public void close() {
        model.close();
        loss.close();
    }
}
