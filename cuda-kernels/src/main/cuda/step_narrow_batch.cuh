// The phases of step_narrow.cu that bring in what is computed with: parameters, and a tile's rows of the batch.
//
// For one block of ELEMENTS threads, which all call each phase; the caller puts the barriers between.
// Test: CudaNarrowProgramTest.
#ifndef CRESSET_STEP_NARROW_BATCH_CUH
#define CRESSET_STEP_NARROW_BATCH_CUH

namespace cresset {

namespace narrow {

constexpr int READS = 4;  // quads that a thread has on their way

template <typename Number>
struct alignas(QUAD * sizeof(Number)) QuadOf {
    Number at[QUAD];
};

// to_rc <- F's factor of read(r, c), for all rows and padded columns; read gives four numbers, zeros beyond the last.
template <typename F, typename Read>
__device__ inline void fill(typename F::Number* to, int pitch, int rows, int columns, Read read) {
    const int quads = padded(columns) / QUAD;
    walk<READS>(
            threadIdx.x, rows * quads, ELEMENTS,
            [=](Long e) { return read(int(e) / quads, int(e) % quads * QUAD); },
            [=](Long e, const Quad& quad) {
                QuadOf<typename F::Number> factors;
#pragma unroll
                for (int k = 0; k < QUAD; k++) {
                    factors.at[k] = F::of(quad.at[k]);
                }
                const int place = int(e) / quads * pitch + int(e) % quads * QUAD;
                *reinterpret_cast<QuadOf<typename F::Number>*>(to + place) = factors;  // =
            });
}

// W_l and b_l.
template <typename F>
__device__ inline void parameters(const Block<F>& block, const Layer& layer) {
    typedef typename F::Number Number;
    const float* weights = block.task.weights + layer.weight;
    const int inputs = layer.inputs;
    const int outputs = layer.outputs;
    const bool isWide = inputs % QUAD == 0;
    fill<F>(block.factors(layer.factors), pitchOf<Number>(inputs), padded(outputs), inputs, [=](int o, int k) {
        const Quad none = {{0, 0, 0, 0}};
        const float* row = weights + o * inputs;
        return o >= outputs ? none : isWide ? quadOf<true>(row, k, inputs) : quadOf<false>(row, k, inputs);
    });
    for (int o = threadIdx.x; o < padded(outputs); o += ELEMENTS) {
        block.floats(layer.biases)[o] = o < outputs ? block.task.weights[layer.bias + o] : 0.0f;  // =
    }
}

// Rows of a table, zeros where there is no row.
template <typename To, typename F>
__device__ inline void bring(
        const Block<F>& block, const TableOf<float>& table, const int* rows, typename To::Number* to, int pitch) {
    const int columns = int(table.columns);
    const bool isWide = columns % QUAD == 0;
    fill<To>(to, pitch, block.task.tileRows, columns, [=](int r, int c) {
        const Quad none = {{0, 0, 0, 0}};
        const int row = rows[r];
        return row < 0 || c >= columns ? none
                : isWide               ? quadOfTable<true>(table, row, c)
                                       : quadOfTable<false>(table, row, c);
    });
}

}  // namespace narrow

}  // namespace cresset

#endif
