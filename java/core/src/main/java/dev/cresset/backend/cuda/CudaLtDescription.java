package dev.cresset.backend.cuda;

import dev.cresset.nativeloader.CublasLtFunctions;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// A planned product in cuBLASLt's own objects: what is computed, and how the matrices lie. `A` is cuBLAS' first
/// factor, which is our second; see [ColumnMajor].
///
/// Source of the numbers: `cublasLtMatmulDescAttributes_t` in `cublasLt.h`, CUDA 13.
final class CudaLtDescription implements AutoCloseable {
    private static final int TRANSPOSE_A = 3;
    private static final int TRANSPOSE_B = 4;
    private static final int EPILOGUE = 7;
    private static final int BIAS_POINTER = 8;
    private static final int AUX_POINTER = 11;
    private static final int AUX_LEADING = 12;

    private final CudaLt lt;
    private final CublasLtFunctions functions;
    private final CudaLtSpec spec;
    private final Arena memory = Arena.ofShared();
    private final MemorySegment value = memory.allocate(ValueLayout.JAVA_LONG);
    private long operation;
    private long layoutA;
    private long layoutB;
    private long layoutD;

    CudaLtDescription(CudaLt lt, CudaLtSpec spec) {
        this.lt = lt;
        this.functions = lt.functions();
        this.spec = spec;
        ColumnMajor shape = spec.columnMajor();
        CudaLtTypes types = spec.types();
        try {
            operation = made(
                    functions.cublasLtMatmulDescCreate(value.address(), types.compute(), types.scale()),
                    "cublasLtMatmulDescCreate");
            set(TRANSPOSE_A, shape.operationB());
            set(TRANSPOSE_B, shape.operationA());
            set(EPILOGUE, spec.epilogue().value());
            layoutA = layout(types.factor(), shape.widthB(), shape.rowsB());
            layoutB = layout(types.factor(), shape.widthA(), shape.rowsA());
            layoutD = layout(types.result(), shape.m(), shape.n());
            // The search for an algorithm does not read there, but looks how they are aligned.
            long address = lt.workspace().address() + spec.alignment() % CudaLtSpec.ALIGNED;
            setPointers(address, address);
            if (spec.epilogue().usesMask()) {
                set(AUX_LEADING, spec.maskPitch());
            }
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    /// Sets where bias and mask are, as far as the epilogue uses them.
    void setPointers(long bias, long mask) {
        if (spec.epilogue().usesBias()) {
            set(BIAS_POINTER, bias);
        }
        if (spec.epilogue().usesMask()) {
            set(AUX_POINTER, mask);
        }
    }

    long operation() {
        return operation;
    }

    long layoutA() {
        return layoutA;
    }

    long layoutB() {
        return layoutB;
    }

    /// Of the result, and of what it is added to.
    long layoutD() {
        return layoutD;
    }

    private long layout(int type, long rows, long columns) {
        return made(
                functions.cublasLtMatrixLayoutCreate(value.address(), type, rows, columns, rows),
                "cublasLtMatrixLayoutCreate");
    }

    private long made(int status, String call) {
        if (status != 0) {
            lt.check(status, call + " for " + spec);
        }
        return value.get(ValueLayout.JAVA_LONG, 0);
    }

    private void set(int attribute, int number) {
        value.set(ValueLayout.JAVA_INT, 0, number);
        set(attribute, number, Integer.BYTES);
    }

    private void set(int attribute, long number) {
        value.set(ValueLayout.JAVA_LONG, 0, number);
        set(attribute, number, Long.BYTES);
    }

    private void set(int attribute, long number, int bytes) {
        int status = functions.cublasLtMatmulDescSetAttribute(operation, attribute, value.address(), bytes);
        if (status != 0) {
            lt.check(status, "cublasLtMatmulDescSetAttribute of " + attribute + " to " + number + " for " + spec);
        }
    }

    /// Gives the objects back; see [CudaContext#close] about errors. Closing twice is allowed.
    @Override
    public void close() {
        if (!memory.scope().isAlive()) {
            return;
        }
        for (long layout : new long[] {layoutA, layoutB, layoutD}) {
            if (layout != 0) {
                functions.cublasLtMatrixLayoutDestroy(layout);
            }
        }
        if (operation != 0) {
            functions.cublasLtMatmulDescDestroy(operation);
        }
        memory.close();
    }
}
