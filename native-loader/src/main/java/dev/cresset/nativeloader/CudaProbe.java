package dev.cresset.nativeloader;

import dev.cresset.nativeloader.LoadReport.Problem;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Goes the whole way to the CUDA device, up to the last step that can fail without harm: finds and opens NVIDIA's
/// libraries, makes JCuda's files ready, and has the system load them once without JCuda noticing.
final class CudaProbe {
    /// How far to go.
    enum Depth {
        /// Up to the first problem.
        FIRST_PROBLEM,
        /// Everything that can be looked at, cuBLASLt and NVRTC too.
        EVERYTHING
    }

    private final Platform platform;
    private final Environment environment;
    private final List<LibrarySearch> searches = new ArrayList<>();
    private @Nullable Problem problem;
    private @Nullable DriverLibrary driver;
    private @Nullable CublasLibrary cublas;
    private @Nullable Path natives;

    private CudaProbe(Platform platform, Environment environment) {
        this.platform = platform;
        this.environment = environment;
    }

    static CudaProbe run(Platform platform, Environment environment, Depth depth) {
        CudaProbe probe = new CudaProbe(platform, environment);
        if (!platform.hasJCuda()) {
            probe.fail(new Problem(
                    "There is no CUDA device on " + platform.classifier() + ": JCuda has native libraries for "
                            + Platform.LINUX_X86_64.classifier() + " and " + Platform.WINDOWS_X86_64.classifier()
                            + ".",
                    "Use the CPU device, or run on one of these."));
            return probe;
        }
        probe.findDriver();
        if (probe.problem == null || depth == Depth.EVERYTHING) {
            probe.findCublas();
        }
        if (probe.problem == null) {
            probe.readyNatives();
        }
        if (depth == Depth.EVERYTHING) {
            Optional.ofNullable(probe.cublas).map(CublasLt::report).ifPresent(probe.searches::add);
            Search<Nvrtc> nvrtc = Nvrtc.search(platform, environment, probe.driverVersion());
            probe.searches.add(nvrtc.report(CudaLibrary.NVRTC.title()));
        }
        return probe;
    }

    private void findDriver() {
        Search<DriverLibrary> search = search(CudaLibrary.DRIVER, new DriverLibrary.Judge());
        driver = search.found().orElse(null);
        if (driver == null) {
            fail(problem(
                    search,
                    "NVIDIA's driver",
                    "Install NVIDIA's driver (525.60 or newer) for this machine's GPU; in a container, start it with"
                            + " the GPU: docker run --gpus all."));
        }
    }

    private void findCublas() {
        try {
            List<String> functions = JCudaNatives.of(platform).cublasFunctions();
            Search<CublasLibrary> search =
                    search(CudaLibrary.CUBLAS, new CublasLibrary.Judge(driverVersion(), functions));
            cublas = search.found().orElse(null);
            if (cublas == null) {
                String elsewhere =
                        " Where it lies in another place, name that with " + CudaLibrary.CUBLAS.explicitly() + ".";
                fail(problem(search, "cuBLAS", CublasLibrary.remedy(driverVersion()) + elsewhere));
            }
        } catch (RefusedException e) {
            fail(new Problem("JCuda's library for cuBLAS is not as expected: " + e.reason() + ".", e.remedy()));
        }
    }

    private <T> Search<T> search(CudaLibrary library, LibraryJudge<T> judge) {
        Search<T> search =
                Search.run(new SearchOrder(platform, environment).of(library), library.names(platform), judge);
        searches.add(search.report(library.title()));
        return search;
    }

    private static Problem problem(Search<?> search, String what, String remedy) {
        return search.refusal()
                .map(refusal -> new Problem(
                        what + " at " + search.refusedPlace() + " cannot be used: " + refusal.reason() + ".",
                        refusal.remedy()))
                .orElseGet(() -> new Problem(what + " was not found.", remedy));
    }

    private void readyNatives() {
        JCudaNatives files = JCudaNatives.of(platform);
        try {
            Path home = new NativeCache(CacheFolder.chosen(environment.properties(), environment.variables()))
                    .unpack(files.linkedTo(cublas().soname()));
            JCudaStart.check(files, home);
            natives = home;
        } catch (RefusedException e) {
            fail(new Problem("JCuda's native libraries cannot be loaded: " + e.reason() + ".", e.remedy()));
        } catch (NativeLibraryException e) {
            fail(new Problem(String.valueOf(e.getMessage()), ""));
        }
    }

    private void fail(Problem next) {
        if (problem == null) {
            problem = next;
        }
    }

    private int driverVersion() {
        return driver == null ? Integer.MAX_VALUE : driver.version();
    }

    LoadReport report() {
        return new LoadReport(
                platform.classifier(),
                searches,
                Optional.ofNullable(natives).map(Path::toString),
                Optional.ofNullable(problem));
    }

    /// The driver; only where there is no problem.
    DriverLibrary driver() {
        return present(driver);
    }

    /// cuBLAS; only where there is no problem.
    CublasLibrary cublas() {
        return present(cublas);
    }

    /// The folder of JCuda's files; only where there is no problem.
    Path natives() {
        return present(natives);
    }

    private static <T> T present(@Nullable T part) {
        if (part == null) {
            throw new IllegalStateException("The probe for CUDA did not come so far; ask for its problem first.");
        }
        return part;
    }
}
