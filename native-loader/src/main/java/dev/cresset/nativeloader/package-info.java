/// Finds, checks and loads native libraries. Start at [CpuLibrary] for the CPU and at [CudaLibraries] for CUDA.
///
/// Files that come with Cresset are kept in a [NativeCache] that only this user may write, and are loaded from there by
/// absolute path. NVIDIA's libraries are the user's own: [SearchOrder] says where they are looked for, and a
/// [LoadReport] what came of it. Nothing is loaded before it is first asked for, and nothing falls back: what cannot be
/// loaded is a [NativeLibraryException].
@NullMarked
package dev.cresset.nativeloader;

import org.jspecify.annotations.NullMarked;
