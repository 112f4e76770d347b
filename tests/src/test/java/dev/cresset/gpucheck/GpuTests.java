package dev.cresset.gpucheck;

import static org.junit.platform.engine.discovery.ClassNameFilter.excludeClassNamePatterns;
import static org.junit.platform.engine.discovery.ClassNameFilter.includeClassNamePatterns;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectPackage;
import static org.junit.platform.launcher.TagFilter.includeTags;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.platform.launcher.Launcher;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TestPlan;
import org.junit.platform.launcher.core.LauncherConfig;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/// Runs the tests that take a device on CUDA: those with the tag `device`, which then run on the places of CUDA, and
/// those with the tag `cuda`; not those with `standin`, which steer the stand-in driver.
///
/// ```
/// java -Dcresset.test.places=cuda -cp ... dev.cresset.gpucheck.GpuTests [--list]
/// ```
///
/// A skipped test is a failure here: there is a GPU, or there is nothing to check. What was known when the bundle was
/// built is no skip: tests that need PyTorch's numbers or real data are left out, with a line, where it has none.
///
/// `--list` prints the classes, which the build of the bundle compares with what it packed.
public final class GpuTests {
    private static final String TAGS = "(device | cuda) & !standin";

    /// Folders of `cresset.shared`, and the tests that need them.
    private static final Map<String, String> NEEDS =
            Map.of("reference", "dev\\.cresset\\.reference\\..*", "data/mnist-10k", "dev\\.cresset\\.results\\..*");

    private GpuTests() {}

    public static void main(String[] args) {
        LauncherConfig own = LauncherConfig.builder()
                .enableTestExecutionListenerAutoRegistration(false)
                .build();
        Launcher launcher = LauncherFactory.create(own);
        TestPlan plan = launcher.discover(request());
        if (args.length == 1 && args[0].equals("--list")) {
            TestCount.classes(plan).forEach(System.out::println);
            return;
        }
        missing()
                .forEach((folder, tests) ->
                        System.out.println("left out: " + tests + ", as this bundle was built without " + folder));
        TestCount count = new TestCount(System.out);
        launcher.execute(plan, count);
        System.out.println(count.line());
        System.out.flush();
        System.exit(count.allPassed() ? 0 : 1);
    }

    private static LauncherDiscoveryRequest request() {
        LauncherDiscoveryRequestBuilder builder = LauncherDiscoveryRequestBuilder.request()
                .selectors(selectPackage("dev.cresset"))
                .filters(includeClassNamePatterns(".*Test"), includeTags(TAGS))
                .configurationParameter("junit.platform.discovery.issue.severity.critical", "WARNING");
        missing().values().forEach(tests -> builder.filters(excludeClassNamePatterns(tests)));
        return builder.build();
    }

    private static Map<String, String> missing() {
        Path shared = Path.of(System.getProperty("cresset.shared", ""));
        Map<String, String> missing = new TreeMap<>(NEEDS);
        missing.keySet().removeIf(folder -> Files.isDirectory(shared.resolve(folder)));
        return missing;
    }
}
