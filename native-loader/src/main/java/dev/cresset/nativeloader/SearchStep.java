package dev.cresset.nativeloader;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// One step of the search for a library.
sealed interface SearchStep {
    /// What the step is called in the report, such as `LD_LIBRARY_PATH`.
    String origin();

    /// A place that the user names: taken or refused, never passed over.
    record Explicit(String origin, Optional<String> place) implements SearchStep {}

    /// What other code has already loaded into this process: the system gives it to everybody who asks by name.
    record InProcess(String origin) implements SearchStep {}

    /// Folders, each looked at for every name.
    ///
    /// @param ifNone why there are none, if there are none
    record Folders(String origin, List<Path> folders, String ifNone) implements SearchStep {}

    /// Whatever the system's own loader finds by name.
    record SystemLoader(String origin) implements SearchStep {}
}
