// The order in which a dataset's rows come: dev.cresset.tensor.RowOrder, in the same integer arithmetic.
//
// Epoch e has the keys Philox block 0 of (seed, STREAM + e); a place goes through a Feistel network of 8 rounds over
// the smallest even number of bits that hold the rows (6 or more), again until a row comes out.
// Reference and sources: RowOrder. Test: DrawContractTest.
#ifndef CRESSET_ORDER_CUH
#define CRESSET_ORDER_CUH

namespace cresset {

constexpr int KEYS = 4;  // words of a block of Philox

struct Words {
    unsigned word[KEYS];
};

// Block `block` of draw or stream `draw` under `seed` (Philox4x32-10; see dropout.cu).
__device__ inline Words philox(ULong block, ULong draw, ULong seed) {
    Words w = {{unsigned(block), unsigned(block >> 32), unsigned(draw), unsigned(draw >> 32)}};
    unsigned key0 = unsigned(seed);
    unsigned key1 = unsigned(seed >> 32);
#pragma unroll
    for (int round = 0; round < 10; round++) {
        const ULong product0 = ULong(0xD2511F53u) * w.word[0];
        const ULong product1 = ULong(0xCD9E8D57u) * w.word[2];
        w.word[0] = unsigned(product1 >> 32) ^ w.word[1] ^ key0;
        w.word[1] = unsigned(product1);
        w.word[2] = unsigned(product0 >> 32) ^ w.word[3] ^ key1;
        w.word[3] = unsigned(product0);
        key0 += 0x9E3779B9u;
        key1 += 0xBB67AE85u;
    }
    return w;
}

// What RowOrder is made of; `shuffled` is 1, or 0 for a sequential order.
struct RowOrder {
    int shuffled;
    ULong seed;
    Long rows;
    Long batchSize;
    Long batches;
};

__device__ inline unsigned mixed(unsigned value) {
    value ^= value >> 16;
    value *= 0x85EBCA6Bu;
    value ^= value >> 13;
    value *= 0xC2B2AE35u;
    return value ^ value >> 16;
}

// The keys of an epoch of a shuffled order.
__device__ inline Words keysOf(const RowOrder& order, Long epoch) {
    const ULong STREAM = ULong(1) << 32;
    return philox(0, STREAM + ULong(epoch), order.seed);
}

// Half of the bits that the network works on.
__device__ inline int halfOf(const RowOrder& order) {
    int half = 3;
    while (Long(1) << (2 * half) < order.rows) {
        half++;
    }
    return half;
}

// Once through the network.
__device__ inline unsigned network(const Words& keys, int half, unsigned value) {
    const unsigned mask = (1u << half) - 1u;
    unsigned left = value >> half;
    unsigned right = value & mask;
#pragma unroll
    for (int round = 0; round < 8; round++) {
        const unsigned key = keys.word[round % KEYS] + unsigned(round) * 0x9E3779B9u;
        const unsigned before = left;
        left = right;
        right = before ^ (mixed(right ^ key) & mask);
    }
    return left << half | right;
}

// The row at a place of an epoch of a shuffled order: 0 <= place < rows.
__device__ inline Long permuted(const RowOrder& order, Long epoch, Long place) {
    const Words keys = keysOf(order, epoch);
    const int half = halfOf(order);
    unsigned row = unsigned(place);
    do {
        row = network(keys, half, row);
    } while (Long(row) >= order.rows);
    return Long(row);
}

// The row that is row i of batch number `batch`.
__device__ inline Long rowOf(const RowOrder& order, Long batch, Long i) {
    const Long epoch = batch / order.batches;
    const Long place = (batch - epoch * order.batches) * order.batchSize + i;
    return order.shuffled != 0 ? permuted(order, epoch, place) : place;
}

}  // namespace cresset

#endif
