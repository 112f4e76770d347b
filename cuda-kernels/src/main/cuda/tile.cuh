// Tiles: how blocks of fused steps share a matrix whose rows all fit into the registers of one block.
//
// A block of ELEMENTS threads has 16 neighbouring columns: 4 quads of 4 columns, for each of them 64 lanes that share
// the rows; lane l has the rows l, l + 64, ... A warp holds 8 lanes of each quad, so it reads 64 neighbouring bytes of
// 8 rows. Where columns are a multiple of 4 a quad is one access of 16 bytes (WIDE), else four.
//
// Sums of columns: a thread adds its rows in their order, the lanes of a warp are added by a tree of exchanges, the
// warps from first to last. Requirement: matrices begin at a multiple of 16 bytes.
#ifndef CRESSET_TILE_CUH
#define CRESSET_TILE_CUH

namespace cresset {

constexpr int QUAD = 4;
constexpr int TILE_QUADS = 4;
constexpr int TILE_COLUMNS = QUAD * TILE_QUADS;
constexpr int TILE_LANES = ELEMENTS / TILE_QUADS;

// Four neighbouring numbers, moved together.
struct alignas(16) Quad {
    float at[QUAD];
};

// The same of sums.
struct Sums {
    double at[QUAD];
};

// Where this thread is in its tile.
struct TileThread {
    int quad;     // of the tile
    int lane;     // of the rows
    Long column;  // the first of the quad
};

__device__ inline TileThread tileThread() {
    const int quad = threadIdx.x % TILE_QUADS;
    return {quad, int(threadIdx.x) / TILE_QUADS, Long(blockIdx.x) * TILE_COLUMNS + quad * QUAD};
}

// The quad at `column` of the row that begins at `row`; 0 beyond the last column.
template <bool WIDE>
__device__ inline Quad quadOf(const float* row, Long column, Long columns) {
    Quad quad = {{0, 0, 0, 0}};
    if (WIDE) {
        if (column < columns) {
            quad = *reinterpret_cast<const Quad*>(row + column);
        }
    } else {
#pragma unroll
        for (int k = 0; k < QUAD; k++) {
            if (column + k < columns) {
                quad.at[k] = row[column + k];
            }
        }
    }
    return quad;
}

// row[column ...] <- quad, as far as there are columns.
template <bool WIDE>
__device__ inline void putQuad(float* row, Long column, Long columns, const Quad& quad) {
    if (WIDE) {
        if (column < columns) {
            *reinterpret_cast<Quad*>(row + column) = quad;  // =
        }
    } else {
#pragma unroll
        for (int k = 0; k < QUAD; k++) {
            if (column + k < columns) {
                row[column + k] = quad.at[k];  // =
            }
        }
    }
}

// The sums over all lanes of this thread's quad, the same bits in each of them. Every thread of the block must call it;
// it may be called again and again.
__device__ inline Sums tileSums(Sums own) {
    __shared__ double sums[ELEMENTS / WARP][TILE_COLUMNS];
    const int quad = threadIdx.x % TILE_QUADS;
    const int warp = threadIdx.x / WARP;
#pragma unroll
    for (int k = 0; k < QUAD; k++) {
#pragma unroll
        for (int lane = WARP / 2; lane >= TILE_QUADS; lane /= 2) {
            own.at[k] += __shfl_xor_sync(ALL_LANES, own.at[k], lane);
        }
    }
    // Closes the race between threads that still read the sums of the call before and those that write new ones.
    __syncthreads();
    if (threadIdx.x % WARP < TILE_QUADS) {
#pragma unroll
        for (int k = 0; k < QUAD; k++) {
            sums[warp][quad * QUAD + k] = own.at[k];  // =
        }
    }
    // Closes the race between the warps that write their sums and the threads that read all of them.
    __syncthreads();
    Sums total = {{0, 0, 0, 0}};
#pragma unroll
    for (int from = 0; from < ELEMENTS / WARP; from++) {
#pragma unroll
        for (int k = 0; k < QUAD; k++) {
            total.at[k] += sums[from][quad * QUAD + k];
        }
    }
    return total;
}

}  // namespace cresset

#endif
