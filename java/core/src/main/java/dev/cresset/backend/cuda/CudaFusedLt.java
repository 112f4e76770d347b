package dev.cresset.backend.cuda;

import dev.cresset.backend.Activation;
import dev.cresset.backend.Arena;
import dev.cresset.backend.step.StepPlan;
import dev.cresset.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What cuBLASLt does of a fused step: products that add the bias and apply ReLU or its gradient on the way out, where
/// kernels of ours would read and write the result once more. They are chosen once, as the step is written down:
///
/// | layer without normalisation | forward | gradient of its product |
/// |---|---|---|
/// | ReLU, with a layer above | RELU_AUX_BIAS | DRELU_BGRAD, in the product of the layer above |
/// | ReLU, the last | RELU_BIAS | as without cuBLASLt |
/// | no activation | BIAS | as without cuBLASLt |
///
/// Of the first row's two products there are both or none: only they know the mask between them.
final class CudaFusedLt implements AutoCloseable {
    private final CudaBackend device;
    private final StepPlan step;
    private final List<CudaFusedLayer.Shape> shapes;
    private final List<CudaLtProduct> products = new ArrayList<>();
    private final List<Planned> planned = new ArrayList<>();
    private final List<@Nullable Tensor> masks = new ArrayList<>();
    private @Nullable Arena arena;

    /// What there is for a layer.
    ///
    /// @param forward its product with bias and activation
    /// @param backward the gradients of its product and its bias, from the gradient of the layer above
    /// @param reason why the first is missing; empty where nothing was asked for
    private record Planned(
            @Nullable CudaLtProduct forward, @Nullable CudaLtProduct backward, String reason) {}

    /// Plans what there is to be planned, and takes the memory of the masks. To be made before the step's memory is
    /// taken: planning tries products on memory of its own.
    CudaFusedLt(CudaBackend device, StepPlan step) {
        this.device = device;
        this.step = step;
        this.shapes = CudaFusedLayer.shapes(step);
        try {
            device.engine().planning(this::plan);
            if (planned.stream().anyMatch(each -> each.backward != null)) {
                arena = Arena.filledBy(device, this::takeMasks);
            }
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    private void plan() {
        List<String> refused = new ArrayList<>();
        Optional<CudaLt> lt = open(refused);
        for (int i = 0; i < shapes.size(); i++) {
            planned.add(plan(i, lt, refused));
        }
    }

    private Optional<CudaLt> open(List<String> refused) {
        boolean asked = false;
        for (int i = 0; i < shapes.size(); i++) {
            asked |= epilogue(i) != null;
        }
        if (asked && !CudaSide.takes(device.precision())) {
            refused.add("General kernels are used: cuBLASLt multiplies what is stored, and products in "
                    + device.precision() + " do not.");
            return Optional.empty();
        }
        return asked ? device.engine().lt(refused) : Optional.empty();
    }

    /// What a layer's product should end with, or null where our kernels do as well.
    private @Nullable CudaLtEpilogue epilogue(int i) {
        CudaFusedLayer.Shape layer = shapes.get(i);
        boolean last = i == shapes.size() - 1;
        if (CudaFusedLayer.way(layer, step, last) != CudaFusedLayer.Way.PLAIN) {
            return null;
        }
        if (layer.function().equals(Activation.RELU)) {
            return last ? CudaLtEpilogue.RELU_BIAS : CudaLtEpilogue.RELU_AUX_BIAS;
        }
        return layer.function().equals(Activation.IDENTITY) ? CudaLtEpilogue.BIAS : null;
    }

    private Planned plan(int i, Optional<CudaLt> lt, List<String> refused) {
        CudaLtEpilogue epilogue = epilogue(i);
        if (epilogue == null) {
            return new Planned(null, null, "");
        }
        if (lt.isEmpty()) {
            return new Planned(null, null, refused.getLast());
        }
        int inputs = shapes.get(i).affine().inputs();
        int outputs = shapes.get(i).affine().outputs();
        CudaLtTypes types = CudaLtTypes.of(device.precision());
        CudaLtProduct forward =
                plan(lt.get(), CudaLtSpec.forward(types, step.rows(), inputs, outputs, epilogue), refused);
        if (forward == null || !epilogue.usesMask()) {
            return new Planned(forward, null, forward == null ? refused.getLast() : "");
        }
        int above = shapes.get(i + 1).affine().outputs();
        CudaLtProduct backward = plan(
                lt.get(),
                CudaLtSpec.inputGradient(types, step.rows(), outputs, above, CudaLtEpilogue.DRELU_BGRAD),
                refused);
        if (backward == null) {
            forward.close();
            return new Planned(null, null, refused.getLast());
        }
        return new Planned(forward, backward, "");
    }

    private @Nullable CudaLtProduct plan(CudaLt lt, CudaLtSpec spec, List<String> refused) {
        Optional<CudaLtProduct> product = lt.plan(spec, refused);
        product.ifPresent(products::add);
        return product.orElse(null);
    }

    private void takeMasks(Arena from) {
        masks.clear();
        for (Planned each : planned) {
            CudaLtProduct backward = each.backward;
            masks.add(
                    backward == null
                            ? null
                            : from.tensor(1, Math.toIntExact(backward.spec().maskBytes() / Float.BYTES)));
        }
    }

    /// The product of layer `i` with its bias and activation, if there is one.
    Optional<CudaLtProduct> forward(int i) {
        return Optional.ofNullable(planned.get(i).forward);
    }

    /// The gradients of the product and of the bias of layer `i`, from the gradient of the layer above, if there is
    /// one.
    Optional<CudaLtProduct> backward(int i) {
        return Optional.ofNullable(planned.get(i).backward);
    }

    /// Where the mask of layer `i` is; 0 if it has none. For products that run now.
    long mask(int i) {
        return backward(i).isEmpty() ? 0 : CudaBuffer.address(masks.get(i));
    }

    /// Why layer `i` is done by our kernels, in brackets; empty if nobody asks.
    String reason(int i) {
        String reason = planned.get(i).reason;
        return reason.isEmpty() ? "" : " (" + reason + ")";
    }

    @Override
    public void close() {
        synchronized (device.context()) {
            products.forEach(CudaLtProduct::close);
        }
        if (arena != null) {
            arena.close();
        }
    }
}
