package dev.cresset.kernels;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/// The table of kernels: what each takes, in order (inputs, outputs, scalars, sizes; the letters are those of
/// [Parameter]), and the shape of its blocks. The
/// mathematics is in the `.cu` file of the family; a test holds this table against the compiled image.
///
/// Every kernel is right for every grid, with two exceptions that are marked: where a kernel leaves one partial result
/// for each block, the grid is part of the order in which numbers are added, so the caller derives it from the shape
/// alone; and a `Finish` or `Divisor` kernel that writes one number runs as one block.
public enum Kernel {
    // elementwise.cu
    /// y, value, n.
    FILL("fill", Block.ELEMENTS, "PRL"),
    /// y, factor, n.
    SCALE("scale", Block.ELEMENTS, "PRL"),
    /// x, row, y, rows, columns.
    ADD_ROW("addRow", Block.ELEMENTS, "PPPLL"),
    /// x, y, keep, take, n: `y ← keep · y + take · x`.
    BLEND("blend", Block.ELEMENTS, "PPRRL"),
    /// counter: the 64-bit number there, plus 1. One block.
    ADVANCE("advance", Block.ELEMENTS, "P"),
    /// x, rows, y, available, n, columns: `y_ic ← x_(rows_i)c`; NaN where rows_i is not a row of the `available`.
    GATHER("gather", Block.ELEMENTS, "PPPLLL"),

    // activations.cu
    /// z, a, kind, parameter, n.
    ACTIVATE("activate", Block.ELEMENTS, "PPIRL"),
    /// z, a, da, dz, kind, parameter, n.
    ACTIVATE_GRADIENT("activateGradient", Block.ELEMENTS, "PPPPIRL"),
    /// x, row, z, a, kind, parameter, rows, columns: `z ← x + row`, `a ← f(z)`.
    ADD_ROW_ACTIVATE("addRowActivate", Block.ELEMENTS, "PPPPIRLL"),

    // dropout.cu
    /// x, draw, y, keep, seed, limit, n.
    DROPOUT("dropout", Block.ELEMENTS, "PPPRLLL"),

    // columns.cu: a chunk of `chunk` rows for each block in y; partials are double[chunks][columns]
    /// x, partials, rows, columns, chunk. One partial a chunk.
    COLUMN_SUMS("columnSums", Block.COLUMNS, "PPLLL"),
    /// partials, sums, chunks, columns.
    COLUMN_SUMS_FINISH("columnSumsFinish", Block.ELEMENTS, "PPLL"),
    /// z, a, da, dz, partials, kind, parameter, rows, columns, chunk: the activation's gradient and its column sums.
    /// One partial a chunk.
    ACTIVATE_GRADIENT_SUMS("activateGradientSums", Block.COLUMNS, "PPPPPIRLLL"),

    // batchnorm.cu: partials are double[2][chunks][columns]
    /// x, partials (mean and Σ(x − mean)² of the chunk), rows, columns, chunk. One partial a chunk.
    COLUMN_MOMENTS("columnMoments", Block.COLUMNS, "PPLLL"),
    /// partials, mean, variance, rows, columns, chunk.
    COLUMN_MOMENTS_FINISH("columnMomentsFinish", Block.ELEMENTS, "PPPLLL"),
    /// x, mean, variance, gamma, beta, xhat, y, epsilon, rows, columns.
    BATCH_NORM("batchNorm", Block.ELEMENTS, "PPPPPPPRLL"),
    /// xhat, dy, partials (Σ dy·xhat and Σ dy of the chunk), rows, columns, chunk. One partial a chunk.
    BATCH_NORM_SUMS("batchNormSums", Block.COLUMNS, "PPPLLL"),
    /// partials, dgamma, dbeta, chunks, columns.
    BATCH_NORM_SUMS_FINISH("batchNormSumsFinish", Block.ELEMENTS, "PPPLL"),
    /// xhat, variance, gamma, dy, dgamma, dbeta, dx, epsilon, batch (1 for the batch's statistics, 0 for the running
    /// ones), rows, columns.
    BATCH_NORM_GRADIENT("batchNormGradient", Block.ELEMENTS, "PPPPPPPRILL"),

    // softmax.cu
    /// z, a, rows, columns.
    SOFTMAX("softmax", Block.ROWS, "PPLL"),
    /// a, da, dz, rows, columns.
    SOFTMAX_GRADIENT("softmaxGradient", Block.ROWS, "PPPLL"),
    /// z, a, rows, columns.
    LOG_SOFTMAX("logSoftmax", Block.ROWS, "PPLL"),
    /// a, da, dz, rows, columns.
    LOG_SOFTMAX_GRADIENT("logSoftmaxGradient", Block.ROWS, "PPPLL"),

    // losses.cu: partials are double[blocks]
    /// a, y, partials, kind, beta, n. One partial a block.
    POINTWISE_LOSS("pointwiseLoss", Block.ELEMENTS, "PPPIRL"),
    /// partials, loss, scale, count. One block.
    POINTWISE_LOSS_FINISH("pointwiseLossFinish", Block.ELEMENTS, "PPRL"),
    /// a, y, da, kind, beta, scale, n.
    POINTWISE_LOSS_GRADIENT("pointwiseLossGradient", Block.ELEMENTS, "PPPIRRL"),

    // crossentropy.cu: partials are double[blocks], divisor double[1]; indices is 1 for class numbers, 0 for
    // probabilities
    /// target, weights, divisor, rule (0: 1, 1: rows, 2: the sum of the weights of the rows' classes), rows, columns.
    /// One block.
    CROSS_ENTROPY_DIVISOR("crossEntropyDivisor", Block.ELEMENTS, "PPPILL"),
    /// logp, target, weights, partials, indices, smoothing, rows, columns. One partial a block.
    CROSS_ENTROPY("crossEntropy", Block.ROWS, "PPPPIRLL"),
    /// partials, divisor, loss, count. One block.
    CROSS_ENTROPY_FINISH("crossEntropyFinish", Block.ELEMENTS, "PPPL"),
    /// logp, target, weights, divisor, dz, indices, smoothing, rows, columns.
    CROSS_ENTROPY_GRADIENT("crossEntropyGradient", Block.ROWS, "PPPPPIRLL"),
    /// z, target, weights, divisor, logp, partials, dz, indices, smoothing, rows, columns. One partial a block.
    SOFTMAX_CROSS_ENTROPY("softmaxCrossEntropy", Block.ROWS, "PPPPPPPIRLL"),

    // sgd.cu: hyper is {lr, momentum, dampening, weightDecay}
    /// gradient, hyper, weight, n.
    SGD("sgd", Block.ELEMENTS, "PPPL"),
    /// gradient, hyper, step, velocity, weight, nesterov (1 or 0), n.
    SGD_MOMENTUM("sgdMomentum", Block.ELEMENTS, "PPPPPIL"),

    // draw.cu
    /// featureCodes (or null), features, targetCodes (or null), targets, batch, x, target, shuffled (1 or 0), seed,
    /// available (rows of the tables), batchSize, batches, rows, inputs, given (columns of the targets), wanted
    /// (columns of target).
    DRAW("draw", Block.ROWS, "PPPPPPPILLLLLLLL"),
    /// value, at, ring, size. One block.
    KEEP("keep", Block.ELEMENTS, "PPPL"),

    // precisions.cu: for float32 only
    /// x, y (16 bits each), n.
    ROUND_TO_BF16("roundToBf16", Family.VERB, Block.ELEMENTS, Types.F32, "PPL"),
    /// x, high, low, n.
    SPLIT_TF32("splitTf32", Family.VERB, Block.ELEMENTS, Types.F32, "PPPL"),

    // step_tiny.cu
    /// layers, groups, elements, classWeights, featureCodes (or null), features, targetCodes (or null), targets, hyper,
    /// weights, velocities (or null), batch, step, ring, shuffled, seed, nesterov, objective (0: a loss element by
    /// element, 1: class numbers, 2: probabilities), loss (its kind), beta, scale, rule (as crossEntropyDivisor),
    /// smoothing, rows of the tables, batchSize, batches, rows, inputs, given, wanted (columns of the targets, there
    /// and as drawn), depth, parameters, groups, start, ahead (as `CudaTinyLayout` has them), size of the ring, steps.
    /// One block.
    STEP_TINY("stepTiny", Family.STEP, Block.ELEMENTS, Types.BOTH, "PPPPPPPPPPPPPPILIIIRRIRLLLIIIIIIIIILL"),

    // step_draw.cu
    /// featureCodes (or null), features, targetCodes (or null), targets, batch, step, x, target, now, shuffled (1 or
    /// 0), seed, rows of the tables, batchSize, batches, rows, inputs, given (columns of the targets), wanted (of
    /// target).
    STEP_DRAW("stepDraw", Family.STEP, Block.ELEMENTS, Types.F32, "PPPPPPPPPILLLLLLLL"),

    // step_normalize.cu: a block for each 16 columns
    /// z, bias, gamma, beta, runningMean, runningVariance, mean, inverse, a, keep, take, takeVariance, epsilon, relu (1
    /// or 0), rows, columns.
    STEP_NORMALIZE("stepNormalize", Family.STEP, Block.ELEMENTS, Types.F32, "PPPPPPPPPRRRRILL"),
    /// z, bias, mean, inverse, gamma, beta, da, dz, dgamma, dbeta, dbias, relu (1 or 0), rows, columns.
    STEP_NORMALIZE_GRADIENT("stepNormalizeGradient", Family.STEP, Block.ELEMENTS, Types.F32, "PPPPPPPPPPPILL"),
    /// z, bias, mean, inverse, gamma, beta, gradient of the classes, weight of the classes, dz, dgamma, dbeta, dbias,
    /// relu (1 or 0), rows, columns, classes.
    STEP_NORMALIZE_GRADIENT_OF_CLASSES(
            "stepNormalizeGradientOfClasses", Family.STEP, Block.ELEMENTS, Types.F32, "PPPPPPPPPPPPILLL"),

    // step_classify.cu
    /// a, weight, bias, target, classWeights, divisor, dz, partials, indices, smoothing, rows, inputs, classes. One
    /// partial a block.
    STEP_CLASSIFY("stepClassify", Family.STEP, Block.ROWS, Types.F32, "PPPPPPPPIRLLL"),
    /// a, dz, dweight, dbias, rows, inputs, classes. A block for each 16 inputs and 8 classes.
    STEP_CLASSIFY_GRADIENT("stepClassifyGradient", Family.STEP, Block.ELEMENTS, Types.F32, "PPPPLLL"),

    // step_loss.cu
    /// a, y, da, partials, kind, beta, scale, n. One partial a block.
    STEP_LOSS("stepLoss", Family.STEP, Block.ELEMENTS, Types.F32, "PPPPIRRL"),

    // step_update.cu
    /// gradient, hyper, now, partials, divisor, merged, velocity (or null), weight, ring, step, batch, scale, form
    /// (0 without velocity, 1 heavy ball, 2 Nesterov), count of partials, size of the ring, n.
    STEP_UPDATE("stepUpdate", Family.STEP, Block.ELEMENTS, Types.F32, "PPPPPPPPPPPRILLL"),

    // step_narrow.cu: places, rows of a tile and slots as `CudaNarrowLayout` has them
    /// layers, classWeights, featureCodes (or null), features, targetCodes (or null), targets, weights, batch, step,
    /// now, partials, sums, shuffled, seed, objective, loss, beta, smoothing (these as stepTiny), rows of the tables,
    /// batchSize, batches, rows, inputs, given, wanted (as stepTiny), depth, rows of a tile, places of logits, labels
    /// and gradients (or -1), slots. One partial of each slot and two sums a block.
    STEP_NARROW_FP32("stepNarrowFp32", Family.STEP, Block.ELEMENTS, Types.F32, "PPPPPPPPPPPPILIIRRLLLLIIIIIIIII"),
    /// The same, with factors in TF32.
    STEP_NARROW_TF32("stepNarrowTf32", Family.STEP, Block.ELEMENTS, Types.F32, "PPPPPPPPPPPPILIIRRLLLLIIIIIIIII"),
    /// The same, with factors in bfloat16.
    STEP_NARROW_BF16("stepNarrowBf16", Family.STEP, Block.ELEMENTS, Types.F32, "PPPPPPPPPPPPILIIRRLLLLIIIIIIIII"),
    /// layers, partials, sums, hyper, now, velocity (or null), weight, ring, step, batch, scale, form (as stepUpdate),
    /// rule (as crossEntropyDivisor), rows, blocks of the kernel before, depth, slots, size of the ring.
    STEP_NARROW_UPDATE("stepNarrowUpdate", Family.STEP, Block.COLUMNS, Types.F32, "PPPPPPPPPPRIILLIIL"),

    // Steps whose matrices are stored as bfloat16 (step_bf16.cuh); 16 bits are what that file names so
    /// As STEP_DRAW, x of 16 bits.
    STEP_DRAW_BF16("stepDrawBf16", Family.STEP, Block.ELEMENTS, Types.F32, "PPPPPPPPPILLLLLLLL"),
    /// As STEP_LOSS, da of 16 bits.
    STEP_LOSS_BF16("stepLossBf16", Family.STEP, Block.ELEMENTS, Types.F32, "PPPPIRRL"),
    /// As STEP_UPDATE, with the shadow of 16 bits behind weight.
    STEP_UPDATE_BF16("stepUpdateBf16", Family.STEP, Block.ELEMENTS, Types.F32, "PPPPPPPPPPPPRILLL"),
    /// z, target, weights, divisor, dz (16 bits), partials, indices, smoothing, rows, columns. One partial a block.
    STEP_CROSS_ENTROPY_BF16("stepCrossEntropyBf16", Family.STEP, Block.ROWS, Types.F32, "PPPPPPIRLL"),
    /// x, row, z (or null), a (the last three of 16 bits), kind, parameter, rows, columns.
    STEP_ACTIVATE_BF16("stepActivateBf16", Family.STEP, Block.ELEMENTS, Types.F32, "PPPPIRLL"),
    /// z (16 bits), da, dz (16 bits), partials, kind, parameter, rows, columns, chunk. One partial a chunk.
    STEP_ACTIVATE_GRADIENT_BF16("stepActivateGradientBf16", Family.STEP, Block.COLUMNS, Types.F32, "PPPPIRLLL"),
    /// x (16 bits), partials, rows, columns, chunk. One partial a chunk.
    STEP_COLUMN_SUMS_BF16("stepColumnSumsBf16", Family.STEP, Block.COLUMNS, Types.F32, "PPLLL"),
    /// As STEP_NORMALIZE, a of 16 bits.
    STEP_NORMALIZE_BF16("stepNormalizeBf16", Family.STEP, Block.ELEMENTS, Types.F32, "PPPPPPPPPRRRRILL"),
    /// As STEP_NORMALIZE_GRADIENT, dz of 16 bits.
    STEP_NORMALIZE_GRADIENT_BF16("stepNormalizeGradientBf16", Family.STEP, Block.ELEMENTS, Types.F32, "PPPPPPPPPPPILL"),
    /// As STEP_NORMALIZE_GRADIENT_OF_CLASSES, dz of 16 bits.
    STEP_NORMALIZE_GRADIENT_OF_CLASSES_BF16(
            "stepNormalizeGradientOfClassesBf16", Family.STEP, Block.ELEMENTS, Types.F32, "PPPPPPPPPPPPILLL"),
    /// As STEP_CLASSIFY, a of 16 bits.
    STEP_CLASSIFY_BF16("stepClassifyBf16", Family.STEP, Block.ROWS, Types.F32, "PPPPPPPPIRLLL"),
    /// As STEP_CLASSIFY_GRADIENT, a of 16 bits.
    STEP_CLASSIFY_GRADIENT_BF16("stepClassifyGradientBf16", Family.STEP, Block.ELEMENTS, Types.F32, "PPPPLLL");

    /// What a kernel is part of.
    public enum Family {
        /// A verb of the vocabulary: right for every shape.
        VERB,
        /// A fused training step (the files `step_*.cu`): right for the shapes that its file names.
        STEP
    }

    private static final class Types {
        static final Set<Real> BOTH = EnumSet.allOf(Real.class);
        static final Set<Real> F32 = EnumSet.of(Real.F32);
    }

    private final String verb;
    private final Family family;
    private final Block block;
    private final Set<Real> reals;
    private final List<Parameter> parameters;

    Kernel(String verb, Block block, String parameters) {
        this(verb, Family.VERB, block, Types.BOTH, parameters);
    }

    Kernel(String verb, Family family, Block block, Set<Real> reals, String parameters) {
        this.verb = verb;
        this.family = family;
        this.block = block;
        this.reals = reals;
        this.parameters = parameters.chars().mapToObj(Parameter::of).toList();
    }

    /// The name of the entry point in the image, such as `fill_f32`.
    public String symbol(Real real) {
        return verb + "_" + real.suffix();
    }

    /// What it is part of.
    public Family family() {
        return family;
    }

    /// Whether it is compiled for this type of number; most are for both.
    public boolean exists(Real real) {
        return reals.contains(real);
    }

    /// The shape of a block of threads.
    public Block block() {
        return block;
    }

    /// The arguments in order.
    public List<Parameter> parameters() {
        return parameters;
    }
}
