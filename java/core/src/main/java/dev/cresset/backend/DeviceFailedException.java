package dev.cresset.backend;

/// A device, or the driver behind it, reported an error in the middle of its work. The message says which call failed,
/// on what, where, and what to do. Results computed on the device since it was last read are not to be trusted, and
/// CUDA often refuses everything afterwards: close the device, and open another one.
public final class DeviceFailedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public DeviceFailedException(String message) {
        super(message);
    }
}
