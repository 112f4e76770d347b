package dev.cresset.backend.cuda;

import dev.cresset.backend.Recording;
import java.util.Arrays;

/// How long work takes on a GPU: it is recorded many times over, and the recording replayed in blocks.
///
/// @param inside how often a recording has it
/// @param block seconds of a block at least
/// @param blocks how many there are; the median counts
record Stopwatch(int inside, double block, int blocks) {
    static final Stopwatch FULL = new Stopwatch(20, 0.02, 5);

    /// For the stand-in driver, where every time means nothing.
    static final Stopwatch SMALL = new Stopwatch(1, 0, 1);

    /// Seconds of one `work`, which submits to the device and allocates nothing.
    double seconds(CudaBackend device, Runnable work) {
        Runnable entered = () -> {
            synchronized (device.context()) {
                device.context().enter();
                work.run();
            }
        };
        // What a library loads at its first run must not fall into the recording.
        entered.run();
        try (Recording recording = device.record(() -> {
            for (int i = 0; i < inside; i++) {
                entered.run();
            }
        })) {
            long times = 1;
            while (shorterOfTwo(device, recording, times) * times < block) {
                times *= 2;
            }
            double[] all = new double[blocks];
            for (int i = 0; i < blocks; i++) {
                all[i] = replayed(device, recording, times);
            }
            Arrays.sort(all);
            return all[blocks / 2] / inside;
        }
    }

    /// One pause of the machine must not end the search for a length.
    private static double shorterOfTwo(CudaBackend device, Recording recording, long times) {
        return Math.min(replayed(device, recording, times), replayed(device, recording, times));
    }

    private static double replayed(CudaBackend device, Recording recording, long times) {
        await(device);
        long start = System.nanoTime();
        for (long i = 0; i < times; i++) {
            recording.replay();
        }
        await(device);
        return (System.nanoTime() - start) * 1e-9 / times;
    }

    private static void await(CudaBackend device) {
        synchronized (device.context()) {
            device.context().enter();
            device.context().await("a time");
        }
    }
}
