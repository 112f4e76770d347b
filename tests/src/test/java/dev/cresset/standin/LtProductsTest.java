package dev.cresset.standin;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.cresset.nativeloader.CublasLtFunctions;
import dev.cresset.nativeloader.CudaLibraries;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import jcuda.driver.CUdeviceptr;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// What cuBLASLt refuses as documented, and what would go wrong on a GPU without a word: `D (4 × 3) = A (4 × 2) · B`.
@Tag("driver")
class LtProductsTest {
    private static final int OK = 0;
    private static final int INVALID_VALUE = 7;
    private static final int NOT_SUPPORTED = 15;

    private static final int COMPUTE_32F = 68;
    private static final int FLOAT = 0;
    private static final int DOUBLE = 1;
    private static final int BFLOAT = 14;
    private static final int RELU_AUX_BIAS = 134;
    private static final int TRANSPOSE_B = 4;
    private static final int EPILOGUE = 7;
    private static final int BIAS_POINTER = 8;
    private static final int AUX_POINTER = 11;
    private static final int AUX_LEADING = 12;
    private static final int BIAS_TYPE = 26;
    private static final int ORDER = 1;
    private static final int LEADING = 4;

    private final Arena arena = Arena.ofConfined();
    private Session session;
    private CublasLtFunctions lt;
    private long handle;
    private long description;
    private long a;
    private long b;
    private long d;
    private long preference;
    private MemorySegment result;
    private CUdeviceptr numbers;
    private CUdeviceptr product;
    private long workspace;

    @BeforeEach
    void describe() {
        session = Session.start("late");
        lt = CudaLibraries.load().cublasLt().functions();
        handle = made(made -> lt.cublasLtCreate(made));
        description = made(made -> lt.cublasLtMatmulDescCreate(made, COMPUTE_32F, FLOAT));
        a = layout(FLOAT, 4, 2);
        b = layout(FLOAT, 2, 3);
        d = layout(FLOAT, 4, 3);
        preference = made(made -> lt.cublasLtMatmulPreferenceCreate(made));
        assertEquals(OK, lt.cublasLtMatmulPreferenceSetAttribute(preference, 1, longAt(1 << 16), 8));
        result = arena.allocate(96, 8);
        numbers = session.floats(1, 2, 3, 4, 5, 6, 7, 8, 9);
        product = session.floats(new float[12]);
        workspace = address(session.bytes(1 << 16));
    }

    @AfterEach
    void close() {
        arena.close();
        if (session != null) {
            session.close();
        }
    }

    private interface Making {
        int into(long made);
    }

    private long made(Making making) {
        MemorySegment made = arena.allocate(ValueLayout.JAVA_LONG);
        assertEquals(OK, making.into(made.address()));
        return made.get(ValueLayout.JAVA_LONG, 0);
    }

    private long layout(int type, long rows, long columns) {
        return made(made -> lt.cublasLtMatrixLayoutCreate(made, type, rows, columns, rows));
    }

    private long longAt(long value) {
        return arena.allocateFrom(ValueLayout.JAVA_LONG, value).address();
    }

    private static long address(CUdeviceptr pointer) {
        return new Address(pointer).value();
    }

    /// JCuda keeps its addresses to itself and its subclasses.
    private static final class Address extends CUdeviceptr {
        Address(CUdeviceptr pointer) {
            super(pointer);
        }

        long value() {
            return getNativePointer() + getByteOffset();
        }
    }

    private int set(int attribute, long value, int bytes) {
        return lt.cublasLtMatmulDescSetAttribute(description, attribute, longAt(value), bytes);
    }

    private int search() {
        MemorySegment count = arena.allocate(ValueLayout.JAVA_INT);
        return lt.cublasLtMatmulAlgoGetHeuristic(
                handle, description, a, b, d, d, preference, 1, result.address(), count.address());
    }

    /// Both factors are at the same place.
    private int multiply(long from, long to, int workspaceBytes) {
        long one = arena.allocateFrom(ValueLayout.JAVA_FLOAT, 1).address();
        long zero = arena.allocateFrom(ValueLayout.JAVA_FLOAT, 0).address();
        return lt.cublasLtMatmul(
                handle,
                description,
                one,
                from,
                a,
                from,
                b,
                zero,
                to,
                d,
                to,
                d,
                result.address(),
                workspace,
                workspaceBytes,
                0);
    }

    @Test
    void aProductRunsWithTheAlgorithmThatWasChosenForItAndWithNoOther() {
        long from = address(numbers);
        long to = address(product);
        int enough = 1 << 16;
        assertEquals(OK, search());
        assertEquals(OK, multiply(from, to, enough));
        // Column-major: rows (1 5), (2 6), (3 7), (4 8) by columns (1 2), (3 4), (5 6).
        assertArrayEquals(new float[] {11, 14, 17, 20, 23, 30, 37, 44, 35, 46, 57, 68}, session.read(product, 12));
        assertEquals(INVALID_VALUE, multiply(from, to, 64), "less workspace than it was chosen with");
        assertEquals(INVALID_VALUE, multiply(from + 4, to, enough), "less aligned than was promised");
        assertEquals(INVALID_VALUE, multiply(from, from, enough), "the result overlaps a factor");
        b = layout(FLOAT, 3, 2);
        assertEquals(INVALID_VALUE, multiply(from, to, enough), "the sizes do not fit");
        assertEquals(OK, set(TRANSPOSE_B, 1, 4));
        assertEquals(INVALID_VALUE, multiply(from, to, enough), "it was chosen for another product");
        assertEquals(OK, search());
        assertEquals(OK, multiply(from, to, enough));
    }

    @Test
    void anEpilogueMustHaveWhatItUses() {
        assertEquals(OK, set(EPILOGUE, RELU_AUX_BIAS, 4));
        assertEquals(INVALID_VALUE, search(), "no bias");
        assertEquals(OK, set(BIAS_POINTER, address(numbers), 8));
        assertEquals(INVALID_VALUE, search(), "no mask");
        assertEquals(OK, set(AUX_POINTER, address(numbers), 8));
        assertEquals(INVALID_VALUE, search(), "no pitch of the mask");
        assertEquals(OK, set(AUX_LEADING, 64, 8));
        assertEquals(INVALID_VALUE, search(), "a pitch that is no multiple of 128 bits");
        assertEquals(OK, set(AUX_LEADING, 128, 8));
        assertEquals(OK, search());
        assertEquals(OK, set(BIAS_TYPE, BFLOAT, 4));
        assertEquals(NOT_SUPPORTED, search(), "a bias of another type than the result's");
        assertEquals(OK, set(BIAS_TYPE, FLOAT, 4));
        assertEquals(OK, search());
        d = layout(FLOAT, 129, 3);
        a = layout(FLOAT, 129, 2);
        assertEquals(INVALID_VALUE, search(), "a mask narrower than the result");
        assertEquals(OK, set(EPILOGUE, 1 << 20, 4));
        assertEquals(NOT_SUPPORTED, search(), "no such epilogue");
    }

    @Test
    void matricesMustFitEachOther() {
        assertEquals(OK, lt.cublasLtMatrixLayoutSetAttribute(a, LEADING, longAt(3), 8));
        assertEquals(INVALID_VALUE, search(), "columns that overlap");
        a = layout(FLOAT, 4, 2);
        assertEquals(OK, lt.cublasLtMatrixLayoutSetAttribute(d, ORDER, longAt(1), 4));
        assertEquals(NOT_SUPPORTED, search(), "rows in memory");
        d = layout(FLOAT, 4, 3);
        a = layout(DOUBLE, 4, 2);
        assertEquals(NOT_SUPPORTED, search(), "factors of two types");
        a = layout(BFLOAT, 4, 2);
        b = layout(BFLOAT, 2, 3);
        assertEquals(OK, search());
        d = layout(DOUBLE, 4, 3);
        assertEquals(NOT_SUPPORTED, search(), "bfloat16 into float64");
    }

    @Test
    void anAttributeHasItsSizeAndAnObjectItsLife() {
        assertEquals(INVALID_VALUE, set(EPILOGUE, 1, 8));
        assertEquals(INVALID_VALUE, set(AUX_LEADING, 128, 4));
        assertEquals(INVALID_VALUE, set(999, 1, 4));
        long live = Standin.live("descriptions");
        assertEquals(OK, lt.cublasLtMatrixLayoutDestroy(a));
        assertEquals(live - 1, Standin.live("descriptions"));
        assertEquals(INVALID_VALUE, lt.cublasLtMatrixLayoutDestroy(a));
        assertEquals(INVALID_VALUE, search());
        long handles = Standin.live("handles");
        assertEquals(OK, lt.cublasLtDestroy(handle));
        assertEquals(handles - 1, Standin.live("handles"));
    }
}
