package dev.cresset.bench;

import dev.cresset.backend.Device;
import dev.cresset.backend.Parameter;
import dev.cresset.data.Dataset;
import dev.cresset.data.Rows;
import dev.cresset.loss.Loss;
import dev.cresset.nn.Sequential;
import dev.cresset.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/// A workload on a device, with its batches, which can be put back to its first numbers: bringing a large model to a
/// device takes longer than anything that is done with it here.
final class Trainee implements AutoCloseable {
    /// Numbers read back at once.
    private static final int PIECE = 1 << 18;

    private final Workload workload;
    private final Sequential model;
    private final Loss loss;
    private final Dataset batches;
    private final Map<Parameter, Tensor> first = new LinkedHashMap<>();

    /// @param count of its batches that are made, all of the pool at most
    Trainee(Workload workload, Device device, int count) {
        this.workload = workload;
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
        first.forEach((parameter, numbers) -> device().ops().copy(numbers, parameter.value()));
        return Steps.of(model, loss, workload, first(count), together);
    }

    /// By parameter, the L2 norm of its gradient at the first numbers, for the first batch.
    Map<String, Double> gradients() {
        first.forEach((parameter, numbers) -> device().ops().copy(numbers, parameter.value()));
        Dataset one = first(1);
        Tensor x = tensor(one.features());
        model.backwardParameters(loss.forwardBackward(model.forward(x), tensor(one.targets())));
        Map<String, Double> norms = new LinkedHashMap<>();
        model.parameters().byName().forEach((name, parameter) -> norms.put(name, norm(parameter.gradient())));
        return norms;
    }

    /// The first so many batches.
    private Dataset first(int count) {
        int rows = Math.min(batches.size(), Math.multiplyExact(count, workload.batch()));
        return rows == batches.size()
                ? batches
                : batches.select(IntStream.range(0, rows).toArray());
    }

    private Tensor tensor(Rows rows) {
        double[] numbers = new double[rows.count() * rows.width()];
        for (int i = 0; i < rows.count(); i++) {
            rows.copy(i, numbers, i * rows.width());
        }
        return device().tensor(rows.count(), rows.width(), numbers);
    }

    private static double norm(Tensor numbers) {
        double[] sum = new double[1];
        pieces(numbers, piece -> {
            for (double number : piece) {
                sum[0] += number * number;
            }
        });
        return Math.sqrt(sum[0]);
    }

    /// A number that follows from every bit of the parameters.
    int digest() {
        int[] digest = new int[1];
        for (Parameter parameter : model.parameters().byName().values()) {
            pieces(parameter.value(), piece -> {
                for (double number : piece) {
                    digest[0] = 31 * digest[0] + Double.hashCode(number);
                }
            });
        }
        return digest[0];
    }

    private static void pieces(Tensor tensor, Consumer<double[]> to) {
        int rows = Math.max(1, PIECE / tensor.columns());
        for (int from = 0; from < tensor.rows(); from += rows) {
            to.accept(tensor.rows(from, Math.min(rows, tensor.rows() - from)).toArray());
        }
    }

    @Override
    public void close() {
        model.close();
        loss.close();
    }
}
