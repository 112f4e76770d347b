// Softmax, cross-entropy and their gradient in one launch, the gradient stored as bfloat16 (step_bf16.cuh).
//
//   stepCrossEntropyBf16   partials as softmaxCrossEntropy (crossentropy.cu), dz <- r(its dz)
//
// Shapes: z rows x columns of float32, dz the same of 16 bits; target, weights, divisor and partials as there.
// Grid: any number of blocks of ROWS, a warp for each row; the number is part of the order of addition: derive it from
// the shape alone.
// Bytes: reads 3n of 4 (of which only the first n come from memory while a row fits the cache) and the target, writes n
// of 2.
// Reference: ReferenceCrossEntropy. Test: CudaBf16ProgramTest.

namespace cresset {

CRESSET_KERNEL(ROWS)
stepCrossEntropyBf16_f32(
        const float* z, const float* target, const float* weights, const double* divisor, unsigned short* dz,
        double* partials, int indices, float smoothing, Long rows, Long columns) {
    const float by = float(*divisor);
    double cost = 0;
    rowsOfWarp(rows, [=, &cost](Long i) {
        const Shares<float> shares = sharesOf(i, target, weights, indices, smoothing, columns);
        const float total = totalShare(shares, columns);
        const Exponentials<float> of = exponentialsOf(z + i * columns, columns);
        const float log = real::log(of.sum);
        columnsOfLane(
                columns,
                [=](Long j) { return Term<float>{shares.at(j), z[i * columns + j] - of.largest - log}; },
                [=, &cost](Long j, Term<float> term) {
                    cost = plusCost(cost, term);  // +=, of this thread
                    store(dz + i * columns + j, gradientAt(term, total, by));
                });
    });
    cost = blockSum(cost);
    if (threadOfBlock() == 0) {
        partials[blockIdx.x] = cost;  // =
    }
}

}  // namespace cresset
