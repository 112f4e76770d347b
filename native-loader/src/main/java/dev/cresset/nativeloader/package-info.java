/// Finds, checks and loads native libraries. Start at [OpenBlas]. Files come from the class path, are kept in a
/// [NativeCache] that only this user may write, and are loaded from there by absolute path. Nothing is loaded before it
/// is first asked for, and nothing falls back: what cannot be loaded is a [NativeLibraryException].
@NullMarked
package dev.cresset.nativeloader;

import org.jspecify.annotations.NullMarked;
