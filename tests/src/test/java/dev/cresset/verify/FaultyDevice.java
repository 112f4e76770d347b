package dev.cresset.verify;

import dev.cresset.backend.CheckedOps;
import dev.cresset.backend.Device;
import dev.cresset.backend.Ops;
import dev.cresset.tensor.Buffer;
import dev.cresset.tensor.Counter;
import dev.cresset.tensor.Precision;
import dev.cresset.tensor.Tensor;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.IdentityHashMap;
import java.util.Map;

/// A device that computes as the reference device does and then lets a [Fault] spoil the result: what a
/// mistake in a backward pass would look like. Each verb runs on copies of its operands on the reference
/// device, which are copied back.
final class FaultyDevice extends Device {
    /// Spoils a result.
    interface Fault {
        /// @param verb name of the verb that has just run
        /// @param operands its arguments, tensors and counters on the reference device; to be overwritten
        /// @param truth the verbs of the reference device
        void spoil(String verb, Object[] operands, Ops truth);
    }

    private final Fault fault;
    private final Ops ops;

    FaultyDevice(Fault fault) {
        super("faulty", Precision.FP64);
        this.fault = fault;
        Ops engine = (Ops) Proxy.newProxyInstance(
                FaultyDevice.class.getClassLoader(),
                new Class<?>[] {Ops.class},
                // Fused verbs fall apart into the small ones, where faults are planted.
                (proxy, method, arguments) -> method.isDefault()
                        ? InvocationHandler.invokeDefault(proxy, method, arguments)
                        : compute(method, arguments));
        this.ops = new CheckedOps(this, engine);
    }

    private Object compute(Method method, Object[] arguments) throws Throwable {
        Map<Object, Object> twins = new IdentityHashMap<>();
        Object[] operands = arguments.clone();
        for (int i = 0; i < operands.length; i++) {
            operands[i] = twins.computeIfAbsent(operands[i], FaultyDevice::twin);
        }
        try {
            method.invoke(Device.reference().ops(), operands);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
        fault.spoil(method.getName(), operands, Device.reference().ops());
        twins.forEach(FaultyDevice::copyBack);
        return null;
    }

    private static Object twin(Object original) {
        return switch (original) {
            case Tensor tensor -> Device.reference().tensor(tensor.rows(), tensor.columns(), tensor.toArray());
            case Counter counter -> {
                Counter twin = Device.reference().counter();
                twin.set(counter.value());
                yield twin;
            }
            default -> original;
        };
    }

    private static void copyBack(Object original, Object twin) {
        if (original instanceof Tensor tensor) {
            tensor.write(((Tensor) twin).toArray());
        } else if (original instanceof Counter counter) {
            counter.set(((Counter) twin).value());
        }
    }

    @Override
    public String description() {
        return "faulty on purpose";
    }

    @Override
    public Ops ops() {
        return ops;
    }

    @Override
    public Counter counter() {
        return new Field();
    }

    @Override
    public boolean isOpen() {
        return true;
    }

    @Override
    public void close() {}

    @Override
    protected Buffer allocate(long elements, Lifetime lifetime) {
        return new Memory(Math.toIntExact(elements));
    }

    @Override
    protected void free(Buffer buffer) {}

    @Override
    protected int alignment() {
        return 1;
    }

    private final class Memory extends Buffer {
        private final double[] values;

        Memory(int size) {
            values = new double[size];
        }

        @Override
        public long size() {
            return values.length;
        }

        @Override
        public Object owner() {
            return FaultyDevice.this;
        }

        @Override
        public void requireOpen() {}

        @Override
        public void read(long from, double[] to, int at, int count) {
            System.arraycopy(values, (int) from, to, at, count);
        }

        @Override
        public void write(long at, double[] from, int start, int count) {
            System.arraycopy(from, start, values, (int) at, count);
        }
    }

    private final class Field extends Counter {
        private long value;

        @Override
        public Object owner() {
            return FaultyDevice.this;
        }

        @Override
        public long value() {
            return value;
        }

        @Override
        public void set(long value) {
            this.value = value;
        }
    }
}
