package dev.cresset.benchmarks;

import dev.cresset.backend.Device;
import dev.cresset.backend.Transpose;
import dev.cresset.tensor.Precision;
import dev.cresset.tensor.Tensor;
import java.util.Locale;
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

/// Products of matrices by the verb `gemm`, over all cores. The library is chosen with
/// `-jvmArgsAppend -Dcresset.cpu.products=openblas`.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
        value = 1,
        jvmArgsAppend = {"--enable-native-access=ALL-UNNAMED", "--add-modules=jdk.incubator.vector"})
public class ProductBenchmark {
    /// Rows, columns and terms of the product, and which factors are transposed: `N` none, `A`, or `B`.
    @Param({
        "1024x1024x1024:N",
        "512x4096x4096:B",
        "512x4096x4096:N",
        "4096x4096x512:A",
        "128x512x784:B",
        "512x784x128:A",
        "128x10x256:B",
        "32x5x4:B"
    })
    public String shape;

    @Param({"FP32", "FP64"})
    public Precision precision;

    private Device device;
    private Tensor a;
    private Tensor b;
    private Tensor c;
    private Transpose flipA;
    private Transpose flipB;

    @Setup
    public void open() {
        String[] parts = shape.toUpperCase(Locale.ROOT).split("[X:]");
        int m = Integer.parseInt(parts[0]);
        int n = Integer.parseInt(parts[1]);
        int k = Integer.parseInt(parts[2]);
        flipA = parts[3].equals("A") ? Transpose.YES : Transpose.NO;
        flipB = parts[3].equals("B") ? Transpose.YES : Transpose.NO;
        device = Device.cpu(precision);
        a = flipA == Transpose.YES ? filled(k, m) : filled(m, k);
        b = flipB == Transpose.YES ? filled(n, k) : filled(k, n);
        c = device.tensor(m, n);
    }

    private Tensor filled(int rows, int columns) {
        Tensor tensor = device.tensor(rows, columns);
        device.ops().fill(tensor, 0.5);
        return tensor;
    }

    @Benchmark
    public Tensor product() {
        device.ops().gemm(a, flipA, b, flipB, c, 0);
        return c;
    }

    @TearDown
    public void close() {
        device.close();
    }
}
