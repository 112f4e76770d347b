package dev.cresset.backend.cuda;

import dev.cresset.kernels.Real;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import jcuda.Pointer;
import jcuda.driver.JCudaDriver;

/// Pinned host memory for numbers of the device's precision: the GPU copies it at full speed and by itself. It must not
/// be touched while the GPU copies, which its user sees to.
final class CudaPinned {
    private static final int CHUNK = 8192;

    private final Real real;
    private final Pointer pointer = new Pointer();
    private final MemorySegment segment;
    private final float[] floats;

    /// The caller has entered the context.
    ///
    /// @throws dev.cresset.backend.DeviceFailedException if the system gives no pinned memory
    CudaPinned(CudaContext context, Real real, int bytes) {
        this.real = real;
        this.floats = new float[real == Real.F32 ? Math.min(CHUNK, bytes / Float.BYTES) : 0];
        context.check(
                JCudaDriver.cuMemHostAlloc(pointer, bytes, 0),
                "cuMemHostAlloc of " + bytes + " bytes of pinned host memory");
        this.segment = MemorySegment.ofBuffer(pointer.getByteBuffer(0, bytes));
    }

    Pointer pointer() {
        return pointer;
    }

    /// Overwrites `count` elements from element `at` on with `from[start ...]`.
    void store(int at, double[] from, int start, int count) {
        if (real == Real.F64) {
            MemorySegment.copy(from, start, segment, ValueLayout.JAVA_DOUBLE, (long) at * Double.BYTES, count);
            return;
        }
        // By way of an array: the compiler makes vector instructions of loops over arrays only.
        for (int done = 0; done < count; done += CHUNK) {
            int part = Math.min(CHUNK, count - done);
            for (int i = 0; i < part; i++) {
                floats[i] = (float) from[start + done + i];
            }
            MemorySegment.copy(floats, 0, segment, ValueLayout.JAVA_FLOAT, (long) (at + done) * Float.BYTES, part);
        }
    }

    /// Overwrites the first `count` bytes with `from[start ...]`.
    void storeBytes(byte[] from, int start, int count) {
        MemorySegment.copy(from, start, segment, ValueLayout.JAVA_BYTE, 0, count);
    }

    /// Copies the first `count` elements into `to[at ...]`.
    void load(double[] to, int at, int count) {
        if (real == Real.F64) {
            MemorySegment.copy(segment, ValueLayout.JAVA_DOUBLE, 0, to, at, count);
            return;
        }
        for (int done = 0; done < count; done += CHUNK) {
            int part = Math.min(CHUNK, count - done);
            MemorySegment.copy(segment, ValueLayout.JAVA_FLOAT, (long) done * Float.BYTES, floats, 0, part);
            for (int i = 0; i < part; i++) {
                to[at + done + i] = floats[i];
            }
        }
    }

    /// The number in the first 8 bytes.
    long number() {
        return segment.get(ValueLayout.JAVA_LONG, 0);
    }

    /// Overwrites the first 8 bytes.
    void setNumber(long number) {
        segment.set(ValueLayout.JAVA_LONG, 0, number);
    }

    /// Gives it back; the GPU must be done with it.
    void free() {
        JCudaDriver.cuMemFreeHost(pointer);
    }
}
