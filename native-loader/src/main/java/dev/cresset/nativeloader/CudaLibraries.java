package dev.cresset.nativeloader;

import dev.cresset.nativeloader.LoadReport.Problem;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/// The libraries that the CUDA device stands on: NVIDIA's driver, cuBLAS, and JCuda's natives between them and Java.
/// They are found, checked and loaded at the first [#load()] and stay loaded. Any number of threads may ask.
public final class CudaLibraries {
    private static @Nullable CudaLibraries loaded;

    private final DriverLibrary driver;
    private final CublasLibrary cublas;
    private @Nullable CublasLt cublasLt;

    private CudaLibraries(DriverLibrary driver, CublasLibrary cublas) {
        this.driver = driver;
        this.cublas = cublas;
    }

    /// Finds and loads them, in the order of places that [LoadReport] documents. Afterwards JCuda's `JCudaDriver` and
    /// `JCublas2` are initialised, and throw exceptions.
    ///
    /// @throws NativeLibraryException that says what is missing and the one thing to do; [#report()] has the places
    ///     that were looked at, and a later call tries again
    public static synchronized CudaLibraries load() {
        CudaLibraries libraries = loaded;
        if (libraries == null) {
            Platform platform = Platform.current();
            libraries = start(platform, CudaProbe.run(platform, Environment.current(), CudaProbe.Depth.FIRST_PROBLEM));
            loaded = libraries;
        }
        return libraries;
    }

    private static CudaLibraries start(Platform platform, CudaProbe probe) {
        Problem problem = probe.report().problem().orElse(null);
        if (problem != null) {
            throw new NativeLibraryException(problem.text().strip(), null);
        }
        JCudaNatives natives = JCudaNatives.of(platform);
        JCudaStart.run(natives, probe.natives());
        List<String> elsewhere = JCudaStart.inMemory(natives).stream()
                .filter(file -> !Path.of(file).startsWith(probe.natives()))
                .toList();
        if (!elsewhere.isEmpty()) {
            LoggerFactory.getLogger(CudaLibraries.class)
                    .warn(
                            "JCuda took {} from java.library.path; Cresset's copies are in {}.",
                            elsewhere,
                            probe.natives());
        }
        return new CudaLibraries(probe.driver(), probe.cublas());
    }

    /// Looks for everything, loads all but JCuda, and says what came of it. Works without a GPU and without any of the
    /// libraries.
    ///
    /// @throws NativeLibraryException if Cresset does not know this platform
    public static synchronized LoadReport report() {
        return CudaProbe.run(Platform.current(), Environment.current(), CudaProbe.Depth.EVERYTHING)
                .report();
    }

    /// The version of the driver that is loaded, [Integer#MAX_VALUE] if none is.
    static synchronized int loadedDriver() {
        return loaded == null ? Integer.MAX_VALUE : loaded.driverVersion();
    }

    /// The newest CUDA that the driver can run, as it says it: 13000 for 13.0.
    public int driverVersion() {
        return driver.version();
    }

    /// Where the driver's library lies.
    public String driver() {
        return driver.path();
    }

    /// Where cuBLAS lies.
    public String cublas() {
        return cublas.path();
    }

    /// The CUDA that cuBLAS is of: 12 or 13.
    public int cublasMajor() {
        return cublas.major();
    }

    /// What cuBLAS says of itself, such as `13.1.1`.
    public String cublasVersion() {
        return cublas.version();
    }

    /// The cuBLASLt that this cuBLAS works with.
    ///
    /// @throws NativeLibraryException if there is none that can be used; the message says why
    public synchronized CublasLt cublasLt() {
        CublasLt bound = cublasLt;
        if (bound == null) {
            try {
                bound = CublasLt.of(cublas);
            } catch (RefusedException e) {
                throw new NativeLibraryException("cuBLASLt cannot be used: " + e.reason() + ". " + e.remedy(), e);
            }
            cublasLt = bound;
        }
        return bound;
    }
}
