package dev.cresset.standin;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.cresset.nativeloader.CudaLibraries;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import jcuda.Pointer;
import jcuda.driver.CUcontext;
import jcuda.driver.CUdevice;
import jcuda.driver.CUdeviceptr;
import jcuda.driver.CUfunction;
import jcuda.driver.CUmodule;
import jcuda.driver.CUstream;
import jcuda.driver.CUstream_flags;
import jcuda.driver.JCudaDriver;
import jcuda.jcublas.JCublas2;

/// A context of its own on the stand-in driver, and the few steps that every test of it takes through JCuda.
final class Session implements AutoCloseable {
    static final int OK = 0;
    static final int BLOCK = 256;

    /// Enough for an image: the stand-in believes text, and runs what g++ compiled.
    private static final byte[] IMAGE = ".version 9.0\n\0".getBytes(StandardCharsets.US_ASCII);

    private final CUcontext context = new CUcontext();
    private final CUmodule module = new CUmodule();
    private final Map<String, CUfunction> functions = new HashMap<>();

    private Session() {}

    /// Starts in this mode, on device 0; skips the test where the stand-in was not built.
    static Session start(String mode) {
        return start(mode, 0);
    }

    static Session start(String mode, int ordinal) {
        Standin.requireBuilt();
        CudaLibraries.load();
        JCudaDriver.setExceptionsEnabled(false);
        JCublas2.setExceptionsEnabled(false);
        Standin.reset();
        Standin.mode(mode);
        Session session = new Session();
        CUdevice device = new CUdevice();
        assertEquals(OK, JCudaDriver.cuInit(0));
        assertEquals(OK, JCudaDriver.cuDeviceGet(device, ordinal));
        assertEquals(OK, JCudaDriver.cuCtxCreate(session.context, 0, device));
        assertEquals(OK, JCudaDriver.cuModuleLoadData(session.module, IMAGE));
        return session;
    }

    CUcontext context() {
        return context;
    }

    CUmodule module() {
        return module;
    }

    CUdeviceptr bytes(long count) {
        CUdeviceptr memory = new CUdeviceptr();
        assertEquals(OK, JCudaDriver.cuMemAlloc(memory, count));
        return memory;
    }

    CUdeviceptr floats(float... values) {
        CUdeviceptr memory = bytes(Math.max(1, values.length) * (long) Float.BYTES);
        assertEquals(OK, JCudaDriver.cuMemcpyHtoD(memory, Pointer.to(values), values.length * (long) Float.BYTES));
        return memory;
    }

    /// Waits for everything, then reads.
    float[] read(CUdeviceptr memory, int count) {
        assertEquals(OK, JCudaDriver.cuCtxSynchronize());
        float[] values = new float[count];
        assertEquals(OK, JCudaDriver.cuMemcpyDtoH(Pointer.to(values), memory, count * (long) Float.BYTES));
        return values;
    }

    /// Pinned memory of the host, and the same as a buffer.
    record Pinned(Pointer pointer, FloatBuffer floats) {}

    Pinned pinned(int count) {
        Pointer pointer = new Pointer();
        assertEquals(OK, JCudaDriver.cuMemAllocHost(pointer, count * (long) Float.BYTES));
        return new Pinned(
                pointer,
                pointer.getByteBuffer(0, count * (long) Float.BYTES)
                        .order(ByteOrder.nativeOrder())
                        .asFloatBuffer());
    }

    /// A stream that neither waits for the default stream nor is waited for.
    CUstream stream() {
        return stream(CUstream_flags.CU_STREAM_NON_BLOCKING);
    }

    CUstream stream(int flags) {
        CUstream stream = new CUstream();
        assertEquals(OK, JCudaDriver.cuStreamCreate(stream, flags));
        return stream;
    }

    /// Launches a kernel in one row of blocks; the status.
    int launch(CUstream stream, String kernel, int blocks, int threads, Pointer... arguments) {
        return JCudaDriver.cuLaunchKernel(
                function(kernel), blocks, 1, 1, threads, 1, 1, 0, stream, Pointer.to(arguments), null);
    }

    int launch(String kernel, int blocks, Pointer... arguments) {
        return launch(null, kernel, blocks, BLOCK, arguments);
    }

    CUfunction function(String kernel) {
        return functions.computeIfAbsent(kernel, name -> {
            CUfunction function = new CUfunction();
            assertEquals(OK, JCudaDriver.cuModuleGetFunction(function, module, name), name);
            return function;
        });
    }

    static Pointer at(CUdeviceptr memory) {
        return Pointer.to(memory);
    }

    static Pointer number(long value) {
        return Pointer.to(new long[] {value});
    }

    @Override
    public void close() {
        JCudaDriver.cuCtxDestroy(context);
        Standin.reset();
    }
}
