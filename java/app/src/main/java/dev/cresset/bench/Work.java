package dev.cresset.bench;

/// Something to be timed.
interface Work {
    /// Submits it `times` times; may return before it is done.
    void run(int times);

    /// Waits until everything submitted is done.
    void await();
}
