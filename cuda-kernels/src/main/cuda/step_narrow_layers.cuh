// The phases of step_narrow.cu that are products of matrices: forward, the gradients of the weights, backward. A warp
// takes tiles of the result; step_narrow_products.cuh has what a tile is.
//
// For one block of ELEMENTS threads, which all call each phase; the caller puts the barriers between.
// Test: CudaNarrowProgramTest.
#ifndef CRESSET_STEP_NARROW_LAYERS_CUH
#define CRESSET_STEP_NARROW_LAYERS_CUH

namespace cresset {

namespace narrow {

// Fragments side by side from `column` on.
__device__ inline int usedOf(int columns, int column) {
    const int left = (padded(columns) - column) / FRAGMENT_COLUMNS;
    return left < FRAGMENTS ? left : FRAGMENTS;
}

template <typename Number>
struct alignas(2 * sizeof(Number)) TwoOf {
    Number at[2];
};

// A = f(Z + b) of a warp's tile, as factors; zeros in the padding.
template <typename F, int M>
struct Activated {
    const Tile<M>& sums;
    const float* biases;
    typename F::Number* to;
    int pitch;
    int columns;  // that are not padding
    int used;

    template <typename Function>
    __device__ inline void operator()(Function f) const {
        const int group = groupOfLane();
        const int member = memberOfGroup();
#pragma unroll
        for (int e = 0; e < 2 * M * FRAGMENTS; e++) {
            const int fragment = e % FRAGMENTS;
            const int row = e / FRAGMENTS;  // of 8 rows
            if (fragment < used) {
                const int column = FRAGMENT_COLUMNS * fragment + 2 * member;
                TwoOf<typename F::Number> two;
#pragma unroll
                for (int c = 0; c < 2; c++) {
                    const float z = sums.at[row / 2][fragment][row % 2 * 2 + c] + biases[column + c];
                    two.at[c] = F::of(column + c < columns ? f.value(z) : 0.0f);
                }
                *reinterpret_cast<TwoOf<typename F::Number>*>(to + (group + 8 * row) * pitch + column) = two;  // =
            }
        }
    }
};

// D = f'(Z) . sums of a warp's tile over A = f(Z), as factors; zeros in the padding.
template <typename F, int M>
struct Sloped {
    const Tile<M>& sums;
    typename F::Number* to;
    int pitch;
    int columns;
    int used;

    template <typename Function>
    __device__ inline void operator()(Function f) const {
        const int group = groupOfLane();
        const int member = memberOfGroup();
#pragma unroll
        for (int e = 0; e < 2 * M * FRAGMENTS; e++) {
            const int fragment = e % FRAGMENTS;
            const int row = e / FRAGMENTS;
            if (fragment < used) {
                const int column = FRAGMENT_COLUMNS * fragment + 2 * member;
                TwoOf<typename F::Number>* place =
                        reinterpret_cast<TwoOf<typename F::Number>*>(to + (group + 8 * row) * pitch + column);
                TwoOf<typename F::Number> two = *place;
#pragma unroll
                for (int c = 0; c < 2; c++) {
                    const float d = passedOn(f, F::valueOf(two.at[c]), sums.at[row / 2][fragment][row % 2 * 2 + c]);
                    two.at[c] = F::of(column + c < columns ? d : 0.0f);
                }
                *place = two;  // =
            }
        }
    }
};

// use(f) with an activation whose slope its output tells.
template <typename Use>
__device__ inline void withHidden(int kind, float parameter, Use use) {
    switch (kind) {
        case 0: return use(Identity<float>{});
        case 1: return use(Sigmoid<float>{});
        case 2: return use(Tanh<float>{});
        case 3: return use(Relu<float>{});
        case 4: return use(LeakyRelu<float>{parameter});
        default: return use(NoActivation<float>{});
    }
}

// A_l, of the last layer Z_l; a warp takes tiles of M fragments' rows.
template <int M, typename F>
__device__ inline void forwardTiles(const Block<F>& block, const Layer& layer, bool isLast) {
    typedef typename F::Number Number;
    const int strips = stripsOf(layer.outputs);
    const int pitch = pitchOf<Number>(layer.inputs);
    const int tiles = block.task.tileRows / (M * FRAGMENT_ROWS) * strips;
#pragma unroll 1
    for (int tile = block.warp; tile < tiles; tile += WARPS) {
        const int row = tile / strips * M * FRAGMENT_ROWS;
        const int column = tile % strips * STRIP;
        const int used = usedOf(layer.outputs, column);
        Tile<M> sums = {};
        F::template multiply<M, false, false>(
                sums, block.factors(layer.input) + row * pitch, pitch, block.factors(layer.factors) + column * pitch,
                pitch, padded(layer.inputs), used);
        const float* biases = block.floats(layer.biases) + column;
        const int columns = layer.outputs - column;
        if (isLast) {
            const int to = pitchOf<float>(layer.outputs);
            float* logits = block.floats(block.task.logits) + row * to + column;
            Activated<Float32, M>{sums, biases, logits, to, columns, used}(Identity<float>{});
        } else {
            const int to = pitchOf<Number>(layer.outputs);
            Number* output = block.factors(layer.output) + row * to + column;
            withHidden(layer.kind, layer.parameter, Activated<F, M>{sums, biases, output, to, columns, used});
        }
    }
}

// The same with tiles as large as leave no warp without one.
template <typename F>
__device__ inline void forward(const Block<F>& block, const Layer& layer, bool isLast) {
    if (block.task.tileRows / (2 * FRAGMENT_ROWS) * stripsOf(layer.outputs) >= WARPS) {
        forwardTiles<2>(block, layer, isLast);
    } else {
        forwardTiles<1>(block, layer, isLast);
    }
}

// dW_l += D_l^T A_(l-1), db_l += D_l^T 1. A tile of dW_l is always the same warp's, in the lanes' order.
template <typename F>
__device__ inline void gradient(const Block<F>& block, const Layer& layer) {
    typedef typename F::Number Number;
    const int strips = stripsOf(layer.inputs);
    const int tiles = tilesOf(layer);
    const int pitch = pitchOf<Number>(layer.outputs);
    const int below = pitchOf<Number>(layer.inputs);
    const Number* deltas = block.factors(layer.output);
#pragma unroll 1
    for (int tile = block.warp; tile < tiles; tile += WARPS) {
        const int row = tile / strips * FRAGMENT_ROWS;
        const int column = tile % strips * STRIP;
        Quad* own = reinterpret_cast<Quad*>(block.gradients + layer.slot + tile * TILE_SLOTS) + block.lane;
        Tile<1> sums;
#pragma unroll
        for (int f = 0; f < FRAGMENTS; f++) {
            const Quad quad = own[f * WARP];
#pragma unroll
            for (int i = 0; i < QUAD; i++) {
                sums.at[0][f][i] = quad.at[i];
            }
        }
        F::template multiply<1, true, true>(
                sums, deltas + row, pitch, block.factors(layer.input) + column, below, block.task.tileRows,
                usedOf(layer.inputs, column));
#pragma unroll
        for (int f = 0; f < FRAGMENTS; f++) {
            own[f * WARP] = {{sums.at[0][f][0], sums.at[0][f][1], sums.at[0][f][2], sums.at[0][f][3]}};  // +=
        }
    }
    float* biases = block.gradients + layer.slot + tiles * TILE_SLOTS;
#pragma unroll 1
    for (int first = block.warp * FRAGMENT_COLUMNS; first < padded(layer.outputs); first += WARPS * FRAGMENT_COLUMNS) {
        const int column = first + block.lane % FRAGMENT_COLUMNS;
        float sum = 0;
#pragma unroll 8
        for (int r = block.lane / FRAGMENT_COLUMNS; r < block.task.tileRows; r += WARP / FRAGMENT_COLUMNS) {
            sum += F::valueOf(deltas[r * pitch + column]);
        }
        sum += __shfl_xor_sync(ALL_LANES, sum, 8);
        sum += __shfl_xor_sync(ALL_LANES, sum, 16);
        if (block.lane < FRAGMENT_COLUMNS) {
            biases[column] += sum;  // +=
        }
    }
}

// D_(l-1) = f'_(l-1) . (D_l W_l), over A_(l-1).
template <int M, typename F>
__device__ inline void backwardTiles(const Block<F>& block, const Layer& layer, const Layer& below) {
    typedef typename F::Number Number;
    const int strips = stripsOf(layer.inputs);
    const int pitch = pitchOf<Number>(layer.outputs);
    const int to = pitchOf<Number>(layer.inputs);
    const int tiles = block.task.tileRows / (M * FRAGMENT_ROWS) * strips;
#pragma unroll 1
    for (int tile = block.warp; tile < tiles; tile += WARPS) {
        const int row = tile / strips * M * FRAGMENT_ROWS;
        const int column = tile % strips * STRIP;
        const int used = usedOf(layer.inputs, column);
        Tile<M> sums = {};
        F::template multiply<M, false, true>(
                sums, block.factors(layer.output) + row * pitch, pitch, block.factors(layer.factors) + column, to,
                padded(layer.outputs), used);
        Number* deltas = block.factors(layer.input) + row * to + column;
        withHidden(below.kind, below.parameter, Sloped<F, M>{sums, deltas, to, layer.inputs - column, used});
    }
}

// The same with tiles as large as leave no warp without one.
template <typename F>
__device__ inline void backward(const Block<F>& block, const Layer& layer, const Layer& below) {
    if (block.task.tileRows / (2 * FRAGMENT_ROWS) * stripsOf(layer.inputs) >= WARPS) {
        backwardTiles<2>(block, layer, below);
    } else {
        backwardTiles<1>(block, layer, below);
    }
}

}  // namespace narrow

}  // namespace cresset

#endif
