package dev.cresset.nativeloader;

import java.nio.file.Path;
import java.util.List;

/// Decides whether a library that was found is used.
///
/// @param <T> what is made of it
interface LibraryJudge<T> {
    /// Opens what must be open before a file is; it is closed again if the file is refused.
    default List<SharedLibrary> companions(Path file) throws RefusedException {
        return List.of();
    }

    /// Looks at a library that is open.
    ///
    /// @param soname the name under which the system knows it
    /// @throws RefusedException if it is not used; then it is closed
    T judge(SharedLibrary library, String soname) throws RefusedException;

    /// Its version, for the report.
    String version(T found);
}
