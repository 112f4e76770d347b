package dev.cresset.nativeloader;

import dev.cresset.nativeloader.LibrarySearch.Found;
import dev.cresset.nativeloader.LibrarySearch.Look;
import dev.cresset.nativeloader.LibrarySearch.Outcome;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// cuBLASLt, the part of cuBLAS that JCuda does not bind: products that are described once and may do more to their
/// result than store it. It is the one that cuBLAS itself works with.
public final class CublasLt {
    private final String path;
    private final String version;
    private final CublasLtFunctions functions;

    private CublasLt(SharedLibrary library) throws RefusedException {
        this.path = library.path();
        this.functions = Bindings.of(CublasLtFunctions.class, library);
        this.version = words(functions.cublasLtGetVersion());
    }

    /// The one that belongs to this cuBLAS. On Linux it is in the process already, because cuBLAS needs it, or was
    /// opened before cuBLAS where it lies beside it; on Windows it lies beside (which was not tried).
    ///
    /// @throws RefusedException if it is not there, or lacks a function
    static CublasLt of(CublasLibrary cublas) throws RefusedException {
        String name = name(cublas);
        return new CublasLt(
                Platform.isWindows()
                        ? SharedLibrary.open(
                                Path.of(cublas.path()).resolveSibling(name).toString())
                        : inProcess(name, cublas));
    }

    /// Whether there is one for this cuBLAS, for the report.
    static LibrarySearch report(CublasLibrary cublas) {
        String title = "cuBLASLt";
        String origin = "with cuBLAS";
        List<String> names = List.of(name(cublas));
        try {
            CublasLt lt = of(cublas);
            Look taken = new Look(1, origin, lt.path, Outcome.TAKEN, "");
            return new LibrarySearch(
                    title, names, List.of(taken), Optional.of(new Found(lt.path, "version " + lt.version)));
        } catch (RefusedException e) {
            Look refused = new Look(1, origin, cublas.path(), Outcome.REFUSED, e.reason());
            return new LibrarySearch(title, names, List.of(refused), Optional.empty());
        }
    }

    private static String name(CublasLibrary cublas) {
        return Platform.isWindows() ? "cublasLt64_" + cublas.major() + ".dll" : "libcublasLt.so." + cublas.major();
    }

    private static SharedLibrary inProcess(String soname, CublasLibrary cublas) throws RefusedException {
        return SharedLibrary.loaded(soname)
                .orElseThrow(() -> new RefusedException(
                        soname + " is not beside " + cublas.path() + ", and nothing has loaded it",
                        CublasLibrary.remedy(cublas.major() * 1000)));
    }

    private static String words(long version) {
        return version / 10000 + "." + version / 100 % 100 + "." + version % 100;
    }

    /// Where the library lies.
    public String path() {
        return path;
    }

    /// What it says of itself, such as `13.1.1`.
    public String version() {
        return version;
    }

    /// Its functions.
    public CublasLtFunctions functions() {
        return functions;
    }
}
