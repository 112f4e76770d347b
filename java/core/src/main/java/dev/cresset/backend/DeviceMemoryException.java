package dev.cresset.backend;

/// A device could not give the memory that was asked for. The message says how much was wanted and
/// how much the device holds already. Nothing has been allocated; the device stays usable.
public final class DeviceMemoryException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public DeviceMemoryException(String message, Throwable cause) {
        super(message, cause);
    }
}
