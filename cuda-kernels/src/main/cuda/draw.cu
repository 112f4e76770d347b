// Batches from tables that stay on the device, and what is kept of a step.
//
//   draw  x_i <- row r of the features, target_i <- row r of the targets, r = order's row i of batch *batch
//         (or 1 in the column that is the targets' only number, 0 elsewhere)
//   keep  ring_(*at mod size) <- *value
//
// Tables: codes (a byte for each number, which stands for numbers[code]) or, where codes is null, the numbers
// themselves. Shapes: features available x inputs, targets available x given, x rows x inputs, target rows x wanted;
// wanted is `given`, or given is 1 and the target is one-hot.
// Grid of draw: any number of blocks of ROWS, a warp for each row; of keep: one block.
// Bytes: reads each row once (1 or sizeof(T) a number), writes x and target once.
// Reference: ReferenceOps.draw, keep. Test: DrawContractTest.

namespace cresset {

template <typename T>
struct TableOf {
    const unsigned char* codes;
    const T* numbers;
    Long columns;

    __device__ inline T at(Long row, Long column) const {
        const Long place = row * columns + column;
        return codes != nullptr ? numbers[codes[place]] : numbers[place];
    }
};

template <typename T>
__device__ inline void draw(
        TableOf<T> features, TableOf<T> targets, const RowOrder& order, Long batch, T* x, T* target, Long rows,
        Long wanted) {
    const Long lane = threadIdx.x;
    const Long stride = Long(gridDim.x) * blockDim.y;
#pragma unroll 1
    for (Long i = Long(blockIdx.x) * blockDim.y + threadIdx.y; i < rows; i += stride) {
        const Long row = rowOf(order, batch, i);
        walk<LIGHT>(
                lane, features.columns, WARP, [=](Long c) { return features.at(row, c); },
                [=](Long c, T number) { x[i * features.columns + c] = number; /* = */ });
        if (wanted == targets.columns) {
            walk<LIGHT>(
                    lane, wanted, WARP, [=](Long c) { return targets.at(row, c); },
                    [=](Long c, T number) { target[i * wanted + c] = number; /* = */ });
        } else {
            const T label = targets.at(row, 0);
            walk<LIGHT>(
                    lane, wanted, WARP, [=](Long c) { return T(T(c) == label ? 1 : 0); },
                    [=](Long c, T number) { target[i * wanted + c] = number; /* = */ });
        }
    }
}

template <typename T>
__device__ inline void keep(const T* value, const Long* at, T* ring, Long size) {
    if (thread() == 0) {
        ring[*at % size] = *value;  // =
    }
}

#define CRESSET_ENTRY_POINTS(T, S)                                                                                     \
    CRESSET_KERNEL(ROWS)                                                                                               \
    draw_##S(                                                                                                          \
            const unsigned char* featureCodes, const T* features, const unsigned char* targetCodes, const T* targets,  \
            const Long* batch, T* x, T* target, int shuffled, Long seed, Long available, Long batchSize, Long batches, \
            Long rows, Long inputs, Long given, Long wanted) {                                                         \
        draw<T>({featureCodes, features, inputs}, {targetCodes, targets, given},                                       \
                {shuffled, ULong(seed), available, batchSize, batches}, *batch, x, target, rows, wanted);              \
    }                                                                                                                  \
    CRESSET_KERNEL(ELEMENTS) keep_##S(const T* value, const Long* at, T* ring, Long size) {                            \
        keep(value, at, ring, size);                                                                                   \
    }
CRESSET_ENTRY_POINTS(float, f32)
CRESSET_ENTRY_POINTS(double, f64)
#undef CRESSET_ENTRY_POINTS

}  // namespace cresset
