// The beginning of a step: the batch from the tables, and which step this is.
//
//   stepDraw       x, target as draw (draw.cu);  now <- *step; whether the update before found numbers that are not
//                  finite moves from `found` to `spoilt`
//   stepDrawBf16   the same with x rounded to bfloat16 (step_bf16.cuh)
//
// Shapes as there. Grid: any number of blocks of ELEMENTS: a thread takes 4 neighbouring numbers of a row, so that a
// small batch is on its way at once; where inputs are a multiple of 4 these are one access of 4 bytes (codes) or 16,
// and one store of 16 (bfloat16: 8). Requirement: x and the numbers begin at a multiple of 16 bytes, the codes of 4.
// Bytes: reads each row once (1 or 4 a number), writes x and target once.
// Reference: ReferenceOps.draw. Test: CudaFusedProgramTest, CudaBf16ProgramTest.

namespace cresset {

// What the kernels of one step tell each other, three numbers of 64 bits: which step this is; whether a parameter was
// not finite when it began; whether its update has found one that is not.
constexpr int NOW_STEP = 0;
constexpr int NOW_SPOILT = 1;
constexpr int NOW_FOUND = 2;

struct alignas(4) QuadOfCodes {
    unsigned char at[QUAD];
};

// Numbers `column` ... of a row of a table.
template <bool WIDE>
__device__ inline Quad quadOfTable(const TableOf<float>& table, Long row, Long column) {
    const Long place = row * table.columns;
    if (table.codes == nullptr) {
        return quadOf<WIDE>(table.numbers + place, column, table.columns);
    }
    Quad quad = {{0, 0, 0, 0}};
    if (WIDE) {
        const QuadOfCodes codes = *reinterpret_cast<const QuadOfCodes*>(table.codes + place + column);
#pragma unroll
        for (int k = 0; k < QUAD; k++) {
            quad.at[k] = table.numbers[codes.at[k]];
        }
    } else {
#pragma unroll
        for (int k = 0; k < QUAD; k++) {
            if (column + k < table.columns) {
                quad.at[k] = table.at(row, column + k);
            }
        }
    }
    return quad;
}

template <bool WIDE, typename To>
__device__ inline void drawFeatures(
        const TableOf<float>& features, const RowOrder& order, Long batch, To* x, Long rows) {
    const Long quads = (features.columns + QUAD - 1) / QUAD;
#pragma unroll 1
    for (Long e = thread(); e < rows * quads; e += threads()) {
        const Long i = e / quads;
        const Long column = (e - i * quads) * QUAD;
        const Quad quad = quadOfTable<WIDE>(features, rowOf(order, batch, i), column);
        putQuad<WIDE>(x + i * features.columns, column, features.columns, quad);
    }
}

template <typename To>
__device__ inline void stepDraw(
        const unsigned char* featureCodes, const float* features, const unsigned char* targetCodes,
        const float* targets, const Long* batch, const Long* step, To* x, float* target, Long* now, int shuffled,
        Long seed, Long available, Long batchSize, Long batches, Long rows, Long inputs, Long given, Long wanted) {
    const RowOrder order = {shuffled, ULong(seed), available, batchSize, batches};
    const TableOf<float> from = {featureCodes, features, inputs};
    const TableOf<float> labels = {targetCodes, targets, given};
    if (inputs % QUAD == 0) {
        drawFeatures<true>(from, order, *batch, x, rows);
    } else {
        drawFeatures<false>(from, order, *batch, x, rows);
    }
#pragma unroll 1
    for (Long e = thread(); e < rows * wanted; e += threads()) {
        const Long i = e / wanted;
        const Long column = e - i * wanted;
        const Long row = rowOf(order, *batch, i);
        const float number = labels.at(row, given == wanted ? column : 0);
        target[e] = given == wanted ? number : float(float(column) == number ? 1 : 0);  // =
    }
    if (thread() == 0) {
        now[NOW_STEP] = *step;             // =
        now[NOW_SPOILT] = now[NOW_FOUND];  // =
        now[NOW_FOUND] = 0;                // =
    }
}

CRESSET_KERNEL(ELEMENTS)
stepDraw_f32(
        const unsigned char* featureCodes, const float* features, const unsigned char* targetCodes,
        const float* targets, const Long* batch, const Long* step, float* x, float* target, Long* now, int shuffled,
        Long seed, Long available, Long batchSize, Long batches, Long rows, Long inputs, Long given, Long wanted) {
    stepDraw(
            featureCodes, features, targetCodes, targets, batch, step, x, target, now, shuffled, seed, available,
            batchSize, batches, rows, inputs, given, wanted);
}

CRESSET_KERNEL(ELEMENTS)
stepDrawBf16_f32(
        const unsigned char* featureCodes, const float* features, const unsigned char* targetCodes,
        const float* targets, const Long* batch, const Long* step, unsigned short* x, float* target, Long* now,
        int shuffled, Long seed, Long available, Long batchSize, Long batches, Long rows, Long inputs, Long given,
        Long wanted) {
    stepDraw(
            featureCodes, features, targetCodes, targets, batch, step, x, target, now, shuffled, seed, available,
            batchSize, batches, rows, inputs, given, wanted);
}

}  // namespace cresset
