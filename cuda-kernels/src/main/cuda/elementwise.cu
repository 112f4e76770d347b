// Fill, scale, add a row, blend, count, gather.
//
//   fill        y_e  <- value                          writes n T
//   scale       y_e  <- factor * y_e                   reads n, writes n
//   addRow      y_ic <- x_ic + row_c                   reads n + columns, writes n; y may be x
//   blend       y_e  <- keep * y_e + take * x_e        reads 2n, writes n
//   advance     counter <- counter + 1                 one 64-bit number
//   gather      y_ic <- x_(rows_i)c                    reads n + rows, writes n; y must not overlap x
//
// Shapes: y is n elements or rows x columns, n = rows * columns; `row` is 1 x columns; gather's x is `available` x
// columns, its `rows` are n numbers of type T (exact up to 2^24 in float), its y is n x columns.
// Grid: any number of blocks of ELEMENTS threads; advance runs as one block.
// Requirements: a row number that is not a whole number in 0 .. available - 1 gives a row of NaN and is never an index.
// Reference: ReferenceOps.fill, addRow, blend, advance, gather.
// Test: ElementwiseContractTest.

namespace cresset {

template <typename T>
__device__ inline void fill(T* y, T value, Long n) {
    elements<LIGHT>(
            n, [=](Long) { return value; }, [=](Long e, T same) { y[e] = same; /* = */ });
}

template <typename T>
__device__ inline void scale(T* y, T factor, Long n) {
    elements<LIGHT>(
            n, [=](Long e) { return y[e]; }, [=](Long e, T number) { y[e] = factor * number; /* = */ });
}

template <typename T>
__device__ inline void addRow(const T* x, const T* row, T* y, Long rows, Long columns) {
    matrix<LIGHT>(
            rows, columns, [=](Place p) { return Two<T>{x[p.element], row[p.column]}; },
            [=](Place p, Two<T> terms) { y[p.element] = terms.first + terms.second; /* = */ });
}

template <typename T>
__device__ inline void blend(const T* x, T* y, T keep, T take, Long n) {
    elements<LIGHT>(
            n, [=](Long e) { return Two<T>{y[e], x[e]}; },
            [=](Long e, Two<T> of) { y[e] = real::fma(keep, of.first, take * of.second); /* = */ });
}

__device__ inline void advance(Long* counter) {
    if (thread() == 0) {
        *counter += 1;  // +=, by one thread of the grid
    }
}

template <typename T>
__device__ inline void gather(const T* x, const T* rows, T* y, Long available, Long n, Long columns) {
    matrix<LIGHT>(
            n, columns,
            [=](Place p) {
                const T* number = rows + p.row;
                const Long row = indexBelow(*number, available);
                const T value = readOr(row >= 0, x + row * columns + p.column, number);
                return row < 0 ? notANumber<T>() : value;
            },
            [=](Place p, T value) { y[p.element] = value; /* = */ });
}

#define CRESSET_ENTRY_POINTS(T, S)                                                                                     \
    CRESSET_KERNEL(ELEMENTS) fill_##S(T* y, T value, Long n) { fill(y, value, n); }                                    \
    CRESSET_KERNEL(ELEMENTS) scale_##S(T* y, T factor, Long n) { scale(y, factor, n); }                                \
    CRESSET_KERNEL(ELEMENTS) addRow_##S(const T* x, const T* row, T* y, Long rows, Long columns) {                     \
        addRow(x, row, y, rows, columns);                                                                              \
    }                                                                                                                  \
    CRESSET_KERNEL(ELEMENTS) blend_##S(const T* x, T* y, T keep, T take, Long n) { blend(x, y, keep, take, n); }       \
    CRESSET_KERNEL(ELEMENTS) advance_##S(Long* counter) { advance(counter); }                                          \
    CRESSET_KERNEL(ELEMENTS) gather_##S(const T* x, const T* rows, T* y, Long available, Long n, Long columns) {       \
        gather(x, rows, y, available, n, columns);                                                                     \
    }
CRESSET_ENTRY_POINTS(float, f32)
CRESSET_ENTRY_POINTS(double, f64)
#undef CRESSET_ENTRY_POINTS

}  // namespace cresset
