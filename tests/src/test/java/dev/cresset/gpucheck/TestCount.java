package dev.cresset.gpucheck;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.support.descriptor.ClassSource;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.TestPlan;

/// Counts tests, and prints at once what fails or is skipped, with our own lines of the stacks.
final class TestCount implements TestExecutionListener {
    private final PrintStream out;
    private TestPlan plan;
    private int passed;
    private int failed;
    private int skipped;

    TestCount(PrintStream out) {
        this.out = out;
    }

    /// The names of the test classes in a plan.
    static SortedSet<String> classes(TestPlan plan) {
        return plan.getRoots().stream()
                .flatMap(root -> plan.getDescendants(root).stream())
                .flatMap(test -> test.getSource().stream())
                .filter(ClassSource.class::isInstance)
                .map(source -> ((ClassSource) source).getClassName())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @Override
    public synchronized void testPlanExecutionStarted(TestPlan started) {
        plan = started;
    }

    /// A skipped container hides its tests, whose number is not known; it counts as one.
    @Override
    public synchronized void executionSkipped(TestIdentifier test, String reason) {
        skipped++;
        out.println("SKIPPED " + name(test) + ": " + reason);
    }

    @Override
    public synchronized void executionFinished(TestIdentifier test, TestExecutionResult result) {
        switch (result.getStatus()) {
            case SUCCESSFUL -> passed += test.isTest() ? 1 : 0;
            case ABORTED -> {
                skipped++;
                out.println("SKIPPED " + name(test) + ": " + message(result));
            }
            case FAILED -> {
                failed++;
                out.println("FAILED " + name(test) + ": " + message(result));
                result.getThrowable().ifPresent(this::printOurLines);
            }
        }
    }

    synchronized String line() {
        return "gpu tests: %d passed, %d failed, %d skipped".formatted(passed, failed, skipped);
    }

    synchronized boolean allPassed() {
        return passed > 0 && failed == 0 && skipped == 0;
    }

    private void printOurLines(Throwable thrown) {
        for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            if (cause != thrown) {
                out.println("    because of " + cause);
            }
            Arrays.stream(cause.getStackTrace())
                    .filter(frame -> frame.getClassName().startsWith("dev.cresset"))
                    .forEach(frame -> out.println("    at " + frame));
        }
    }

    private static String message(TestExecutionResult result) {
        return result.getThrowable().map(Throwable::toString).orElse("no reason given");
    }

    /// The class, the method, and the names of the parameters on the way.
    private String name(TestIdentifier test) {
        List<String> names = new ArrayList<>(List.of(test.getDisplayName()));
        for (TestIdentifier above = test; plan.getParent(above).isPresent(); ) {
            above = plan.getParent(above).orElseThrow();
            names.addFirst(above.getDisplayName());
        }
        String where = test.getSource()
                .filter(MethodSource.class::isInstance)
                .map(source -> ((MethodSource) source).getClassName())
                .orElse("");
        return (where + " " + String.join(" > ", names.subList(Math.min(1, names.size() - 1), names.size()))).strip();
    }
}
