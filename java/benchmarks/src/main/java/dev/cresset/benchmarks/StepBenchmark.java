package dev.cresset.benchmarks;

import dev.cresset.backend.Device;
import dev.cresset.bench.FixedNetwork;
import dev.cresset.bench.Workload;
import dev.cresset.bench.Workloads;
import dev.cresset.loss.Loss;
import dev.cresset.nn.Sequential;
import dev.cresset.optim.SGD;
import dev.cresset.tensor.Precision;
import dev.cresset.tensor.Tensor;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/// Parts of an eager training step, and the whole of it.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
        value = 1,
        jvmArgsAppend = {"--enable-native-access=ALL-UNNAMED", "--add-modules=jdk.incubator.vector", "-Xmx6g"})
public class StepBenchmark {
    @Param({"toy/1", "toy/32", "mnist/128", "wide/512"})
    public String workload;

    @Param({"1", "4"})
    public int threads;

    private Device device;
    private Sequential model;
    private Loss loss;
    private SGD sgd;
    private Tensor x;
    private Tensor y;
    private Tensor gradient;

    @Setup
    public void open() {
        Workload chosen = Workloads.named(Workloads.cpu(), List.of(workload)).getFirst();
        device = Device.cpu(Precision.FP32, threads);
        model = FixedNetwork.model(chosen);
        model.to(device);
        loss = FixedNetwork.loss(chosen);
        sgd = new SGD(model.parameters(), chosen.hyper());
        double[] targets = FixedNetwork.targets(chosen, 0);
        x = device.tensor(chosen.batch(), chosen.sizes().getFirst(), FixedNetwork.features(chosen, 0));
        y = device.tensor(chosen.batch(), targets.length / chosen.batch(), targets);
        gradient = loss.forwardBackward(model.forward(x), y);
    }

    @Benchmark
    public Tensor forward() {
        return model.forward(x);
    }

    @Benchmark
    public void backward() {
        model.backwardParameters(gradient);
    }

    @Benchmark
    public void optimizer() {
        sgd.step();
    }

    @Benchmark
    public void step() {
        model.backwardParameters(loss.forwardBackward(model.forward(x), y));
        sgd.step();
    }

    @TearDown
    public void close() {
        sgd.close();
        loss.close();
        model.close();
        device.close();
    }
}
