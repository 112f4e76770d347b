// Walks: how the threads of a grid share elements, so that any grid gives the right result.
//
// Grid-stride: thread t of all T threads takes the elements t, t + T, t + 2T, ... Neighbouring threads touch
// neighbouring elements, at every step. Grid: one-dimensional, blocks of ELEMENTS threads, any number of them.
//
// A walk takes what to do in two halves: `load` reads and computes, `store` writes or adds up. It loads a batch of
// elements before it stores them, because the compiler, which must assume that an output may be an input, would not: so
// each thread has several reads on their way. An element's store comes after its own load, stores come in the order of
// the elements, and no load reads what the store of another element wrote: the rule of Ops for arguments in place.
#ifndef CRESSET_WALK_CUH
#define CRESSET_WALK_CUH

namespace cresset {

// How many elements a batch has: the more there is to compute, the fewer reads must be on their way.
constexpr int LIGHT = 4;
constexpr int HEAVY = 2;

// store(e, load(e)) for e = first, first + stride, ... below end.
template <int BATCH, typename Load, typename Store>
__device__ inline void walk(Long first, Long end, Long stride, Load load, Store store) {
    Long e = first;
#pragma unroll 1
    for (; e + (BATCH - 1) * stride < end; e += BATCH * stride) {
        decltype(load(e)) batch[BATCH];
#pragma unroll
        for (int k = 0; k < BATCH; k++) {
            batch[k] = load(e + k * stride);
        }
#pragma unroll
        for (int k = 0; k < BATCH; k++) {
            store(e + k * stride, batch[k]);
        }
    }
#pragma unroll 1
    for (; e < end; e += stride) {
        store(e, load(e));
    }
}

// The number of this thread in a one-dimensional grid.
__device__ inline Long thread() {
    return Long(blockIdx.x) * blockDim.x + threadIdx.x;
}

// How many threads a one-dimensional grid has.
__device__ inline Long threads() {
    return Long(gridDim.x) * blockDim.x;
}

// store(e, load(e)) for each element e of 0 .. n - 1, shared by the grid.
template <int BATCH, typename Load, typename Store>
__device__ inline void elements(Long n, Load load, Store store) {
    walk<BATCH>(thread(), n, threads(), load, store);
}

// Where an element of a row-major matrix is: `element == row * columns + column`.
struct Place {
    Long element;
    Long row;
    Long column;
};

// A thread's way through a matrix. Row and column are carried along, so that a division is needed at the start only.
class Steps {
public:
    // columns > 0
    __device__ inline explicit Steps(Long columns)
            : columns(columns), rows(threads() / columns), rest(threads() - rows * columns) {}

    __device__ inline Place first() const {
        const Long row = thread() / columns;
        return {thread(), row, thread() - row * columns};
    }

    __device__ inline Place after(Place p) const {
        const Long column = p.column + rest;
        const bool wraps = column >= columns;
        return {p.element + threads(), p.row + rows + (wraps ? 1 : 0), wraps ? column - columns : column};
    }

private:
    Long columns;
    Long rows;
    Long rest;
};

// store(p, load(p)) for each place p of a rows x columns matrix, shared by the grid.
template <int BATCH, typename Load, typename Store>
__device__ inline void matrix(Long rows, Long columns, Load load, Store store) {
    const Long n = rows * columns;
    if (n == 0) {
        return;
    }
    const Steps steps(columns);
    Place p = steps.first();
#pragma unroll 1
    while (p.element + (BATCH - 1) * threads() < n) {
        Place places[BATCH];
        decltype(load(p)) batch[BATCH];
#pragma unroll
        for (int k = 0; k < BATCH; k++) {
            places[k] = p;
            batch[k] = load(p);
            p = steps.after(p);
        }
#pragma unroll
        for (int k = 0; k < BATCH; k++) {
            store(places[k], batch[k]);
        }
    }
#pragma unroll 1
    for (; p.element < n; p = steps.after(p)) {
        store(p, load(p));
    }
}

}  // namespace cresset

#endif
