package dev.cresset.benchmarks;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.BatchNorm;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.GradientCollector;
import ai.djl.training.Trainer;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.optimizer.Sgd;
import ai.djl.training.tracker.Tracker;
import dev.cresset.bench.Workload;

/// libtorch as PyTorch ships it, by DJL's interface.
final class Djl {
    private Djl() {}

    public static void main(String[] arguments) {
        Entry entry = Entry.of(arguments);
        Workload workload = entry.workload();
        try (Model model = Model.newInstance("race", "PyTorch")) {
            model.setBlock(block(workload));
            Loss loss = workload.kind().hasClasses() ? Loss.softmaxCrossEntropyLoss() : Loss.l2Loss("l2", 1);
            Sgd.Builder sgd = Optimizer.sgd().setLearningRateTracker(Tracker.fixed((float) workload.lr()));
            sgd.optMomentum((float) workload.momentum());
            int rows = workload.batch();
            try (Trainer trainer = model.newTrainer(new DefaultTrainingConfig(loss).optOptimizer(sgd.build()))) {
                trainer.initialize(new Shape(rows, workload.sizes().getFirst()));
                fill(model.getBlock(), entry, model.getNDManager());
                NDArray[] x = new NDArray[Entry.BATCHES];
                NDArray[] y = new NDArray[Entry.BATCHES];
                for (int i = 0; i < Entry.BATCHES; i++) {
                    x[i] = trainer.getManager()
                            .create(
                                    entry.features(i),
                                    new Shape(rows, workload.sizes().getFirst()));
                    float[] targets = entry.targets(i);
                    y[i] = trainer.getManager().create(targets, new Shape(rows, targets.length / rows));
                }
                float[] last = new float[1];
                NDArray[] kept = new NDArray[1];
                Clock.run(
                        entry.seconds(),
                        i -> {
                            int batch = i % Entry.BATCHES;
                            try (NDManager scope = trainer.getManager().newSubManager()) {
                                NDArray in = x[batch].duplicate();
                                in.attach(scope);
                                try (GradientCollector collector = trainer.newGradientCollector()) {
                                    NDList out = trainer.forward(new NDList(in));
                                    NDArray value = trainer.getLoss().evaluate(new NDList(y[batch]), out);
                                    value.attach(scope);
                                    collector.backward(value);
                                    last[0] = value.getFloat();
                                }
                                trainer.step();
                            }
                        },
                        () -> last[0]);
            }
        }
    }

    private static Block block(Workload workload) {
        SequentialBlock block = new SequentialBlock();
        int last = workload.sizes().size() - 2;
        for (int l = 0; l <= last; l++) {
            block.add(Linear.builder().setUnits(workload.sizes().get(l + 1)).build());
            if (workload.kind() == Workload.Kind.SIGMOID_MSE) {
                block.add(Activation::sigmoid);
            } else if (l < last) {
                if (workload.kind() == Workload.Kind.BATCH_NORM_RELU_CROSS_ENTROPY) {
                    block.add(BatchNorm.builder().build());
                }
                block.add(Activation::relu);
            }
        }
        return block;
    }

    private static void fill(Block block, Entry entry, NDManager manager) {
        int layer = 0;
        for (Block child : block.getChildren().values()) {
            if (child instanceof Linear) {
                int inputs = entry.workload().sizes().get(layer);
                int outputs = entry.workload().sizes().get(layer + 1);
                for (Parameter parameter : child.getParameters().values()) {
                    boolean isWeight = parameter.getType() == Parameter.Type.WEIGHT;
                    NDArray numbers = isWeight
                            ? manager.create(entry.weight(layer), new Shape(outputs, inputs))
                            : manager.create(entry.bias(layer), new Shape(outputs));
                    numbers.copyTo(parameter.getArray());
                }
                layer++;
            }
        }
    }
}
