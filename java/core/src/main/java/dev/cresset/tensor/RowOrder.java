package dev.cresset.tensor;

import java.util.Objects;

/// Which row of a dataset is row i of batch number `b`, for batches counted on from 0 over all epochs. It needs no
/// memory and no order of asking, so a host and a GPU can each compute it, for any batch at any time.
///
/// An epoch is `batches` batches; batch b is number `b mod batches` of epoch `⌊b / batches⌋`, and its row i is place
/// `(b mod batches) · batchSize + i` of the epoch. SEQUENTIAL: the place is the row. SHUFFLED: a permutation of the
/// rows, another one for each seed and epoch: a Feistel network of 8 rounds over the smallest even number of bits that
/// hold `rows` (6 or more), applied again until it gives a row; its keys are words of [Philox] under the seed, so the
/// same seed and epoch give the same permutation everywhere.
///
/// Sources: Luby and Rackoff, "How to construct pseudorandom permutations", 1988; Black and Rogaway, "Ciphers with
/// arbitrary finite domains", 2002 (cycle walking).
///
/// @param kind how an epoch goes through the rows
/// @param seed of the permutations
/// @param rows of the dataset, 1 or more
/// @param batchSize rows of a whole batch, 1 or more
/// @param batches of an epoch, 1 or more; all but the last of them are whole
public record RowOrder(Kind kind, long seed, int rows, int batchSize, int batches) {
    /// How an epoch goes through the rows.
    public enum Kind {
        /// From the first to the last, each epoch alike.
        SEQUENTIAL,
        /// By a permutation of its own.
        SHUFFLED
    }

    /// The permutation of epoch e has stream `STREAM + e` of the seed.
    public static final long STREAM = 1L << 32;

    private static final int ROUNDS = 8;
    private static final int LEAST_HALF = 3;

    public RowOrder {
        if (rows < 1 || batchSize < 1 || batches < 1 || (batches - 1L) * batchSize >= rows) {
            throw new IllegalArgumentException("An order of rows needs batches that begin inside of them, found "
                    + batches + " batches of " + batchSize + " for " + rows + " rows.");
        }
    }

    /// The row that is row `i` of batch `batch`.
    public int row(long batch, int i) {
        return at(batch / batches, (int) (batch % batches) * batchSize + i);
    }

    /// The row at place `place` of epoch `epoch`.
    ///
    /// @throws IndexOutOfBoundsException if there is no such place
    public int at(long epoch, int place) {
        Objects.checkIndex(place, rows);
        return kind == Kind.SEQUENTIAL ? place : permuted(keys(epoch), place);
    }

    /// Overwrites `order` with all rows as epoch `epoch` goes through them.
    public void fill(long epoch, int[] order) {
        int[] keys = keys(epoch);
        for (int place = 0; place < order.length; place++) {
            order[place] = kind == Kind.SEQUENTIAL ? place : permuted(keys, place);
        }
    }

    private int[] keys(long epoch) {
        int[] keys = new int[4];
        Philox.block(seed, STREAM + epoch, 0, keys);
        return keys;
    }

    private int permuted(int[] keys, int place) {
        int half = half();
        int row = place;
        do {
            row = network(keys, half, row);
            // Of more than 2^30 rows the network's number has 32 bits.
        } while (Integer.compareUnsigned(row, rows) >= 0);
        return row;
    }

    /// Half of the bits that the network works on, 3 to 16.
    private int half() {
        int bits = Integer.SIZE - Integer.numberOfLeadingZeros(rows - 1);
        return Math.max(LEAST_HALF, (bits + 1) / 2);
    }

    private static int network(int[] keys, int half, int value) {
        int mask = (1 << half) - 1;
        int left = value >>> half;
        int right = value & mask;
        for (int round = 0; round < ROUNDS; round++) {
            int mixed = mix(right ^ (keys[round % 4] + round * 0x9E3779B9)) & mask;
            int before = left;
            left = right;
            right = before ^ mixed;
        }
        return left << half | right;
    }

    /// A bijection that lets each bit depend on all (the end of Appleby's MurmurHash3).
    private static int mix(int value) {
        int mixed = value ^ value >>> 16;
        mixed *= 0x85EBCA6B;
        mixed ^= mixed >>> 13;
        mixed *= 0xC2B2AE35;
        return mixed ^ mixed >>> 16;
    }
}
