package dev.cresset.backend.cuda;

import dev.cresset.backend.Activation;
import dev.cresset.backend.Arena;
import dev.cresset.backend.step.StepPlan;
import dev.cresset.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The memory of a step whose matrices are stored as bfloat16, beside the plan's: all in one arena, which it owns.
final class CudaBf16Memory implements AutoCloseable {
    private final StepPlan plan;
    private final List<CudaFusedLayer.Shape> shapes;
    private final CudaBf16Lt lt;
    private final CudaFusedTally tally;
    private final Arena arena;
    private final List<CudaBf16Layer> layers = new ArrayList<>();
    private final List<@Nullable Tensor> masks = new ArrayList<>();
    private CudaBf16 shadow;
    private Tensor z;
    private Tensor a;
    private Tensor da;
    private Tensor scratch;
    private Tensor sums;

    CudaBf16Memory(CudaBackend device, StepPlan plan, CudaBf16Lt lt) {
        this.plan = plan;
        this.shapes = CudaFusedLayer.shapes(plan);
        this.lt = lt;
        this.tally = new CudaFusedTally(plan, CudaFusedLayer.outputs(plan));
        this.arena = Arena.filledBy(device, this::take);
        try {
            tally.fill(device);
        } catch (RuntimeException e) {
            arena.close();
            throw e;
        }
    }

    private void take(Arena from) {
        layers.clear();
        masks.clear();
        Tensor values = plan.update().parameters().values();
        shadow = CudaBf16.of(from, values.rows(), values.columns());
        CudaBf16 input = CudaBf16.of(from, plan.rows(), plan.inputs());
        int widest = 0;
        for (int i = 0; i < shapes.size(); i++) {
            input = takeLayer(i, input, from);
            widest = Math.max(widest, shapes.get(i).affine().outputs());
        }
        takeOutput(from);
        scratch = from.tensor(lt.isWhole() ? 1 : plan.rows(), widest);
        sums = CudaFusedTally.doubles(from, Math.multiplyExact(CudaGrid.chunks(plan.rows()), widest));
        tally.take(from);
    }

    /// Takes layer `i`; returns its output, for the last one something that nobody uses.
    private CudaBf16 takeLayer(int i, CudaBf16 input, Arena from) {
        CudaFusedLayer.Shape shape = shapes.get(i);
        int outputs = shape.affine().outputs();
        boolean last = i == shapes.size() - 1;
        CudaBf16 dz = CudaBf16.of(from, plan.rows(), outputs);
        CudaBf16 output = last ? dz : CudaBf16.of(from, plan.rows(), outputs);
        boolean kept = !last && shape.normalize() == null && !CudaBf16Layer.followsFromOutput(shape.function());
        CudaBf16 hidden = kept ? CudaBf16.of(from, plan.rows(), outputs) : output;
        layers.add(new CudaBf16Layer(
                shape.affine(),
                shape.function(),
                input,
                shadowOf(shape.affine().weight().value()),
                shadowOf(shape.affine().bias().value()),
                hidden,
                dz,
                shape.normalize() == null ? null : takeNormal(shape, from)));
        long bytes = lt.maskBytes(i);
        masks.add(bytes == 0 ? null : from.tensor(1, Math.toIntExact(bytes / Float.BYTES)));
        return output;
    }

    private CudaFusedNormalize takeNormal(CudaFusedLayer.Shape shape, Arena from) {
        int outputs = shape.affine().outputs();
        return new CudaFusedNormalize(
                shape.affine(),
                shape.normalize(),
                from.tensor(plan.rows(), outputs),
                from.tensor(1, outputs),
                from.tensor(1, outputs),
                shape.function().equals(Activation.RELU) ? 1 : 0);
    }

    /// What the last layer leaves in float32; `a` may be `z` where the gradient does not need that, or nothing is
    /// between.
    private void takeOutput(Arena from) {
        CudaBf16Layer last = last();
        z = from.tensor(last.rows(), last.outputs());
        boolean same = CudaBf16Layer.followsFromOutput(last.function());
        a = same ? z : from.tensor(last.rows(), last.outputs());
        da = activatesLast() ? from.tensor(last.rows(), last.outputs()) : z;
    }

    private CudaBf16 shadowOf(Tensor value) {
        long at = value.offset() - plan.update().parameters().values().offset();
        return shadow.part(at, value.rows(), value.columns());
    }

    List<CudaBf16Layer> layers() {
        return layers;
    }

    CudaBf16Layer last() {
        return layers.getLast();
    }

    /// Whether there is an activation behind the last layer.
    boolean activatesLast() {
        return !last().function().equals(Activation.IDENTITY);
    }

    /// All parameters in bfloat16, in the layout of their arena.
    CudaBf16 shadow() {
        return shadow;
    }

    /// Z of the last layer.
    Tensor z() {
        return z;
    }

    /// The output of the last layer.
    Tensor a() {
        return a;
    }

    /// Its gradient, where that of Z is something else; of few classes, that of Z.
    Tensor da() {
        return da;
    }

    /// Room for a layer's product in float32.
    Tensor product(CudaBf16Layer layer) {
        return new Tensor(scratch.buffer(), scratch.offset(), layer.rows(), layer.outputs());
    }

    /// Room for partial sums of columns.
    Tensor sums() {
        return sums;
    }

    /// Where the mask of layer `i` is; 0 if it has none. For products that run now.
    long mask(int i) {
        Tensor mask = masks.get(i);
        return mask == null ? 0 : CudaBuffer.address(mask);
    }

    /// What loss and update work with.
    CudaFusedTally tally() {
        return tally;
    }

    @Override
    public void close() {
        arena.close();
        tally.free();
    }
}
