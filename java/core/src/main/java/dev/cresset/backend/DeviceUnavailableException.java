package dev.cresset.backend;

/// A device was asked for that this machine or this build does not have. The message says what was
/// missing and what to do; nothing falls back to another device.
public final class DeviceUnavailableException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public DeviceUnavailableException(String message) {
        super(message);
    }

    public DeviceUnavailableException(String message, Throwable cause) {
        super(message, cause);
    }
}
