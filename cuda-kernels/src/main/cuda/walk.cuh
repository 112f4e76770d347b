// Walks: how the threads of a grid share elements, so that any grid gives the right result.
//
// Grid-stride: thread t of all T threads takes the elements t, t + T, t + 2T, ... Neighbouring threads touch
// neighbouring elements, at every step. Grid: one-dimensional, blocks of ELEMENTS threads, any number of them.
//
// A walk takes what to do in two halves: `read` fetches, `use` computes and writes or adds up. It reads a batch of
// elements before it uses them, because the compiler, which must assume that an output may be an input, would not: so
// each thread has several reads on their way. An element's use comes after its own read, uses come in the order of the
// elements, and no read fetches what the use of another element wrote: the rule of Ops for arguments in place.
#ifndef CRESSET_WALK_CUH
#define CRESSET_WALK_CUH

namespace cresset {

// How many elements a batch has: where there is much to compute, code and registers count, and fewer reads suffice.
constexpr int LIGHT = 4;
constexpr int HEAVY = 2;

// Two numbers that belong together.
template <typename T>
struct Two {
    T first;
    T second;
};

// use(e, read(e)) for e = first, first + stride, ... below end.
template <int BATCH, typename Read, typename Use>
__device__ inline void walk(Long first, Long end, Long stride, Read read, Use use) {
    Long e = first;
#pragma unroll 1
    for (; e + (BATCH - 1) * stride < end; e += BATCH * stride) {
        decltype(read(e)) batch[BATCH];
#pragma unroll
        for (int k = 0; k < BATCH; k++) {
            batch[k] = read(e + k * stride);
        }
#pragma unroll
        for (int k = 0; k < BATCH; k++) {
            use(e + k * stride, batch[k]);
        }
    }
#pragma unroll 1
    for (; e < end; e += stride) {
        use(e, read(e));
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

// use(e, read(e)) for each element e of 0 .. n - 1, shared by the grid.
template <int BATCH, typename Read, typename Use>
__device__ inline void elements(Long n, Read read, Use use) {
    walk<BATCH>(thread(), n, threads(), read, use);
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

// use(p, read(p)) for each place p of a rows x columns matrix, shared by the grid.
template <int BATCH, typename Read, typename Use>
__device__ inline void matrix(Long rows, Long columns, Read read, Use use) {
    const Long n = rows * columns;
    if (n == 0) {
        return;
    }
    const Steps steps(columns);
    Place p = steps.first();
#pragma unroll 1
    while (p.element + (BATCH - 1) * threads() < n) {
        Place places[BATCH];
        decltype(read(p)) batch[BATCH];
#pragma unroll
        for (int k = 0; k < BATCH; k++) {
            places[k] = p;
            batch[k] = read(p);
            p = steps.after(p);
        }
#pragma unroll
        for (int k = 0; k < BATCH; k++) {
            use(places[k], batch[k]);
        }
    }
#pragma unroll 1
    for (; p.element < n; p = steps.after(p)) {
        use(p, read(p));
    }
}

}  // namespace cresset

#endif
