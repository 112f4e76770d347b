package dev.cresset.verify;

import dev.cresset.backend.Activation;
import dev.cresset.backend.CrossEntropy;
import dev.cresset.backend.CrossEntropy.Targets;
import dev.cresset.backend.Device;
import dev.cresset.backend.MomentumForm;
import dev.cresset.backend.Ops;
import dev.cresset.backend.PointwiseLoss;
import dev.cresset.backend.Reduction;
import dev.cresset.backend.Statistics;
import dev.cresset.backend.Table;
import dev.cresset.backend.Transpose;
import dev.cresset.tensor.Counter;
import dev.cresset.tensor.RowOrder;
import dev.cresset.tensor.Tensor;
import java.util.Arrays;
import java.util.List;

/// One verb with operands to try it on, each written `letters:rows,columns`: N and C are the rows and columns of the
/// batch. Letters say what is in it: `f` fractions in (0, 1), `z` normal numbers, `l` negative ones, `k` class
/// numbers, `r` row numbers, `h` hyperparameters; `o` an output, `u` an output that is also read (fractions).
enum VerbTrial {
    GEMM("f:N,C f:N,C o:C,C", (o, t, n) -> o.gemm(t[0], Transpose.YES, t[1], Transpose.NO, t[2], 0)),
    GEMM_ADDING("f:N,C f:C,C u:N,C", (o, t, n) -> o.gemm(t[0], Transpose.NO, t[1], Transpose.YES, t[2], 0.5)),
    GEMM_OF_NOTHING("f:N,0 f:0,C u:N,C", (o, t, n) -> o.gemm(t[0], Transpose.NO, t[1], Transpose.NO, t[2], 0.5)),
    FILL("o:N,C", (o, t, n) -> o.fill(t[0], 0.3)),
    COPY("z:N,C o:N,C", (o, t, n) -> o.copy(t[0], t[1])),
    ADD_ROW("z:N,C z:1,C o:N,C", (o, t, n) -> o.addRow(t[0], t[1], t[2])),
    COLUMN_SUMS("f:N,C o:1,C", (o, t, n) -> o.columnSums(t[0], t[1])),
    BLEND("z:N,C u:N,C", (o, t, n) -> o.blend(t[0], t[1], 0.9, 1)),
    GATHER("z:N,C r:N,1 o:N,C", (o, t, n) -> o.gather(t[0], t[1], t[2])),
    ACTIVATE(
            "z:N,C o:N,C",
            (o, t, n) -> overKinds((f, from, count) -> o.activate(f, t[0].rows(from, count), t[1].rows(from, count)))),
    ACTIVATE_GRADIENT(
            "z:N,C f:N,C z:N,C o:N,C",
            (o, t, n) -> overKinds((f, from, count) -> o.activateGradient(
                    f,
                    t[0].rows(from, count),
                    t[1].rows(from, count),
                    t[2].rows(from, count),
                    t[3].rows(from, count)))),
    LINEAR_ACTIVATION(
            "f:N,C z:C,C f:1,C o:N,C o:N,C",
            (o, t, n) -> o.linearActivation(Activation.SOFTPLUS, t[0], t[1], t[2], t[3], t[4])),
    ACTIVATE_GRADIENT_SUMS(
            "z:N,C f:N,C f:N,C o:N,C o:1,C",
            (o, t, n) -> o.activateGradientSums(Activation.SIGMOID, t[0], t[1], t[2], t[3], t[4])),
    SOFTMAX("z:N,C o:N,C", (o, t, n) -> o.softmax(t[0], t[1])),
    SOFTMAX_GRADIENT("f:N,C f:N,C o:N,C", (o, t, n) -> o.softmaxGradient(t[0], t[1], t[2])),
    LOG_SOFTMAX("z:N,C o:N,C", (o, t, n) -> o.logSoftmax(t[0], t[1])),
    LOG_SOFTMAX_GRADIENT("z:N,C f:N,C o:N,C", (o, t, n) -> o.logSoftmaxGradient(t[0], t[1], t[2])),
    COLUMN_MOMENTS("z:N,C o:1,C o:1,C", (o, t, n) -> o.columnMoments(t[0], t[1], t[2])),
    BATCH_NORM(
            "z:N,C f:1,C f:1,C f:1,C f:1,C o:N,C o:N,C",
            (o, t, n) -> o.batchNorm(t[0], t[1], t[2], t[3], t[4], t[5], t[6], 0.1)),
    BATCH_NORM_GRADIENT(
            "f:N,C f:1,C f:1,C f:N,C o:N,C o:1,C o:1,C",
            (o, t, n) -> o.batchNormGradient(Statistics.BATCH, t[0], t[1], t[2], t[3], t[4], t[5], t[6], 0.1)),
    DROPOUT("z:N,C o:N,C", (o, t, n) -> o.dropout(t[0], t[1], n, 0.5, 5)),
    POINTWISE_LOSS("f:N,C f:N,C o:5,1", (o, t, n) -> {
        for (int i = 0; i < losses().size(); i++) {
            o.pointwiseLoss(losses().get(i), t[0], t[1], t[2].rows(i, 1), 0.01);
        }
    }),
    POINTWISE_LOSS_GRADIENT("f:N,C f:N,C o:N,C", (o, t, n) -> {
        int count = t[0].rows() / losses().size() + 1;
        for (int i = 0; i < losses().size(); i++) {
            int from = i * count;
            int some = Math.min(count, t[0].rows() - from);
            o.pointwiseLossGradient(
                    losses().get(i), t[0].rows(from, some), t[1].rows(from, some), t[2].rows(from, some), 0.01);
        }
    }),
    POINTWISE_LOSS_AND_GRADIENT(
            "f:N,C f:N,C o:1,1 o:N,C",
            (o, t, n) -> o.pointwiseLossAndGradient(PointwiseLoss.BINARY_CROSS_ENTROPY, t[0], t[1], t[2], t[3], 0.01)),
    CROSS_ENTROPY("l:N,C k:N,1 f:1,C o:1,1", (o, t, n) -> o.crossEntropy(classes(), t[0], t[1], t[2], t[3])),
    CROSS_ENTROPY_GRADIENT(
            "l:N,C f:N,C f:1,C o:N,C", (o, t, n) -> o.crossEntropyGradient(probabilities(), t[0], t[1], t[2], t[3])),
    SOFTMAX_CROSS_ENTROPY(
            "z:N,C k:N,1 f:1,C o:N,C o:1,1 o:N,C",
            (o, t, n) -> o.softmaxCrossEntropy(classes(), t[0], t[1], t[2], t[3], t[4], t[5])),
    SGD("z:N,C u:N,C h:1,4", (o, t, n) -> o.sgd(t[0], t[1], t[2])),
    SGD_MOMENTUM("z:N,C u:N,C u:N,C h:1,4", (o, t, n) -> {
        o.advance(n);
        o.sgdMomentum(MomentumForm.NESTEROV, t[0], t[1], t[2], t[3], n);
    }),
    DRAW("f:N,C k:N,1 o:N,C o:N,C", (o, t, n) -> {
        Device device = Device.of(t[0]);
        RowOrder order = new RowOrder(RowOrder.Kind.SHUFFLED, 5, t[0].rows(), t[0].rows(), 1);
        try (Table features = table(device, t[0]);
                Table targets = table(device, t[1])) {
            o.draw(features, targets, order, n, t[2], t[3]);
        }
    }),
    KEEP("f:1,1 u:1,C", (o, t, n) -> {
        o.advance(n);
        o.keep(t[0], n, t[1]);
    });

    private static Table table(Device device, Tensor tensor) {
        double[] numbers = tensor.toArray();
        int columns = tensor.columns();
        return device.table(
                tensor.rows(), columns, (row, to, at) -> System.arraycopy(numbers, row * columns, to, at, columns));
    }

    private static List<PointwiseLoss> losses() {
        return List.of(
                PointwiseLoss.SQUARED,
                PointwiseLoss.ABSOLUTE,
                PointwiseLoss.smoothAbsolute(0.3),
                PointwiseLoss.BINARY_CROSS_ENTROPY,
                PointwiseLoss.BINARY_CROSS_ENTROPY_LOGITS);
    }

    /// Some rows for one kind of activation.
    private interface Part {
        void run(Activation f, int from, int count);
    }

    /// Divides the rows of the batch among all kinds of activation.
    private static void overKinds(Part part) {
        Activation.Kind[] kinds = Activation.Kind.values();
        int count = DeviceCheck.ROWS / kinds.length + 1;
        for (int i = 0; i < kinds.length; i++) {
            int from = i * count;
            part.run(new Activation(kinds[i], 0.3), from, Math.min(count, DeviceCheck.ROWS - from));
        }
    }

    /// What runs the verb.
    interface Call {
        void on(Ops ops, Tensor[] operands, Counter counter);
    }

    /// An operand: what is in it, and its size in N, C or a number.
    record Slot(char content, String rows, String columns) {
        private static Slot parse(String text) {
            String[] size = text.substring(2).split(",");
            return new Slot(text.charAt(0), size[0], size[1]);
        }

        boolean isOutput() {
            return content == 'o' || content == 'u';
        }

        int rows(int n, int c) {
            return size(rows, n, c);
        }

        int columns(int n, int c) {
            return size(columns, n, c);
        }

        private static int size(String letter, int n, int c) {
            return letter.equals("N") ? n : letter.equals("C") ? c : Integer.parseInt(letter);
        }
    }

    private final List<Slot> slots;
    private final Call call;

    VerbTrial(String slots, Call call) {
        this.slots = Arrays.stream(slots.split(" ")).map(Slot::parse).toList();
        this.call = call;
    }

    List<Slot> slots() {
        return slots;
    }

    Call call() {
        return call;
    }

    /// Whether the result rests on a product of matrices.
    boolean isProduct() {
        return this == GEMM || this == GEMM_ADDING || this == LINEAR_ACTIVATION;
    }

    private static CrossEntropy classes() {
        return new CrossEntropy(Targets.CLASS_INDICES, 0.1, Reduction.MEAN);
    }

    private static CrossEntropy probabilities() {
        return new CrossEntropy(Targets.PROBABILITIES, 0.1, Reduction.MEAN);
    }
}
