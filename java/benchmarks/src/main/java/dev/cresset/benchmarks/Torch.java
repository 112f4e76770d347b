package dev.cresset.benchmarks;

import dev.cresset.bench.Workload;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.BatchNorm1dImpl;
import org.bytedeco.pytorch.BatchNormOptions;
import org.bytedeco.pytorch.LinearImpl;
import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.SGD;
import org.bytedeco.pytorch.SGDOptions;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/// libtorch by its C++ interface, through the bindings of JavaCPP.
final class Torch {
    private final Workload workload;
    private final Module module = new Module();
    private final List<LinearImpl> linears = new ArrayList<>();
    private final List<BatchNorm1dImpl> norms = new ArrayList<>();

    private Torch(Entry entry) {
        this.workload = entry.workload();
        try (NoGradGuard _ = new NoGradGuard()) {
            for (int l = 0; l + 1 < workload.sizes().size(); l++) {
                int inputs = workload.sizes().get(l);
                int outputs = workload.sizes().get(l + 1);
                LinearImpl linear = new LinearImpl(inputs, outputs);
                linear.weight().copy_(Tensor.create(entry.weight(l), outputs, inputs));
                linear.bias().copy_(Tensor.create(entry.bias(l), outputs));
                linears.add(module.register_module("linear" + l, linear));
                if (workload.kind() == Workload.Kind.BATCH_NORM_RELU_CROSS_ENTROPY
                        && l + 2 < workload.sizes().size()) {
                    norms.add(module.register_module("norm" + l, new BatchNorm1dImpl(new BatchNormOptions(outputs))));
                }
            }
        }
        module.train(true);
    }

    private Tensor forward(Tensor x) {
        Tensor a = x;
        int last = linears.size() - 1;
        for (int l = 0; l <= last; l++) {
            a = linears.get(l).forward(a);
            if (workload.kind() == Workload.Kind.SIGMOID_MSE) {
                a = torch.sigmoid(a);
            } else if (l < last) {
                a = torch.relu(norms.isEmpty() ? a : norms.get(l).forward(a));
            }
        }
        return a;
    }

    public static void main(String[] arguments) {
        Entry entry = Entry.of(arguments);
        Workload workload = entry.workload();
        torch.set_num_threads(entry.threads());
        Torch net = new Torch(entry);
        SGDOptions options = new SGDOptions(workload.lr());
        options.momentum().put(workload.momentum());
        SGD optimizer = new SGD(net.module.parameters(), options);
        Tensor[] x = new Tensor[Entry.BATCHES];
        Tensor[] y = new Tensor[Entry.BATCHES];
        int rows = workload.batch();
        for (int i = 0; i < Entry.BATCHES; i++) {
            x[i] = Tensor.create(entry.features(i), rows, workload.sizes().getFirst());
            y[i] = workload.kind().hasClasses()
                    ? Tensor.create(longs(entry.targets(i)), rows)
                    : Tensor.create(entry.targets(i), rows, workload.sizes().getLast());
        }
        Tensor[] kept = new Tensor[1];
        Clock.run(
                entry.seconds(),
                i -> {
                    try (PointerScope _ = new PointerScope()) {
                        int batch = i % Entry.BATCHES;
                        optimizer.zero_grad();
                        Tensor prediction = net.forward(x[batch]);
                        Tensor loss = workload.kind().hasClasses()
                                ? torch.cross_entropy_loss(prediction, y[batch])
                                : torch.mse_loss(prediction, y[batch]);
                        loss.backward();
                        optimizer.step();
                        Tensor value = loss.detach();
                        value.retainReference();
                        if (kept[0] != null) {
                            kept[0].releaseReference();
                        }
                        kept[0] = value;
                    }
                },
                () -> kept[0].item_float());
    }

    private static long[] longs(float[] classes) {
        long[] longs = new long[classes.length];
        for (int i = 0; i < longs.length; i++) {
            longs[i] = (long) classes[i];
        }
        return longs;
    }
}
