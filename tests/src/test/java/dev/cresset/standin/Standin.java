package dev.cresset.standin;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;

/// The stand-in driver, as tests steer it: when and in which order it runs work, what it fails, what it has counted.
/// Start with [#requireBuilt()], or take a device and let that skip the test.
///
/// All of it is process-wide. A test that changes something calls [#reset()] when it is done.
public final class Standin {
    private static final int TEXT = 1 << 16;

    private Standin() {}

    /// Where the build puts it: the folder of the driver that the environment names, else that of this module.
    public static Path folder() {
        String driver = System.getenv("CRESSET_CUDA_DRIVER");
        if (driver != null) {
            Path named = Path.of(driver);
            return Files.isDirectory(named) ? named : named.getParent();
        }
        String root = System.getProperty("cresset.root");
        return (root == null ? Path.of("") : Path.of(root, "tests")).resolve("target", "standin");
    }

    /// Whether the build has made it.
    public static boolean isBuilt() {
        return Files.exists(folder().resolve("libcuda.so.1"));
    }

    /// Why it was not built, as a sentence; empty if it was.
    public static Optional<String> whyNot() {
        if (isBuilt()) {
            return Optional.empty();
        }
        Path said = folder().resolve("missing");
        try {
            return Optional.of("The stand-in driver was not built: "
                    + (Files.exists(said)
                            ? Files.readString(said).strip()
                            : "it is for Linux on x86-64, where ./mvnw verify builds it into " + folder() + "."));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Skips the test, with the reason, where there is no stand-in driver; fails it if `cresset.test.standin` is
    /// `required`.
    public static void requireBuilt() {
        if (System.getProperty("cresset.test.standin", "optional").equals("required")) {
            whyNot().ifPresent(Assertions::fail);
        }
        Assumptions.assumeTrue(isBuilt(), () -> whyNot().orElseThrow());
    }

    /// As in a fresh process, but for what is live.
    public static void reset() {
        Controls.run("standin_reset");
    }

    /// Words of `eager` or `late`; `forward`, `reverse` or `random`; `poison` or `zero`; `seed=<number>`. What is not
    /// named stays as it is.
    public static void mode(String words) {
        requireDone(Controls.number("standin_mode", words), "knows no mode", words);
    }

    /// The memory of each device, in bytes.
    public static void memory(long bytes) {
        Controls.run("standin_memory", bytes);
    }

    /// The shared memory that a block may ask for, in bytes, until the next reset: other GPUs have less.
    public static void sharedOfBlock(int bytes) {
        requireDone(Controls.number("standin_shared", bytes), "has not so much shared memory", bytes + " bytes");
    }

    /// The `nth` call from now on of an API function, or of any for `*`, fails with this status; or the `nth` run of a
    /// kernel, which shows at the next wait and stays. 0 forgets.
    public static void fail(String call, long nth, int status) {
        Controls.fail(call, nth, status);
    }

    /// cuBLASLt finds no algorithm for products with this epilogue, until the next reset.
    public static void refuseEpilogue(int epilogue) {
        Controls.run("standin_lt_refuse", epilogue);
    }

    /// How often an API function, or any for `*`, was called since the last reset, or a kernel ran.
    public static long calls(String call) {
        return Controls.number("standin_calls", call);
    }

    /// How many are live: `bytes`, `allocations`, `pinned`, `streams`, `events`, `modules`, `graphs`, `execs`,
    /// `contexts`, `handles`, `descriptions` (cuBLASLt's objects). And `leaked`: how many of them went with their
    /// context since the last reset.
    public static long live(String what) {
        long live = Controls.number("standin_live", what);
        requireDone(live, "counts no", what);
        return live;
    }

    /// Bytes that copies have copied since the last reset (`toDevice`, `toHost`, `onDevice`), or that kernels have read
    /// or written of device memory since [#countBytes] (`read`, `written`).
    public static long bytes(String what) {
        long bytes = Controls.number("standin_bytes", what);
        requireDone(bytes, "counts no bytes", what);
        return bytes;
    }

    /// Uses kernels that count the bytes they read and write, until the next reset.
    public static void countBytes() {
        kernels(folder().resolve("libstandin_counted.so").toString());
    }

    /// The sizes in bytes of a kernel's parameters; empty if it has no such kernel.
    public static Optional<List<Integer>> parameters(String kernel) {
        int[] sizes = new int[64];
        int count = Controls.parameters(kernel, sizes);
        return count < 0
                ? Optional.empty()
                : Optional.of(Arrays.stream(sizes, 0, count).boxed().toList());
    }

    /// The most threads of a kernel's block, as its `__launch_bounds__` say.
    public static int mostThreads(String kernel) {
        long most = Controls.number("standin_threads", kernel);
        requireDone(most, "has no kernel", kernel);
        return (int) most;
    }

    /// The names of all kernels that it has.
    public static List<String> kernels() {
        return lines("standin_names");
    }

    /// The places in the source, as `file:line`, where threads have met since this was last asked.
    public static List<String> barriers() {
        return lines("standin_barriers");
    }

    /// Makes the barrier at `file:line` do nothing, and brings all others back; for an empty place, all.
    ///
    /// The barrier must be one at which threads have met, in this process.
    public static void removeBarrier(String place) {
        requireDone(Controls.number("standin_remove", place), "has met at no barrier", place);
    }

    /// Uses another library of kernels; for an empty path, the usual one.
    public static void kernels(String path) {
        requireDone(Controls.number("standin_kernels", path), "cannot load", path);
    }

    /// In a library of mutants: makes one of them active, 0 for none. How many there are.
    public static int mutant(int number) {
        return (int) Controls.number("standin_mutant", number);
    }

    /// Whether a mutant's place was reached since one was last made active.
    public static boolean isReached(int mutant) {
        return Controls.number("standin_reached", mutant) != 0;
    }

    private static List<String> lines(String function) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment text = arena.allocate(TEXT);
            Controls.text(function, text, TEXT);
            return new ArrayList<>(text.getString(0).lines().sorted().toList());
        }
    }

    private static void requireDone(long answer, String complaint, String subject) {
        if (answer < 0) {
            throw new IllegalArgumentException("The stand-in driver " + complaint + " '" + subject + "'.");
        }
    }
}
