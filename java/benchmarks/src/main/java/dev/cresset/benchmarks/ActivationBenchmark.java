package dev.cresset.benchmarks;

import dev.cresset.backend.Activation;
import dev.cresset.backend.Device;
import dev.cresset.tensor.Precision;
import dev.cresset.tensor.Tensor;
import java.util.Random;
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

/// Activations and their gradients with the sums for the bias, over all cores, in vectors unless
/// `-jvmArgs` leaves the module out.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
        value = 1,
        jvmArgsAppend = {"--enable-native-access=ALL-UNNAMED", "--add-modules=jdk.incubator.vector"})
public class ActivationBenchmark {
    @Param({"RELU", "SIGMOID", "TANH", "GELU", "SILU", "SOFTPLUS"})
    public Activation.Kind kind;

    /// Rows of 512 numbers.
    @Param({"1", "128", "4096"})
    public int rows;

    private Device device;
    private Activation function;
    private Tensor z;
    private Tensor a;
    private Tensor da;
    private Tensor sums;

    @Setup
    public void open() {
        device = Device.cpu(Precision.FP32);
        function = new Activation(kind, 0);
        z = device.tensor(rows, 512, new Random(1).doubles(rows * 512L, -4, 4).toArray());
        a = device.tensor(rows, 512);
        da = device.tensor(rows, 512);
        sums = device.tensor(1, 512);
    }

    @Benchmark
    public Tensor value() {
        device.ops().activate(function, z, a);
        return a;
    }

    @Benchmark
    public Tensor gradient() {
        device.ops().activateGradientSums(function, z, a, da, da, sums);
        return sums;
    }

    @TearDown
    public void close() {
        device.close();
    }
}
