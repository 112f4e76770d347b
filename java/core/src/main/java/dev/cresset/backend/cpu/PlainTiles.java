package dev.cresset.backend.cpu;

import dev.cresset.tensor.Tensor;

/// [CpuTiles] row by row, or some rows at once where a tile has whole ones.
final class PlainTiles implements CpuTiles {
    static final PlainTiles ALL = new PlainTiles();

    private PlainTiles() {}

    @Override
    public void finish(CpuCall call, int row, int column, int rows, int columns, CpuScratch scratch) {
        Tensor c = CpuTiles.sums(call);
        int together = columns == c.columns() ? CpuScratch.rowsPerBlock(columns, rows) : 1;
        double[] bias = scratch.block(0, together * columns);
        scratch.load(CpuTiles.bias(call), column, bias, 0, columns);
        CpuScratch.repeat(bias, columns, together);
        for (int i = 0; i < rows; i += together) {
            long at = (long) (row + i) * c.columns() + column;
            int n = Math.min(together, rows - i) * columns;
            call.blocks().addRow(scratch, c, c, at, 0, n, bias);
            if (CpuTiles.isActivated(call)) {
                CpuActivations.block(call, scratch, call.activation(), c, CpuTiles.activated(call), at, n);
            }
        }
    }
}
