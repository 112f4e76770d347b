package dev.cresset.backend.cuda;

import dev.cresset.backend.cuda.CudaLtSpec.Op;
import dev.cresset.tensor.RandomStream;
import dev.cresset.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// Which epilogues cuBLASLt has for which types on this GPU, and what each costs beside the bare product. float64 is
/// left out: it verifies, and is not there for speed.
final class EpilogueTimes {
    private static final List<CudaLtTypes> TYPES =
            List.of(CudaLtTypes.F32, CudaLtTypes.TF32, CudaLtTypes.BF16, CudaLtTypes.BF16_TO_F32);

    private final CudaBackend device;
    private final CudaLt lt;
    private final Stopwatch watch;
    private final int batch;
    private final int in;
    private final int out;
    private final Matrix x;
    private final Matrix w;
    private final Matrix y;
    private final Tensor result;
    private final Tensor bias;

    /// A factor in both types.
    private record Matrix(Tensor wide, CudaBf16 narrow) {
        /// Of random numbers: zeros would need less power, and so run faster.
        static Matrix random(CudaBackend device, int rows, int columns) {
            double[] numbers = new double[rows * columns];
            RandomStream random = new RandomStream(17, rows);
            for (int i = 0; i < numbers.length; i++) {
                numbers[i] = 2 * random.nextDouble() - 1;
            }
            Tensor wide = device.tensor(rows, columns, numbers);
            CudaBf16 narrow = new CudaBf16(device.tensor(rows, (columns + 1) / 2), 0, rows, columns);
            synchronized (device.context()) {
                device.context().enter();
                device.engine().products().round(wide, narrow);
            }
            return new Matrix(wide, narrow);
        }

        long address(CudaLtTypes types) {
            return types.factorBytes() == Short.BYTES ? narrow.address() : CudaBuffer.address(wide);
        }
    }

    private EpilogueTimes(CudaBackend device, CudaLt lt, Stopwatch watch, int batch, int in, int out) {
        this.device = device;
        this.lt = lt;
        this.watch = watch;
        this.batch = batch;
        this.in = in;
        this.out = out;
        this.x = Matrix.random(device, batch, in);
        this.w = Matrix.random(device, out, in);
        this.y = Matrix.random(device, batch, out);
        int widest = Math.max(in, out);
        this.result = device.tensor(Math.max(batch, out), widest);
        this.bias = device.tensor(1, widest);
    }

    /// A row of text for each product.
    static void print(CudaBackend device, Stopwatch watch, int batch, int in, int out) {
        System.out.println("| cuBLASLt, batch " + batch + ", in " + in + ", out " + out
                + " | µs | TFLOP/s | × the bare product | algorithm |");
        System.out.println("|---|---|---|---|---|");
        List<String> refused = new ArrayList<>();
        Optional<CudaLt> lt = device.engine().lt(refused);
        refused.forEach(System.out::println);
        lt.ifPresent(each -> new EpilogueTimes(device, each, watch, batch, in, out).print());
    }

    private void print() {
        for (CudaLtTypes types : TYPES) {
            for (Op op : Op.values()) {
                // The first heats the GPU up, which then is slower: the second is what the others are held against.
                print(spec(op, types, CudaLtEpilogue.NONE, 0), 0);
                double bare = print(spec(op, types, CudaLtEpilogue.NONE, 0), 0);
                for (CudaLtEpilogue epilogue : CudaLtEpilogue.values()) {
                    if (epilogue != CudaLtEpilogue.NONE && epilogue.fits(op)) {
                        print(spec(op, types, epilogue, 0), bare);
                    }
                }
                if (op == Op.WEIGHT_GRADIENT) {
                    print(spec(op, types, CudaLtEpilogue.NONE, 0.9), bare);
                }
            }
        }
    }

    private CudaLtSpec spec(Op op, CudaLtTypes types, CudaLtEpilogue epilogue, double beta) {
        return new CudaLtSpec(op, types, batch, in, out, epilogue, beta, CudaLtSpec.ALIGNED);
    }

    /// @param bare seconds of the same without epilogue, or 0
    private double print(CudaLtSpec spec, double bare) {
        List<String> refused = new ArrayList<>();
        Optional<CudaLtProduct> planned;
        synchronized (device.context()) {
            device.context().enter();
            planned = lt.plan(spec, refused);
        }
        if (planned.isEmpty()) {
            System.out.println("| " + spec + " | - | - | - | " + refused.getLast() + " |");
            return 0;
        }
        Tensor mask = device.tensor(1, Math.toIntExact(Math.max(4, spec.maskBytes()) / Float.BYTES));
        double seconds = watch.seconds(device, () -> run(planned.get(), mask));
        System.out.printf(
                Locale.ROOT,
                "| %s | %.1f | %.1f | %s | %s |%n",
                spec,
                seconds * 1e6,
                2.0 * batch * in * out / seconds * 1e-12,
                bare == 0 ? "" : String.format(Locale.ROOT, "%.2f", seconds / bare),
                planned.get().describe().substring(spec.toString().length() + 2));
        synchronized (device.context()) {
            device.context().enter();
            planned.get().close();
        }
        return seconds;
    }

    private void run(CudaLtProduct product, Tensor mask) {
        CudaLtSpec spec = product.spec();
        Matrix first = spec.op() == Op.FORWARD ? x : y;
        Matrix second = spec.op() == Op.WEIGHT_GRADIENT ? x : w;
        product.run(
                first.address(spec.types()),
                second.address(spec.types()),
                CudaBuffer.address(result),
                spec.epilogue().usesBias() ? CudaBuffer.address(bias) : 0,
                spec.epilogue().usesMask() ? CudaBuffer.address(mask) : 0);
    }
}
