package dev.cresset.standin;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.cresset.kernels.Kernel;
import dev.cresset.kernels.Real;
import dev.cresset.standin.KernelCase.Argument;
import dev.cresset.standin.KernelCase.Kind;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import jcuda.Pointer;
import jcuda.driver.CUdeviceptr;
import jcuda.driver.JCudaDriver;

/// One run of one kernel on a case of [KernelCase], in a context of its own: what all its memory holds afterwards.
final class KernelRun {
    private final Session session;
    private final Real real;
    private final Random random = new Random(11);
    private final List<CUdeviceptr> memory = new ArrayList<>();
    private final List<Integer> sizes = new ArrayList<>();

    private KernelRun(Session session, Real real) {
        this.session = session;
        this.real = real;
    }

    /// The bytes of all memory that the kernel was given; `null` if it failed.
    static byte[] of(Session session, Kernel kernel, Real real, Shape shape) {
        KernelRun run = new KernelRun(session, real);
        Pointer[] arguments =
                KernelCase.of(kernel, shape).stream().map(run::argument).toArray(Pointer[]::new);
        int launched = JCudaDriver.cuLaunchKernel(
                session.function(kernel.symbol(real)),
                1,
                1,
                1,
                kernel.block().x(),
                kernel.block().y(),
                1,
                0,
                null,
                Pointer.to(arguments),
                null);
        assertEquals(Session.OK, launched, kernel.symbol(real));
        return JCudaDriver.cuCtxSynchronize() == Session.OK ? run.allMemory() : null;
    }

    private Pointer argument(Argument argument) {
        if (argument.isMemory()) {
            CUdeviceptr address = fill(argument);
            return Pointer.to(address);
        }
        return switch (argument.kind()) {
            case INT -> Pointer.to(new int[] {(int) argument.number()});
            case LONG -> Pointer.to(new long[] {(long) argument.number()});
            default ->
                real == Real.F32
                        ? Pointer.to(new float[] {(float) argument.number()})
                        : Pointer.to(new double[] {argument.number()});
        };
    }

    private CUdeviceptr fill(Argument argument) {
        int count = (int) argument.number();
        Kind kind = argument.kind();
        boolean wide = real == Real.F64 || kind == Kind.DOUBLES || kind == Kind.ROOM_OF_DOUBLES || kind == Kind.COUNTER;
        int size = count * (kind == Kind.HALVES ? Short.BYTES : wide ? Double.BYTES : Float.BYTES);
        CUdeviceptr address = session.bytes(size);
        memory.add(address);
        sizes.add(size);
        if (kind == Kind.ROOM || kind == Kind.HALVES || kind == Kind.ROOM_OF_DOUBLES) {
            return address;
        }
        ByteBuffer bytes = ByteBuffer.allocate(size).order(ByteOrder.nativeOrder());
        for (int i = 0; i < count; i++) {
            if (kind == Kind.COUNTER) {
                bytes.putLong(1);
            } else {
                double value = kind == Kind.LABELS ? label(i, count, argument.bound()) : 0.1 + random.nextDouble();
                if (wide) {
                    bytes.putDouble(value);
                } else {
                    bytes.putFloat((float) value);
                }
            }
        }
        assertEquals(Session.OK, JCudaDriver.cuMemcpyHtoD(address, Pointer.to(bytes.array()), size));
        return address;
    }

    /// One that is not below the bound only where the shape is small, so that its NaN does not hide other errors.
    private static int label(int i, int count, int bound) {
        boolean beyond = i == 2 && count == 5;
        return beyond ? bound : bound - 1 - i % bound;
    }

    private byte[] allMemory() {
        byte[] all = new byte[sizes.stream().mapToInt(size -> size).sum()];
        int at = 0;
        for (int i = 0; i < memory.size(); i++) {
            byte[] bytes = new byte[sizes.get(i)];
            assertEquals(Session.OK, JCudaDriver.cuMemcpyDtoH(Pointer.to(bytes), memory.get(i), bytes.length));
            System.arraycopy(bytes, 0, all, at, bytes.length);
            at += bytes.length;
        }
        return all;
    }

    /// Whether a run was well and gave these bytes.
    static boolean isSame(byte[] wanted, byte[] found) {
        return found != null && Arrays.equals(wanted, found);
    }
}
