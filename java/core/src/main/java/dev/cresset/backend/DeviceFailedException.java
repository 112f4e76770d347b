package dev.cresset.backend;

/// A device, or the driver behind it, reported an error in the middle of its work. The message says which call failed,
/// on what, where, and what to do. Results computed on the device since it was last read are not to be trusted. After
/// the failure of a kernel CUDA refuses everything on that GPU for the rest of the process.
public final class DeviceFailedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public DeviceFailedException(String message) {
        super(message);
    }
}
