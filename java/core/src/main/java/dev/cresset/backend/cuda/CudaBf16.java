package dev.cresset.backend.cuda;

import dev.cresset.backend.Arena;
import dev.cresset.tensor.Tensor;

/// A matrix of bfloat16 numbers, row-major and dense, in memory that a tensor has the room for.
///
/// @param room the memory; what its own numbers would be means nothing
/// @param offset of the first element in it, in elements of 16 bits
record CudaBf16(Tensor room, long offset, int rows, int columns) {
    /// The next matrix of an arena, all zeros.
    static CudaBf16 of(Arena from, int rows, int columns) {
        Tensor room = columns % 2 == 0 ? from.tensor(rows, columns / 2) : from.tensor((rows + 1) / 2, columns);
        return new CudaBf16(room, 0, rows, columns);
    }

    /// `rows × columns` of these numbers, from element `at` on, one after the other.
    CudaBf16 part(long at, int rows, int columns) {
        return new CudaBf16(room, offset + at, rows, columns);
    }

    /// Where it is. The caller holds the context's monitor; see [CudaBuffer#address].
    long address() {
        return CudaBuffer.address(room) + offset * Short.BYTES;
    }

    long size() {
        return (long) rows * columns;
    }

    long bytes() {
        return size() * Short.BYTES;
    }
}
