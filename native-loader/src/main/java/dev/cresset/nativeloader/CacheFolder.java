package dev.cresset.nativeloader;

import java.nio.file.Path;
import java.util.Locale;
import java.util.function.UnaryOperator;

/// Where native files are kept between runs. The first of these that is set:
///
/// 1. the system property `cresset.cache`,
/// 2. the environment variable `CRESSET_CACHE`,
/// 3. `$XDG_CACHE_HOME/cresset` (not on Windows),
/// 4. the platform's place: `~/.cache/cresset` on Linux, `~/Library/Caches/cresset` on macOS,
///    `%LOCALAPPDATA%\cresset\cache` on Windows.
///
/// Never a folder that several users share, such as `java.io.tmpdir`.
final class CacheFolder {
    /// The system property that names the folder.
    static final String PROPERTY = "cresset.cache";

    /// The environment variable that names the folder.
    static final String VARIABLE = "CRESSET_CACHE";

    /// What to do about a folder that cannot be used, for messages.
    static final String REMEDY = "Name a folder that only you can write, with the environment variable " + VARIABLE
            + " or with -D" + PROPERTY + "=<folder>.";

    private CacheFolder() {}

    /// The folder for this process; it need not exist.
    static Path chosen() {
        return chosen(System::getProperty, System::getenv);
    }

    /// The folder for these properties and environment variables; both give null for what is not set.
    static Path chosen(UnaryOperator<String> properties, UnaryOperator<String> environment) {
        String named = firstSet(properties.apply(PROPERTY), environment.apply(VARIABLE));
        if (named != null) {
            return Path.of(named).toAbsolutePath();
        }
        String os = properties.apply("os.name").toLowerCase(Locale.ROOT);
        Path home = Path.of(properties.apply("user.home"));
        if (!home.isAbsolute()) {
            // Java says "?" for a user without a home; a cache under the current folder could be anybody's.
            throw new NativeLibraryException(
                    "There is no place for the cache of native files: this user has no home folder (user.home is '"
                            + home + "'). " + REMEDY,
                    null);
        }
        if (os.startsWith("windows")) {
            String local = firstSet(environment.apply("LOCALAPPDATA"), null);
            return (local == null ? home.resolve("AppData/Local") : Path.of(local)).resolve("cresset/cache");
        }
        String xdg = firstSet(environment.apply("XDG_CACHE_HOME"), null);
        // The XDG specification says to ignore relative paths.
        if (xdg != null && Path.of(xdg).isAbsolute()) {
            return Path.of(xdg).resolve("cresset");
        }
        return home.resolve(os.startsWith("mac") ? "Library/Caches/cresset" : ".cache/cresset");
    }

    private static String firstSet(String first, String second) {
        boolean isSet = first != null && !first.isBlank();
        return isSet ? first : second != null && !second.isBlank() ? second : null;
    }
}
