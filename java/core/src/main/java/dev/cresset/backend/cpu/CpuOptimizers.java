package dev.cresset.backend.cpu;

import static dev.cresset.backend.cpu.CpuScratch.BLOCK;

import dev.cresset.backend.MomentumForm;
import dev.cresset.tensor.Tensor;

/// The optimizers' steps, over elements.
final class CpuOptimizers {
    private static final int MOMENTUM = 1;
    private static final int DAMPENING = 2;
    private static final int WEIGHT_DECAY = 3;

    private CpuOptimizers() {}

    /// `w ← w − lr · (g + decay · w)`: gradient, weight, hyper.
    static void sgd(CpuCall call, long from, long to, CpuScratch scratch) {
        Tensor weight = call.tensor(1);
        double lr = CpuBuffer.get(call.tensor(2), 0);
        double decay = CpuBuffer.get(call.tensor(2), WEIGHT_DECAY);
        for (long e = from; e < to; e += BLOCK) {
            call.blocks().sgd(scratch, call.tensor(0), weight, e, 0, (int) Math.min(BLOCK, to - e), lr, decay);
        }
    }

    /// The same at once, for numbers that are one block.
    static void sgd(CpuScratch scratch, CpuBlocks blocks, Tensor gradient, Tensor weight, Tensor hyper) {
        try {
            double lr = CpuBuffer.get(hyper, 0);
            double decay = CpuBuffer.get(hyper, WEIGHT_DECAY);
            blocks.sgd(scratch, gradient, weight, 0, 0, (int) weight.size(), lr, decay);
        } catch (IllegalStateException e) {
            // Memory that another thread frees meanwhile throws from wherever it is being used.
            gradient.buffer().requireOpen();
            weight.buffer().requireOpen();
            hyper.buffer().requireOpen();
            throw e;
        }
    }

    /// The step with momentum: gradient, velocity, weight, hyper; [MomentumForm] as option, word 0 the steps before.
    static void momentum(CpuCall call, long from, long to, CpuScratch scratch) {
        Tensor velocity = call.tensor(1);
        Tensor weight = call.tensor(2);
        Tensor hyper = call.tensor(3);
        boolean first = call.word(0) == 0;
        boolean nesterov = call.option(MomentumForm.class) == MomentumForm.NESTEROV;
        double lr = CpuBuffer.get(hyper, 0);
        double momentum = CpuBuffer.get(hyper, MOMENTUM);
        double fresh = 1 - CpuBuffer.get(hyper, DAMPENING);
        double decay = CpuBuffer.get(hyper, WEIGHT_DECAY);
        double[] g = scratch.block(0);
        double[] v = scratch.block(1);
        double[] w = scratch.block(2);
        for (long e = from; e < to; e += BLOCK) {
            int n = (int) Math.min(BLOCK, to - e);
            if (!first && !nesterov) {
                call.blocks().momentum(scratch, call.tensor(0), velocity, weight, e, 0, n, lr, momentum, fresh, decay);
                continue;
            }
            scratch.load(call.tensor(0), e, g, 0, n);
            scratch.load(velocity, e, v, 0, n);
            scratch.load(weight, e, w, 0, n);
            for (int i = 0; i < n; i++) {
                g[i] += decay * w[i];
            }
            if (first) {
                // The old v is not read: it may be anything.
                System.arraycopy(g, 0, v, 0, n);
            } else {
                for (int i = 0; i < n; i++) {
                    v[i] = momentum * v[i] + fresh * g[i];
                }
            }
            scratch.store(velocity, e, v, 0, n);
            if (nesterov) {
                for (int i = 0; i < n; i++) {
                    v[i] = g[i] + momentum * v[i];
                }
            }
            for (int i = 0; i < n; i++) {
                w[i] -= lr * v[i];
            }
            scratch.store(weight, e, w, 0, n);
        }
    }
}
