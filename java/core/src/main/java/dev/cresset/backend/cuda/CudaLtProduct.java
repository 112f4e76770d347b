package dev.cresset.backend.cuda;

import dev.cresset.backend.DeviceFailedException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// A product that [CudaLt] has planned. It may run any number of times, inside a recording too, and is given back with
/// its `CudaLt` or before.
final class CudaLtProduct implements AutoCloseable {
    private final CudaLt lt;
    private final CudaLtSpec spec;
    private final CudaLtDescription description;
    private final CudaLtChoice choice;
    private final Arena memory = Arena.ofShared();
    private final MemorySegment alpha;
    private final MemorySegment beta;
    private final MemorySegment algorithm;
    private boolean closed;

    CudaLtProduct(CudaLt lt, CudaLtSpec spec, CudaLtDescription description, CudaLtChoice choice) {
        this.lt = lt;
        this.spec = spec;
        this.description = description;
        this.choice = choice;
        this.alpha = number(1);
        this.beta = number(spec.beta());
        this.algorithm = memory.allocate(choice.algorithm().length, Long.BYTES)
                .copyFrom(MemorySegment.ofArray(choice.algorithm()));
    }

    /// Submits the product to the stream. Addresses are of memory of this GPU, and multiples of the spec's alignment;
    /// the context is entered. The factors are, in the order of the formula:
    ///
    /// | op | a | b | d |
    /// |---|---|---|---|
    /// | FORWARD | X | W | Y |
    /// | INPUT_GRADIENT | dY | W | dX |
    /// | WEIGHT_GRADIENT | dY | X | dW |
    ///
    /// @param d is overwritten; a or b must not overlap it
    /// @param bias read by BIAS, RELU_BIAS and RELU_AUX_BIAS, overwritten by DRELU_BGRAD, 0 for the others
    /// @param mask overwritten by RELU_AUX_BIAS, read by DRELU and DRELU_BGRAD, 0 for the others: of
    ///     [CudaLtSpec#maskBytes()]
    /// @throws DeviceFailedException if the library refuses
    void run(long a, long b, long d, long bias, long mask) {
        int status = submit(a, b, d, bias, mask);
        if (status != 0) {
            lt.check(status, "cublasLtMatmul of " + describe());
        }
    }

    /// The same, with what the library says of it: 0 if it has accepted.
    int submit(long a, long b, long d, long bias, long mask) {
        requireUsable(a, b, d, bias, mask);
        description.setPointers(bias, mask);
        return lt.functions()
                .cublasLtMatmul(
                        lt.handle(),
                        description.operation(),
                        alpha.address(),
                        b,
                        description.layoutA(),
                        a,
                        description.layoutB(),
                        beta.address(),
                        d,
                        description.layoutD(),
                        d,
                        description.layoutD(),
                        algorithm.address(),
                        lt.workspace().address(),
                        lt.workspace().bytes(),
                        lt.streamAddress());
    }

    /// What was planned.
    CudaLtSpec spec() {
        return spec;
    }

    /// One line, such as `forward 128×784·784×512 + bias, ReLU, mask in TF32: cuBLASLt 13.1.1 algo 21, tile 20,
    /// split-K 1, workspace 0 bytes`.
    String describe() {
        return spec + ": cuBLASLt " + lt.version() + " " + choice.words();
    }

    private void requireUsable(long a, long b, long d, long bias, long mask) {
        if (closed) {
            throw new IllegalStateException("The planned product " + spec + " has been closed: plan it anew.");
        }
        CudaLtEpilogue epilogue = spec.epilogue();
        if (a == 0 || b == 0 || d == 0 || (bias != 0) != epilogue.usesBias() || (mask != 0) != epilogue.usesMask()) {
            throw refused(
                    a,
                    b,
                    d,
                    bias,
                    mask,
                    "it takes two factors and a result"
                            + (epilogue.usesBias() ? ", a bias" : ", no bias")
                            + (epilogue.usesMask() ? ", a mask" : ", no mask"));
        }
        if (((a | b | d | bias | mask) & (spec.alignment() - 1)) != 0) {
            throw refused(
                    a,
                    b,
                    d,
                    bias,
                    mask,
                    "all must be multiples of " + spec.alignment() + " bytes; plan it for less with aligned(...)");
        }
    }

    private IllegalArgumentException refused(long a, long b, long d, long bias, long mask, String why) {
        return new IllegalArgumentException(
                "The planned product %s cannot run on a %x, b %x, d %x, bias %x, mask %x: %s."
                        .formatted(spec, a, b, d, bias, mask, why));
    }

    private MemorySegment number(double value) {
        return spec.types() == CudaLtTypes.F64
                ? memory.allocateFrom(ValueLayout.JAVA_DOUBLE, value)
                : memory.allocateFrom(ValueLayout.JAVA_FLOAT, (float) value);
    }

    /// Gives what it holds back; closing twice is allowed.
    @Override
    public void close() {
        if (!closed) {
            closed = true;
            lt.forget(this);
            description.close();
            memory.close();
        }
    }
}
