package dev.cresset.backend.reference;

import dev.cresset.backend.Transpose;
import dev.cresset.tensor.Tensor;

/// Elements of tensors, one by one.
final class ReferenceElements {
    private ReferenceElements() {}

    /// What an element becomes.
    interface Element {
        double at(int row, int column);
    }

    static void each(Tensor y, Element element) {
        for (int i = 0; i < y.rows(); i++) {
            for (int j = 0; j < y.columns(); j++) {
                set(y, i, j, element.at(i, j));
            }
        }
    }

    static double at(Tensor x, int row, int column) {
        return ReferenceBuffer.values(x)[(int) x.offset() + row * x.columns() + column];
    }

    static double at(Tensor x, Transpose transpose, int row, int column) {
        return transpose == Transpose.NO ? at(x, row, column) : at(x, column, row);
    }

    static void set(Tensor x, int row, int column, double value) {
        ReferenceBuffer.values(x)[(int) x.offset() + row * x.columns() + column] = value;
    }
}
