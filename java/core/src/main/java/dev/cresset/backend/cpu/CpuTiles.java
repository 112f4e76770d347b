package dev.cresset.backend.cpu;

import dev.cresset.tensor.Tensor;

/// What a linear layer does behind its product, to a tile of that, while the tile is in the cache: adds the row, and
/// writes the activation of the sum to another matrix, rounded as the verbs one after the other. A call has the tensors
/// of [CpuGemm].
///
/// There are two, which give the same bits: [PlainTiles] for every function and precision, and [VectorTiles].
interface CpuTiles {
    /// Finishes `rows` × `columns` numbers of c from (`row`, `column`) on.
    void finish(CpuCall call, int row, int column, int rows, int columns, CpuScratch scratch);

    /// The sums, c.
    static Tensor sums(CpuCall call) {
        return call.tensor(2);
    }

    /// The row that is added.
    static Tensor bias(CpuCall call) {
        return call.tensor(3);
    }

    static boolean isActivated(CpuCall call) {
        return call.tensors() > 4;
    }

    /// Where the activation goes.
    static Tensor activated(CpuCall call) {
        return call.tensor(4);
    }
}
