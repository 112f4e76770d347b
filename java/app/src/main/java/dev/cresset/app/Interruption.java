package dev.cresset.app;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// Ends work in good order when the program is interrupted (Ctrl-C): asks it to stop, and lets the program go on
/// until it is closed. The operating system then sees the interruption's own exit code, 130.
final class Interruption implements AutoCloseable {
    /// Exit code of a program that Ctrl-C ended.
    static final int EXIT_CODE = 130;

    /// Longer than a batch and the writing of a model take; a program that hangs is not kept alive for ever.
    private static final long PATIENCE_SECONDS = 60;

    private final CountDownLatch done = new CountDownLatch(1);
    private final Thread hook;

    Interruption(Runnable stop) {
        hook = new Thread(() -> await(stop), "interruption");
        Runtime.getRuntime().addShutdownHook(hook);
    }

    private void await(Runnable stop) {
        stop.run();
        try {
            boolean finished = done.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
            assert finished : "the work did not end";
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        done.countDown();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException alreadyEnding) {
            // The hook runs; the latch has let it go.
        }
    }
}
