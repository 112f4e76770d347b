package dev.cresset.backend;

/// The recording of a device that computes when it is called: replaying is running the work again.
final class HostRecording implements Recording {
    private final Device device;
    private final Runnable work;
    private boolean closed;

    HostRecording(Device device, Runnable work) {
        this.device = device;
        this.work = work;
    }

    @Override
    public void replay() {
        device.requireUsable("replay a recording");
        if (closed) {
            throw new ClosedException("This recording on " + device + " has been closed: record anew.");
        }
        device.runInRecording(work);
    }

    @Override
    public void close() {
        closed = true;
    }
}
