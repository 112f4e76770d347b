package dev.cresset.backend;

/// A stretch of device work that was recorded once and can be replayed. On CUDA it is a graph; on
/// other devices replaying is running the work again.
///
/// Contract: recording executes nothing. While work is being recorded or replayed it must not
/// allocate on the device, read or write a tensor from the host, or depend on a host value that
/// changes; devices refuse the first two with an [IllegalStateException]. So the work runs once before it is
/// recorded, which allocates what it needs, and the working memory of its layers and losses is held
/// ([Rooms#hold]) for as long as it is replayed.
public interface Recording extends AutoCloseable {
    /// Runs the recorded work once, in order after everything submitted before.
    void replay();

    /// Gives back what the recording holds. Closing twice is allowed.
    @Override
    void close();
}
