package dev.cresset.backend.cuda;

import dev.cresset.backend.Transpose;
import jcuda.jcublas.cublasOperation;

/// A product of row-major matrices as cuBLAS sees it, which takes each for a column-major one and so sees it
/// transposed: `C = op(A) · op(B)` is computed as `Cᵀ = op(B)ᵀ · op(A)ᵀ`, which needs no copy. This is the only place
/// that knows of it.
///
/// cuBLAS' first factor is B, with `operationB`, its second is A, with `operationA`; its result has `m` rows (the
/// columns of C), `n` columns (the rows of C), and sums of `k` terms. Leading dimensions are the lengths of our rows:
/// `widthB`, `widthA`, and `m` for C.
record ColumnMajor(int operationB, int operationA, int m, int n, int k, int widthB, int widthA) {
    /// The product of A, of this shape in memory, and B.
    static ColumnMajor of(
            int rowsA, int columnsA, Transpose transposeA, int rowsB, int columnsB, Transpose transposeB) {
        return new ColumnMajor(
                operation(transposeB),
                operation(transposeA),
                transposeB == Transpose.NO ? columnsB : rowsB,
                transposeA == Transpose.NO ? rowsA : columnsA,
                transposeA == Transpose.NO ? columnsA : rowsA,
                columnsB,
                columnsA);
    }

    private static int operation(Transpose transpose) {
        return transpose == Transpose.NO ? cublasOperation.CUBLAS_OP_N : cublasOperation.CUBLAS_OP_T;
    }

    /// Rows of A as it lies in memory.
    int rowsA() {
        return operationA == cublasOperation.CUBLAS_OP_N ? n : k;
    }

    /// Rows of B as it lies in memory.
    int rowsB() {
        return operationB == cublasOperation.CUBLAS_OP_N ? k : m;
    }
}
