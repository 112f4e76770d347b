package dev.cresset.standin;

import static dev.cresset.standin.Session.OK;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.util.Random;
import jcuda.Pointer;
import jcuda.cudaDataType;
import jcuda.driver.CUdeviceptr;
import jcuda.driver.CUgraph;
import jcuda.driver.CUgraphExec;
import jcuda.driver.CUstream;
import jcuda.driver.CUstreamCaptureMode;
import jcuda.driver.JCudaDriver;
import jcuda.jcublas.JCublas2;
import jcuda.jcublas.cublasComputeType;
import jcuda.jcublas.cublasHandle;
import jcuda.jcublas.cublasMath;
import jcuda.jcublas.cublasPointerMode;
import jcuda.runtime.cudaStream_t;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Products of column-major matrices, against a plain loop.
@Tag("driver")
class ProductsTest {
    private static final int INVALID_VALUE = 7;
    private static final int NOT_INITIALIZED = 1;
    private static final int NOT_SUPPORTED = 15;

    private final Random random = new Random(5);

    @Test
    void everyPairOfOperationsAndAwkwardShapesAreRight() {
        int[][] shapes = {{1, 1, 1}, {5, 3, 2}, {16, 6, 7}, {17, 7, 257}, {64, 33, 300}, {200, 13, 1}, {3, 1600, 2}};
        try (Session session = Session.start("eager")) {
            cublasHandle handle = handle();
            for (int[] shape : shapes) {
                for (int operations = 0; operations < 9; operations++) {
                    requireRight(session, handle, shape, operations / 3, operations % 3);
                }
            }
            JCublas2.cublasDestroy(handle);
        }
    }

    private void requireRight(Session session, cublasHandle handle, int[] shape, int opA, int opB) {
        int m = shape[0];
        int n = shape[1];
        int k = shape[2];
        int lda = (opA == 0 ? m : k) + 3;
        int ldb = (opB == 0 ? k : n) + 1;
        int ldc = m + 2;
        float[] a = numbers(lda * (opA == 0 ? k : m));
        float[] b = numbers(ldb * (opB == 0 ? n : k));
        float[] c = numbers(ldc * n);
        CUdeviceptr onA = session.floats(a);
        CUdeviceptr onB = session.floats(b);
        CUdeviceptr onC = session.floats(c);
        Pointer alpha = Pointer.to(new float[] {0.5f});
        Pointer beta = Pointer.to(new float[] {-2});
        assertEquals(OK, JCublas2.cublasSgemm(handle, opA, opB, m, n, k, alpha, onA, lda, onB, ldb, beta, onC, ldc));
        float[] found = session.read(onC, c.length);
        for (int j = 0; j < n; j++) {
            for (int i = 0; i < ldc; i++) {
                double sum = 0;
                for (int p = 0; p < k && i < m; p++) {
                    sum += (double) a[opA == 0 ? i + p * lda : p + i * lda] * b[opB == 0 ? p + j * ldb : j + p * ldb];
                }
                double wanted = i < m ? 0.5 * sum - 2.0 * c[i + j * ldc] : c[i + j * ldc];
                assertEquals(wanted, found[i + j * ldc], 1e-6 * (k + 8), i + ", " + j);
            }
        }
        for (CUdeviceptr memory : new CUdeviceptr[] {onA, onB, onC}) {
            JCudaDriver.cuMemFree(memory);
        }
    }

    @Test
    void float64IsMoreExact() {
        try (Session session = Session.start("eager")) {
            cublasHandle handle = handle();
            double[] one = {1 + 1e-12};
            CUdeviceptr a = session.bytes(8);
            CUdeviceptr c = session.bytes(8);
            JCudaDriver.cuMemcpyHtoD(a, Pointer.to(one), 8);
            Pointer alpha = Pointer.to(new double[] {1});
            Pointer beta = Pointer.to(new double[] {0});
            assertEquals(OK, JCublas2.cublasDgemm(handle, 0, 0, 1, 1, 1, alpha, a, 1, a, 1, beta, c, 1));
            double[] found = new double[1];
            JCudaDriver.cuMemcpyDtoH(Pointer.to(found), c, 8);
            assertEquals(one[0] * one[0], found[0], 1e-16);
            JCublas2.cublasDestroy(handle);
        }
    }

    @Test
    void withBetaZeroTheOldResultIsNotRead() {
        try (Session session = Session.start("eager")) {
            cublasHandle handle = handle();
            CUdeviceptr c = session.floats(Float.NaN);
            CUdeviceptr a = session.floats(3);
            assertEquals(OK, multiply(handle, a, c));
            assertEquals(9, session.read(c, 1)[0]);
            JCublas2.cublasDestroy(handle);
        }
    }

    @Test
    void tf32RoundsTheFactorsToElevenBitsToEven() {
        try (Session session = Session.start("eager")) {
            cublasHandle handle = handle();
            float bit = (float) Math.scalb(1.0, -10);
            float[][] cases = {{1 + bit / 4, 1}, {1 + bit / 2, 1}, {1 + 3 * bit / 2, 1 + 2 * bit}, {3 + bit, 3}};
            for (float[] each : cases) {
                CUdeviceptr a = session.floats(each[0]);
                CUdeviceptr c = session.floats(0);
                JCublas2.cublasSetMathMode(handle, cublasMath.CUBLAS_TF32_TENSOR_OP_MATH);
                multiply(handle, a, c);
                assertEquals(each[1] * each[1], session.read(c, 1)[0]);
                JCublas2.cublasSetMathMode(handle, cublasMath.CUBLAS_DEFAULT_MATH);
                multiply(handle, a, c);
                assertEquals(each[0] * each[0], session.read(c, 1)[0]);
                extended(handle, a, c, cublasComputeType.CUBLAS_COMPUTE_32F_FAST_TF32);
                assertEquals(each[1] * each[1], session.read(c, 1)[0]);
                extended(handle, a, c, cublasComputeType.CUBLAS_COMPUTE_32F);
                assertEquals(each[0] * each[0], session.read(c, 1)[0]);
            }
            JCublas2.cublasDestroy(handle);
        }
    }

    @Test
    void factorsInBfloat16AreAddedInFloat32() {
        int m = 5;
        int n = 3;
        int k = 300;
        int lda = k + 2;
        int ldb = n + 1;
        short[] a = halves(lda * m);
        short[] b = halves(ldb * k);
        try (Session session = Session.start("eager")) {
            cublasHandle handle = handle();
            CUdeviceptr onA = session.bytes(2L * a.length);
            CUdeviceptr onB = session.bytes(2L * b.length);
            CUdeviceptr onC = session.floats(new float[m * n]);
            JCudaDriver.cuMemcpyHtoD(onA, Pointer.to(a), 2L * a.length);
            JCudaDriver.cuMemcpyHtoD(onB, Pointer.to(b), 2L * b.length);
            assertEquals(OK, bfloat16(handle, m, n, k, onA, lda, onB, ldb, onC, cublasComputeType.CUBLAS_COMPUTE_32F));
            float[] found = session.read(onC, m * n);
            for (int j = 0; j < n; j++) {
                for (int i = 0; i < m; i++) {
                    double sum = 0;
                    for (int p = 0; p < k; p++) {
                        sum += wide(a[p + i * lda]) * wide(b[j + p * ldb]);
                    }
                    assertEquals(sum, found[i + j * m], 1e-6 * k, i + ", " + j);
                }
            }
            int wide = cublasComputeType.CUBLAS_COMPUTE_64F;
            assertEquals(NOT_SUPPORTED, bfloat16(handle, m, n, k, onA, lda, onB, ldb, onC, wide));
            JCublas2.cublasDestroy(handle);
        }
    }

    /// c (m, n) ← aᵀ · bᵀ.
    private static int bfloat16(
            cublasHandle handle, int m, int n, int k, Pointer a, int lda, Pointer b, int ldb, Pointer c, int compute) {
        int type = cudaDataType.CUDA_R_16BF;
        Pointer one = Pointer.to(new float[] {1});
        Pointer zero = Pointer.to(new float[] {0});
        return JCublas2.cublasGemmEx_new(
                handle,
                1,
                1,
                m,
                n,
                k,
                one,
                a,
                type,
                lda,
                b,
                type,
                ldb,
                zero,
                c,
                cudaDataType.CUDA_R_32F,
                m,
                compute,
                0);
    }

    /// Numbers of bfloat16: the upper halves of floats.
    private short[] halves(int count) {
        short[] halves = new short[count];
        for (int i = 0; i < count; i++) {
            halves[i] = (short) (Float.floatToRawIntBits(random.nextFloat() * 2 - 1) >> 16);
        }
        return halves;
    }

    private static double wide(short half) {
        return Float.intBitsToFloat(half << 16);
    }

    @Test
    void aProductGoesToItsStreamAndIntoARecording() {
        try (Session session = Session.start("late")) {
            cublasHandle handle = handle();
            CUstream stream = session.stream();
            JCublas2.cublasSetStream(handle, new cudaStream_t(stream));
            CUdeviceptr a = session.floats(3);
            CUdeviceptr c = session.floats(0);
            JCudaDriver.cuStreamBeginCapture(stream, CUstreamCaptureMode.CU_STREAM_CAPTURE_MODE_RELAXED);
            assertEquals(OK, multiply(handle, a, c));
            CUgraph graph = new CUgraph();
            assertEquals(OK, JCudaDriver.cuStreamEndCapture(stream, graph));
            assertEquals(0, session.read(c, 1)[0]);
            CUgraphExec executable = new CUgraphExec();
            JCudaDriver.cuGraphInstantiate(executable, graph, 0);
            JCudaDriver.cuGraphLaunch(executable, stream);
            assertEquals(9, session.read(c, 1)[0]);
            JCublas2.cublasDestroy(handle);
        }
    }

    @Test
    void scalarsOnTheDeviceAreReadWhenTheProductRuns() {
        try (Session session = Session.start("late")) {
            cublasHandle handle = handle();
            JCublas2.cublasSetPointerMode(handle, cublasPointerMode.CUBLAS_POINTER_MODE_DEVICE);
            CUdeviceptr scalars = session.floats(1, 0);
            CUdeviceptr a = session.floats(3);
            CUdeviceptr c = session.floats(1);
            JCudaDriver.cuMemsetD32(scalars, Float.floatToIntBits(2), 1);
            assertEquals(
                    OK,
                    JCublas2.cublasSgemm(handle, 0, 0, 1, 1, 1, scalars, a, 1, a, 1, scalars.withByteOffset(4), c, 1));
            assertEquals(18, session.read(c, 1)[0]);
            JCublas2.cublasDestroy(handle);
        }
    }

    @Test
    void theWorkspaceIsSpoiledAndWrongArgumentsAreRefused() {
        try (Session session = Session.start("eager")) {
            cublasHandle handle = handle();
            CUdeviceptr a = session.floats(3);
            CUdeviceptr c = session.floats(0);
            CUdeviceptr workspace = session.floats(new float[1000]);
            assertEquals(OK, JCublas2.cublasSetWorkspace(handle, workspace, 4000));
            multiply(handle, a, c);
            assertNotEquals(0, session.read(workspace, 1)[0]);
            Pointer one = Pointer.to(new float[] {1});
            assertEquals(INVALID_VALUE, JCublas2.cublasSgemm(handle, 0, 0, 2, 1, 1, one, a, 1, a, 1, one, c, 2));
            assertEquals(INVALID_VALUE, JCublas2.cublasSgemm(handle, 0, 1, 1, 2, 1, one, a, 1, a, 1, one, c, 1));
            assertEquals(INVALID_VALUE, JCublas2.cublasSgemm(handle, 0, 0, 2, 1, 1, one, a, 2, a, 1, one, c, 1));
            assertEquals(INVALID_VALUE, JCublas2.cublasSgemm(handle, 0, 0, -1, 1, 1, one, a, 1, a, 1, one, c, 1));
            long handles = Standin.live("handles");
            assertEquals(OK, JCublas2.cublasDestroy(handle));
            assertEquals(handles - 1, Standin.live("handles"));
            assertEquals(NOT_INITIALIZED, multiply(handle, a, c));
            cublasHandle other = handle();
            assertEquals(15, JCublas2.cublasSnrm2(other, 1, a, 1, Pointer.to(new float[1])), "is not there");
            JCublas2.cublasDestroy(other);
        }
    }

    private static cublasHandle handle() {
        cublasHandle handle = new cublasHandle();
        assertEquals(OK, JCublas2.cublasCreate(handle));
        return handle;
    }

    /// c ← a · a, of one number each.
    private static int multiply(cublasHandle handle, CUdeviceptr a, CUdeviceptr c) {
        Pointer one = Pointer.to(new float[] {1});
        Pointer zero = Pointer.to(new float[] {0});
        return JCublas2.cublasSgemm(handle, 0, 0, 1, 1, 1, one, a, 1, a, 1, zero, c, 1);
    }

    private static void extended(cublasHandle handle, CUdeviceptr a, CUdeviceptr c, int compute) {
        int type = cudaDataType.CUDA_R_32F;
        Pointer one = Pointer.to(new float[] {1});
        Pointer zero = Pointer.to(new float[] {0});
        int status = JCublas2.cublasGemmEx_new(
                handle, 0, 0, 1, 1, 1, one, a, type, 1, a, type, 1, zero, c, type, 1, compute, 0);
        assertEquals(OK, status);
    }

    private float[] numbers(int count) {
        float[] numbers = new float[count];
        for (int i = 0; i < count; i++) {
            numbers[i] = random.nextFloat() * 2 - 1;
        }
        return numbers;
    }
}
