package dev.cresset.backend.cuda;

import dev.cresset.backend.step.StepProgram;
import java.util.List;
import java.util.Locale;

/// Each line of a fused step by itself, over and over: where the time of a step goes. The lines' sum is more than a
/// step where one runs beside others; a line that stays in the cache is faster here than in its step.
final class LineTimes {
    private LineTimes() {}

    /// A row of text for each line, then one for the whole step.
    static void print(CudaBackend device, Stopwatch watch, FusedCase of) {
        System.out.println("| " + of + " in " + device.precision() + " | µs | GB/s |");
        System.out.println("|---|---|---|");
        try (FusedPlans plans = new FusedPlans(of, device);
                StepProgram program = plans.program(CudaFusedMerge.LEAST)) {
            program.run(2);
            // First, as a line by itself may run away: a gradient that is made in place, the same update again.
            double whole = watch.seconds(device, () -> submit(program));
            double sum = 0;
            for (CudaFusedLine line : lines(program)) {
                if (line.launches() > 0) {
                    requireFinite(plans, program);
                    double seconds = watch.seconds(device, () -> submit(device, line));
                    sum += seconds;
                    print(line.text(), seconds, line.bytes());
                }
            }
            print("all of them, one after the other", sum, 0);
            print("the step, lines together", whole, 0);
        }
    }

    /// A step makes anew what the line before has spoilt; times of NaN would be of something else.
    private static void requireFinite(FusedPlans plans, StepProgram program) {
        program.run(1);
        double loss = plans.losses()[(int) ((plans.steps() - 1) % FusedPlans.RING)];
        if (!Double.isFinite(loss)) {
            throw new IllegalStateException(
                    "The loss is " + loss + " after " + plans.steps() + " steps: the times would be those of NaN.");
        }
    }

    private static void print(String text, double seconds, long bytes) {
        String rate = bytes == 0 ? "" : String.format(Locale.ROOT, "%.0f", bytes / seconds * 1e-9);
        System.out.printf(Locale.ROOT, "| %s | %.2f | %s |%n", text, seconds * 1e6, rate);
    }

    private static List<CudaFusedLine> lines(StepProgram program) {
        return program instanceof CudaBf16Program stored ? stored.lines() : ((CudaFusedProgram) program).lines();
    }

    private static void submit(StepProgram program) {
        lines(program).forEach(line -> line.submission().run());
    }

    /// A line on the second stream is waited for at once, as a recording must end on the first.
    private static void submit(CudaBackend device, CudaFusedLine line) {
        line.submission().run();
        if (line.text().endsWith("on the second stream")) {
            device.engine().side().join();
        }
    }
}
