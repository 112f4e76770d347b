package dev.cresset.backend;

import dev.cresset.backend.CrossEntropy.Targets;
import dev.cresset.tensor.Counter;
import dev.cresset.tensor.Tensor;
import java.util.Arrays;
import java.util.List;

/// One verb with operands that fit it, for tests of what holds for every verb. An operand is written `name:shape`, with
/// a `!` before it if the verb overwrites it; N and C stand for the rows and columns of the batch.
enum Verb {
    GEMM("a:NC b:NC !c:CC", (o, t, n) -> o.gemm(t[0], Transpose.YES, t[1], Transpose.NO, t[2], 0)),
    FILL("!y:NC", (o, t, n) -> o.fill(t[0], 0.3)),
    COPY("x:NC !y:NC", (o, t, n) -> o.copy(t[0], t[1])),
    ADD_ROW("x:NC row:1C !y:NC", (o, t, n) -> o.addRow(t[0], t[1], t[2])),
    COLUMN_SUMS("x:NC !sums:1C", (o, t, n) -> o.columnSums(t[0], t[1])),
    BLEND("x:NC !y:NC", (o, t, n) -> o.blend(t[0], t[1], 0.9, 1)),
    GATHER("x:NC rows:N1 !y:NC", (o, t, n) -> o.gather(t[0], t[1], t[2])),
    ACTIVATE("z:NC !a:NC", (o, t, n) -> o.activate(Activation.GELU, t[0], t[1])),
    ACTIVATE_GRADIENT(
            "z:NC a:NC da:NC !dz:NC", (o, t, n) -> o.activateGradient(Activation.TANH, t[0], t[1], t[2], t[3])),
    SOFTMAX("z:NC !a:NC", (o, t, n) -> o.softmax(t[0], t[1])),
    SOFTMAX_GRADIENT("a:NC da:NC !dz:NC", (o, t, n) -> o.softmaxGradient(t[0], t[1], t[2])),
    LOG_SOFTMAX("z:NC !a:NC", (o, t, n) -> o.logSoftmax(t[0], t[1])),
    LOG_SOFTMAX_GRADIENT("a:NC da:NC !dz:NC", (o, t, n) -> o.logSoftmaxGradient(t[0], t[1], t[2])),
    COLUMN_MOMENTS("x:NC !mean:1C !variance:1C", (o, t, n) -> o.columnMoments(t[0], t[1], t[2])),
    BATCH_NORM(
            "x:NC mean:1C variance:1C gamma:1C beta:1C !xhat:NC !y:NC",
            (o, t, n) -> o.batchNorm(t[0], t[1], t[2], t[3], t[4], t[5], t[6], 1e-5)),
    BATCH_NORM_GRADIENT(
            "xhat:NC variance:1C gamma:1C dy:NC !dx:NC !dgamma:1C !dbeta:1C",
            (o, t, n) -> o.batchNormGradient(Statistics.BATCH, t[0], t[1], t[2], t[3], t[4], t[5], t[6], 1e-5)),
    DROPOUT("x:NC !y:NC", (o, t, n) -> o.dropout(t[0], t[1], n, 0.5, 5)),
    POINTWISE_LOSS("a:NC y:NC !loss:11", (o, t, n) -> o.pointwiseLoss(PointwiseLoss.SQUARED, t[0], t[1], t[2], 0.5)),
    POINTWISE_LOSS_GRADIENT(
            "a:NC y:NC !da:NC", (o, t, n) -> o.pointwiseLossGradient(PointwiseLoss.SQUARED, t[0], t[1], t[2], 0.5)),
    POINTWISE_LOSS_AND_GRADIENT(
            "a:NC y:NC !loss:11 !da:NC",
            (o, t, n) -> o.pointwiseLossAndGradient(PointwiseLoss.SQUARED, t[0], t[1], t[2], t[3], 0.5)),
    CROSS_ENTROPY("logp:NC target:NC weights:1C !loss:11", (o, t, n) -> o.crossEntropy(spec(), t[0], t[1], t[2], t[3])),
    CROSS_ENTROPY_GRADIENT(
            "logp:NC target:NC weights:1C !dz:NC", (o, t, n) -> o.crossEntropyGradient(spec(), t[0], t[1], t[2], t[3])),
    SGD("g:NC !w:NC hyper:14", (o, t, n) -> o.sgd(t[0], t[1], t[2])),
    SGD_MOMENTUM(
            "g:NC !v:NC !w:NC hyper:14", (o, t, n) -> o.sgdMomentum(MomentumForm.NESTEROV, t[0], t[1], t[2], t[3], n)),
    KEEP("value:11 !ring:1C", (o, t, n) -> o.keep(t[0], n, t[1])),
    LINEAR("a:NC weight:CC bias:1C !z:NC", (o, t, n) -> o.linear(t[0], t[1], t[2], t[3])),
    LINEAR_ACTIVATION(
            "a:NC weight:CC bias:1C !z:NC !y:NC",
            (o, t, n) -> o.linearActivation(Activation.TANH, t[0], t[1], t[2], t[3], t[4])),
    ACTIVATE_GRADIENT_SUMS(
            "z:NC a:NC da:NC !dz:NC !sums:1C",
            (o, t, n) -> o.activateGradientSums(Activation.GELU, t[0], t[1], t[2], t[3], t[4])),
    SOFTMAX_CROSS_ENTROPY(
            "z:NC target:NC weights:1C !logp:NC !loss:11 !dz:NC",
            (o, t, n) -> o.softmaxCrossEntropy(spec(), t[0], t[1], t[2], t[3], t[4], t[5]));

    private interface Call {
        void on(Ops ops, Tensor[] operands, Counter counter);
    }

    private record Slot(String name, char rows, char columns, boolean output) {
        private static Slot parse(String text) {
            boolean output = text.startsWith("!");
            String[] parts = text.substring(output ? 1 : 0).split(":");
            return new Slot(parts[0], parts[1].charAt(0), parts[1].charAt(1), output);
        }

        private static int size(char letter, int rows, int columns) {
            return letter == 'N' ? rows : letter == 'C' ? columns : letter - '0';
        }
    }

    private final List<Slot> slots;
    private final Call call;

    Verb(String slots, Call call) {
        this.slots = Arrays.stream(slots.split(" ")).map(Slot::parse).toList();
        this.call = call;
    }

    private static CrossEntropy spec() {
        return new CrossEntropy(Targets.PROBABILITIES, 0.1, Reduction.MEAN);
    }

    int operands() {
        return slots.size();
    }

    boolean isOutput(int operand) {
        return slots.get(operand).output;
    }

    boolean usesCounter() {
        return this == DROPOUT || this == SGD_MOMENTUM || this == KEEP;
    }

    int rows(int operand, int rows, int columns) {
        return Slot.size(slots.get(operand).rows, rows, columns);
    }

    int columns(int operand, int rows, int columns) {
        return Slot.size(slots.get(operand).columns, rows, columns);
    }

    void run(Device device, Tensor[] operands) {
        run(device, operands, device.counter());
    }

    void run(Device device, Tensor[] operands, Counter counter) {
        call.on(device.ops(), operands, counter);
    }
}
