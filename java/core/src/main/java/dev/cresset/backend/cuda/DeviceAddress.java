package dev.cresset.backend.cuda;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import jcuda.NativePointerObject;
import jcuda.driver.CUdeviceptr;

/// A device address that JCuda takes and that can be set: JCuda's own pointers cannot change, so each call would leave
/// garbage behind, a dozen objects a training step.
final class DeviceAddress extends CUdeviceptr {
    private static final VarHandle VALUE = value(NativePointerObject.class);

    private static VarHandle value(Class<?> owner) {
        try {
            return MethodHandles.privateLookupIn(owner, MethodHandles.lookup())
                    .findVarHandle(owner, "nativePointer", long.class);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("JCuda's pointers have changed: this backend is for JCuda 12.6.0.", e);
        }
    }

    /// The address behind any of JCuda's pointers and handles, such as a stream.
    static long of(NativePointerObject object) {
        return (long) VALUE.get(object);
    }

    /// The address.
    long value() {
        return getNativePointer();
    }

    /// @return this
    DeviceAddress at(long address) {
        VALUE.set(this, address);
        return this;
    }
}
