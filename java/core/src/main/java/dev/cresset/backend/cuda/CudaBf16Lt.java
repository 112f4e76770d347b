package dev.cresset.backend.cuda;

import dev.cresset.backend.Activation;
import dev.cresset.backend.step.StepPlan;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What cuBLASLt does of a step whose matrices are stored as bfloat16: products that end in what would else be a kernel
/// that reads a float32 product and writes the matrix.
///
/// | layer | forward | gradient of its product, in the product of the layer above |
/// |---|---|---|
/// | hidden, ReLU | RELU_AUX_BIAS, or RELU_BIAS where there is no gradient to the right | DRELU |
/// | hidden, no activation | BIAS | NONE: only rounded |
/// | last, ReLU or none, in float32 | RELU_BIAS, BIAS | - |
///
/// There is nothing for layers with normalisation or another activation.
///
/// DRELU_BGRAD would give the gradient of the bias too, in bfloat16: 8 significant bits of a sum over the batch. A
/// kernel of ours adds in float64 what is stored.
///
/// The library is asked where rows are whole multiples of 16 bytes, as its fast kernels want.
final class CudaBf16Lt implements AutoCloseable {
    /// What rows are multiples of, in bytes.
    private static final int ROW = 16;

    private final CudaBackend device;
    private final List<CudaFusedLayer.Shape> shapes;
    private final int rows;
    private final boolean endsInClasses;
    private final List<CudaLtProduct> products = new ArrayList<>();
    private final List<Planned> planned = new ArrayList<>();

    /// What there is for a layer.
    ///
    /// @param forward its product with bias and activation
    /// @param backward the gradient of its product, from that of the layer above
    /// @param forwardReason why the first is missing; empty where nothing was asked for
    /// @param backwardReason why the second is missing, likewise
    private record Planned(
            @Nullable CudaLtProduct forward,
            @Nullable CudaLtProduct backward,
            String forwardReason,
            String backwardReason) {}

    /// Plans what there is to be planned.
    CudaBf16Lt(CudaBackend device, StepPlan plan) {
        this.device = device;
        this.shapes = CudaFusedLayer.shapes(plan);
        this.rows = plan.rows();
        this.endsInClasses = CudaBf16Layer.endsInClasses(plan);
        try {
            device.engine().planning(this::plan);
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    private void plan() {
        List<String> refused = new ArrayList<>();
        Optional<CudaLt> lt = device.engine().lt(refused);
        for (int i = 0; i < shapes.size(); i++) {
            planned.add(plan(i, lt.orElse(null), refused));
        }
    }

    private Planned plan(int i, @Nullable CudaLt lt, List<String> refused) {
        Activation function = shapes.get(i).function();
        boolean last = i == shapes.size() - 1;
        if (shapes.get(i).normalize() != null || !CudaBf16Layer.followsFromOutput(function) || last && endsInClasses) {
            return new Planned(null, null, "", "");
        }
        if (lt == null) {
            return new Planned(null, null, refused.getLast(), refused.getLast());
        }
        boolean relu = function.equals(Activation.RELU);
        CudaLtEpilogue plain = relu ? CudaLtEpilogue.RELU_BIAS : CudaLtEpilogue.BIAS;
        if (last) {
            CudaLtProduct forward = plan(lt, forward(i, CudaLtTypes.BF16_TO_F32, plain), refused);
            return new Planned(forward, null, reason(forward, refused), "");
        }
        CudaLtProduct backward = plan(lt, backward(i, relu ? CudaLtEpilogue.DRELU : CudaLtEpilogue.NONE), refused);
        String backwardReason = reason(backward, refused);
        CudaLtProduct forward = null;
        if (relu && backward != null) {
            forward = plan(lt, forward(i, CudaLtTypes.BF16, CudaLtEpilogue.RELU_AUX_BIAS), refused);
            if (forward == null) {
                backwardReason = reason(null, refused);
                backward.close();
                products.remove(backward);
                backward = null;
            }
        }
        forward = forward == null ? plan(lt, forward(i, CudaLtTypes.BF16, plain), refused) : forward;
        return new Planned(forward, backward, reason(forward, refused), backwardReason);
    }

    private CudaLtSpec forward(int i, CudaLtTypes types, CudaLtEpilogue epilogue) {
        var affine = shapes.get(i).affine();
        return CudaLtSpec.forward(types, rows, affine.inputs(), affine.outputs(), epilogue);
    }

    private CudaLtSpec backward(int i, CudaLtEpilogue epilogue) {
        var above = shapes.get(i + 1).affine();
        return CudaLtSpec.inputGradient(CudaLtTypes.BF16, rows, above.inputs(), above.outputs(), epilogue);
    }

    private @Nullable CudaLtProduct plan(CudaLt lt, CudaLtSpec spec, List<String> refused) {
        int factors = spec.types().factorBytes();
        int outputs = spec.op() == CudaLtSpec.Op.FORWARD ? spec.types().resultBytes() : factors;
        if (spec.in() * factors % ROW != 0 || spec.out() * outputs % ROW != 0) {
            refused.add("General kernels are used for " + spec + ": its rows are not all multiples of " + ROW
                    + " bytes, which cuBLASLt's fast ones want.");
            return null;
        }
        Optional<CudaLtProduct> product = lt.plan(spec, refused);
        product.ifPresent(products::add);
        return product.orElse(null);
    }

    private static String reason(@Nullable CudaLtProduct product, List<String> refused) {
        return product == null ? refused.getLast() : "";
    }

    /// Whether no hidden layer needs a product in float32.
    boolean isWhole() {
        return planned.subList(0, planned.size() - 1).stream()
                .allMatch(each -> each.forward != null && each.backward != null);
    }

    /// The product of layer `i` with its bias and activation, if there is one.
    Optional<CudaLtProduct> forward(int i) {
        return Optional.ofNullable(planned.get(i).forward);
    }

    /// The gradient of the product of layer `i`, from that of the layer above, if there is one.
    Optional<CudaLtProduct> backward(int i) {
        return Optional.ofNullable(planned.get(i).backward);
    }

    /// Bytes of the mask between the two; 0 without one.
    long maskBytes(int i) {
        return forward(i).map(product -> product.spec().maskBytes()).orElse(0L);
    }

    /// Why kernels of ours do the first, in brackets; empty if nobody asks.
    String forwardReason(int i) {
        return bracketed(planned.get(i).forwardReason);
    }

    /// Why kernels of ours do the second, in brackets; empty if nobody asks.
    String backwardReason(int i) {
        return bracketed(planned.get(i).backwardReason);
    }

    private static String bracketed(String reason) {
        return reason.isEmpty() ? "" : " (" + reason + ")";
    }

    @Override
    public void close() {
        synchronized (device.context()) {
            products.forEach(CudaLtProduct::close);
        }
    }
}
