package dev.cresset.backend.cuda;

import dev.cresset.backend.DeviceFailedException;
import dev.cresset.kernels.Kernel;
import dev.cresset.kernels.Parameter;
import dev.cresset.kernels.Real;
import dev.cresset.tensor.Counter;
import dev.cresset.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import jcuda.Pointer;
import jcuda.driver.CUfunction;
import jcuda.driver.CUfunction_attribute;
import jcuda.driver.JCudaDriver;

/// Launches kernels. The arguments lie in one piece of native memory, each in a slot of 8 bytes, behind the table of
/// their addresses that the driver wants; the table never changes. (Through JCuda's `Pointer` objects a launch costs
/// about 5 µs of marshalling, this way 0.6 µs.) The driver copies the arguments before it returns.
///
/// One launch is `of(kernel)`, its arguments in the order of the kernel's table, and `run`: all with the context's
/// monitor held.
final class CudaLaunch {
    private static final int SLOTS = 48;
    private static final int VALUES = SLOTS * Long.BYTES;
    private final CudaContext context;
    private final Real real;
    private final CUfunction[] functions;
    private final ByteBuffer arguments = ByteBuffer.allocateDirect(2 * VALUES).order(ByteOrder.nativeOrder());
    private final Pointer table;
    private final int[] mostShared = new int[Kernel.values().length];
    private Kernel kernel = Kernel.FILL;
    private int next;
    private int shared;

    /// @param functions one for each kernel, in the order of the enum
    CudaLaunch(CudaContext context, Real real, CUfunction[] functions) {
        this.context = context;
        this.real = real;
        this.functions = functions;
        this.table = Pointer.to(arguments);
        MemorySegment segment = MemorySegment.ofBuffer(arguments);
        for (int slot = 0; slot < SLOTS; slot++) {
            segment.setAtIndex(ValueLayout.JAVA_LONG, slot, segment.address() + slot(slot));
        }
    }

    /// Begins a launch.
    CudaLaunch of(Kernel kernel) {
        this.kernel = kernel;
        next = 0;
        shared = 0;
        return this;
    }

    /// The address of a tensor.
    CudaLaunch with(Tensor tensor) {
        return address(CudaBuffer.address(tensor));
    }

    /// The address of a counter.
    CudaLaunch with(Counter counter) {
        return address(CudaCounter.address(counter));
    }

    /// An address.
    CudaLaunch address(long address) {
        arguments.putLong(take(Parameter.POINTER), address);
        return this;
    }

    /// A scalar of the device's precision.
    CudaLaunch real(double value) {
        int at = take(Parameter.REAL);
        if (real == Real.F32) {
            arguments.putFloat(at, (float) value);
        } else {
            arguments.putDouble(at, value);
        }
        return this;
    }

    /// A choice.
    CudaLaunch number(int value) {
        arguments.putInt(take(Parameter.INT), value);
        return this;
    }

    /// A size.
    CudaLaunch size(long value) {
        arguments.putLong(take(Parameter.LONG), value);
        return this;
    }

    /// Shared memory of each block beyond what the kernel declares. The largest is asked for once, whatever it is: both
    /// together must be within 48 KiB otherwise. So the first such launch of a kernel is not for a recording.
    ///
    /// @throws DeviceFailedException if a block of this GPU has not so much
    CudaLaunch shared(int bytes) {
        int kernel = this.kernel.ordinal();
        if (bytes > mostShared[kernel]) {
            context.check(
                    JCudaDriver.cuFuncSetAttribute(
                            functions[kernel],
                            CUfunction_attribute.CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES,
                            bytes),
                    "cuFuncSetAttribute of " + this.kernel.symbol(real) + " for " + bytes + " bytes of shared memory");
            mostShared[kernel] = bytes;
        }
        shared = bytes;
        return this;
    }

    /// Submits the kernel on a grid of blocks.
    ///
    /// @throws DeviceFailedException if the driver refuses
    void run(int gridX, int gridY) {
        if (next != kernel.parameters().size()) {
            throw new IllegalStateException(kernel + " takes " + kernel.parameters() + ", " + next + " were given.");
        }
        int status = JCudaDriver.cuLaunchKernel(
                functions[kernel.ordinal()],
                gridX,
                gridY,
                1,
                kernel.block().x(),
                kernel.block().y(),
                1,
                shared,
                context.stream(),
                table,
                null);
        if (status != 0) {
            context.check(status, "cuLaunchKernel of " + describe(gridX, gridY));
        }
    }

    private int take(Parameter parameter) {
        if (next >= kernel.parameters().size() || kernel.parameters().get(next) != parameter) {
            throw new IllegalStateException(
                    kernel + " takes " + kernel.parameters() + ", argument " + next + " was given as " + parameter);
        }
        return slot(next++);
    }

    private static int slot(int index) {
        return VALUES + index * Long.BYTES;
    }

    /// Kernel, grid and every argument.
    private String describe(int gridX, int gridY) {
        StringBuilder text = new StringBuilder(kernel.symbol(real));
        text.append(" (grid ").append(gridX).append('×').append(gridY);
        text.append(", block ")
                .append(kernel.block().x())
                .append('×')
                .append(kernel.block().y());
        for (int i = 0; i < next; i++) {
            text.append(i == 0 ? "; arguments " : ", ").append(argument(i));
        }
        return text.append(')').toString();
    }

    private String argument(int index) {
        int at = slot(index);
        return switch (kernel.parameters().get(index)) {
            case POINTER -> "0x" + Long.toHexString(arguments.getLong(at));
            case REAL -> String.valueOf(real == Real.F32 ? arguments.getFloat(at) : arguments.getDouble(at));
            case INT -> String.valueOf(arguments.getInt(at));
            case LONG -> String.valueOf(arguments.getLong(at));
        };
    }
}
