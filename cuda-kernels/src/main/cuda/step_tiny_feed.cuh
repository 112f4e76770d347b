// How the batches come to a kernel that trains by itself: the rows of the next batches, computed by all threads
// together, and their numbers, asked for in one phase of a step and written to shared memory in a later one.
//
// Matrices of samples lie feature by feature in shared memory, an odd `pitch` apart: neighbouring threads have
// neighbouring samples, and neighbouring features lie in different banks.
// For one block of ELEMENTS threads. Reference: RowOrder, ReferenceOps.draw. Test: CudaTinyProgramTest.
#ifndef CRESSET_STEP_TINY_FEED_CUH
#define CRESSET_STEP_TINY_FEED_CUH

namespace cresset {

namespace tiny {

constexpr int MOST_AHEAD = 64;  // batches whose rows are computed together
constexpr int CHAINS = 2;       // rows that a thread computes side by side
constexpr int HELD = 4;         // numbers of the next batch that a thread keeps in registers

__device__ inline int pitchOf(int rows) {
    return rows | 1;
}

struct Cell {
    int row;
    int column;
};

// How a thread goes through a matrix with so many columns: ELEMENTS further each time, without a division.
struct Way {
    int columns;
    Cell first;
    Cell jump;

    __device__ inline Way(int columns, int thread)
            : columns(columns),
              first{thread / columns, thread % columns},
              jump{ELEMENTS / columns, ELEMENTS % columns} {}

    __device__ inline Cell after(Cell cell) const {
        const int column = cell.column + jump.column;
        const bool wraps = column >= columns;
        return {cell.row + jump.row + (wraps ? 1 : 0), wraps ? column - columns : column};
    }
};

// The rows of the next batches, which all threads compute together: one after the other they would be what a step waits
// for.
struct Rows {
    RowOrder order;
    int size;  // of a batch
    int half;
    int ahead;
    int* rows;
    Words* keys;
    Long epoch;
    unsigned within;  // of the first batch that is not computed yet
    int left;         // batches that are computed and not yet taken

    __device__ inline Rows(const RowOrder& order, int size, int ahead, int* rows, Words* keys, Long batch)
            : order(order),
              size(size),
              half(halfOf(order.rows)),
              ahead(ahead),
              rows(rows),
              keys(keys),
              epoch(batch / order.batches),
              within(unsigned(batch % order.batches)),
              left(0) {}

    // The rows of the next batch; `wanted` batches are still to come, with it. Every thread must call it.
    __device__ inline const int* next(Long wanted) {
        if (left == 0) {
            left = wanted < ahead ? int(wanted) : ahead;
            fill(left);
            taken = rows;
        }
        left--;
        const int* batch = taken;
        taken += size;
        return batch;
    }

private:
    const int* taken = nullptr;

    // A row on its way: element e, of batch `ahead` from here, at `row` so far.
    struct Chain {
        int e;
        int ahead;
        unsigned row;
    };

    // It begins as the place of the row in its epoch.
    __device__ inline Chain begun(int e) const {
        const int ahead = e / size;
        const unsigned batch = (within + unsigned(ahead)) % unsigned(order.batches);
        return {e, ahead, batch * unsigned(order.batchSize) + unsigned(e - ahead * size)};
    }

    // A thread takes its elements one after the other, CHAINS at a time, each as often through the network as it needs.
    __device__ inline void fill(int batches) {
        const int thread = threadIdx.x;
        const int count = batches * size;
        if (thread < batches && order.shuffled != 0) {
            keys[thread] = keysOf(order, epoch + (within + unsigned(thread)) / unsigned(order.batches));  // =
        }
        // Closes the race between the keys' writers and readers, and between those who still read the rows of before
        // and those who write new ones.
        __syncthreads();
        Chain chains[CHAINS];
#pragma unroll
        for (int k = 0; k < CHAINS; k++) {
            chains[k] = begun(thread + k * ELEMENTS);
        }
#pragma unroll 1
        while (chains[0].e < count || chains[CHAINS - 1].e < count) {
#pragma unroll
            for (int k = 0; k < CHAINS; k++) {
                Chain& chain = chains[k];
                const bool isLeft = chain.e < count;
                if (order.shuffled != 0) {
                    chain.row = network(keys[isLeft ? chain.ahead : 0], half, chain.row);
                }
                if (isLeft && (order.shuffled == 0 || Long(chain.row) < order.rows)) {
                    rows[chain.e] = int(chain.row);  // =
                    chain = begun(chain.e + CHAINS * ELEMENTS);
                }
            }
        }
        // Closes the race between the rows' writers and readers.
        __syncthreads();
        epoch += (within + unsigned(batches)) / unsigned(order.batches);
        within = (within + unsigned(batches)) % unsigned(order.batches);
    }
};

// One matrix of a batch on its way from its table to shared memory: asked for in one phase, written in a later one. Its
// numbers are the threads' in turn, the last warp but one first, downward.
template <typename T>
struct Feed {
    TableOf<T> table;
    Way way;
    int rows;
    int pitch;
    bool oneHot;
    const int* rowOf;
    int codes[HELD];
    T numbers[HELD];

    __device__ inline Feed(TableOf<T> table, int rows, int columns)
            : table(table),
              way(columns, (2 * ELEMENTS - 1 - WARP - int(threadIdx.x)) % ELEMENTS),
              rows(rows),
              pitch(pitchOf(rows)),
              oneHot(columns != int(table.columns)),
              rowOf(nullptr) {}

    // Asks for the first numbers of each thread; nothing waits for them.
    __device__ inline void ask(const int* rowsOfBatch) {
        rowOf = rowsOfBatch;
        load(way.first);
    }

    // Writes all of the matrix, feature by feature.
    __device__ inline void bring(T* to) {
        Cell cell = way.first;
        while (true) {
            cell = store(cell, to);
            if (cell.row >= rows) {
                break;
            }
            load(cell);
        }
    }

private:
    __device__ inline void load(Cell cell) {
#pragma unroll
        for (int k = 0; k < HELD; k++) {
            if (cell.row >= rows) {
                break;
            }
            const ULong row = ULong(unsigned(rowOf[cell.row])) * unsigned(table.columns);
            const ULong place = row + unsigned(oneHot ? 0 : cell.column);
            if (table.codes != nullptr) {
                codes[k] = table.codes[place];
            } else {
                numbers[k] = table.numbers[place];
            }
            cell = way.after(cell);
        }
    }

    // Writes what `load(cell)` has asked for; where to go on.
    __device__ inline Cell store(Cell cell, T* to) const {
#pragma unroll
        for (int k = 0; k < HELD; k++) {
            if (cell.row >= rows) {
                break;
            }
            const T number = table.codes != nullptr ? table.numbers[codes[k]] : numbers[k];
            to[cell.column * pitch + cell.row] = oneHot ? T(T(cell.column) == number ? 1 : 0) : number;  // =
            cell = way.after(cell);
        }
        return cell;
    }
};

}  // namespace tiny

}  // namespace cresset

#endif
