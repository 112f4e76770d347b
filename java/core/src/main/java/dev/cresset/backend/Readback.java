package dev.cresset.backend;

/// Brings numbers of one tensor to the host beside the device's work: what they are is noted in the order of the work,
/// and the host waits for it later, if it must at all. At most [#OUTSTANDING] are on their way at once.
public interface Readback extends AutoCloseable {
    /// How many posts may be on their way.
    int OUTSTANDING = 2;

    /// Sends `count` numbers from number `first` on, as they are after everything submitted so far; behind the tensor's
    /// last number comes its first.
    ///
    /// @throws IllegalStateException if two are on their way already
    /// @throws IllegalArgumentException if `first` is not inside the tensor, or `count` more than it has
    void post(int first, int count);

    /// Overwrites `to[0 ...]` with the numbers of the oldest post; waits for them.
    ///
    /// @return how many they are
    /// @throws IllegalStateException if there is none
    int take(double[] to);

    /// Gives back what this holds. Closing twice is allowed.
    @Override
    void close();
}
