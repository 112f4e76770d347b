package dev.cresset.house;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.TestSource;
import org.junit.platform.engine.support.descriptor.ClassSource;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.TestPlan;

/// Prints at the end of a test run what was skipped and why, one line each, so that a green run hides nothing.
///
/// JUnit finds it through `META-INF/services`.
public final class SkipReport implements TestExecutionListener {
    private final List<String> skipped = new CopyOnWriteArrayList<>();

    @Override
    public void executionSkipped(TestIdentifier test, String reason) {
        skipped.add(line(test, reason));
    }

    @Override
    public void executionFinished(TestIdentifier test, TestExecutionResult result) {
        if (result.getStatus() == TestExecutionResult.Status.ABORTED) {
            skipped.add(
                    line(test, result.getThrowable().map(Throwable::getMessage).orElse(null)));
        }
    }

    @Override
    public void testPlanExecutionFinished(TestPlan plan) {
        StringBuilder report = new StringBuilder();
        skipped.stream().sorted().forEach(line -> report.append(line).append(System.lineSeparator()));
        if (!report.isEmpty()) {
            System.out.print(report);
            System.out.flush();
        }
        skipped.clear();
    }

    static String line(TestIdentifier test, String reason) {
        String said = reason == null || reason.isBlank()
                ? "no reason given"
                : reason.strip().lines().findFirst().orElseThrow();
        return "skipped: " + name(test) + ": " + said.replaceFirst("^Assumption failed: ", "");
    }

    private static String name(TestIdentifier test) {
        TestSource source = test.getSource().orElse(null);
        return switch (source) {
            case MethodSource method -> {
                String name = simpleName(method.getClassName()) + "." + method.getMethodName();
                boolean plain = test.getDisplayName().startsWith(method.getMethodName());
                yield plain ? name : name + " [" + test.getDisplayName() + "]";
            }
            case ClassSource type -> simpleName(type.getClassName());
            case null, default -> test.getDisplayName();
        };
    }

    private static String simpleName(String className) {
        return className.substring(className.lastIndexOf('.') + 1);
    }
}
