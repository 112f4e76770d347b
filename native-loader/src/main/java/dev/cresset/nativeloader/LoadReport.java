package dev.cresset.nativeloader;

import java.util.List;
import java.util.Optional;

/// What the CUDA device needs, where it was looked for, and the one thing to do if something is missing. Holds paths
/// and versions, nothing else of the machine.
///
/// The order of places is numbered in the report, and the same on every machine:
///
/// - The driver: 1 `cresset.cuda.driver`, 2 `CRESSET_CUDA_DRIVER`, 3 what other code has loaded, 4 `LD_LIBRARY_PATH`,
///   5 WSL's folder, 6 the system's loader, 7 the folders that drivers are put in.
/// - cuBLAS and NVRTC: 1 `cresset.cuda.cublas` and `cresset.cuda.nvrtc`, 2 `CRESSET_CUDA_CUBLAS` and
///   `CRESSET_CUDA_NVRTC`, 3 what other code has loaded, 4 `CUDA_PATH` and `CUDA_HOME`, 5 the usual folders of
///   toolkits, 6 `LD_LIBRARY_PATH`, 7 conda's environment and pip's packages, 8 the system's loader.
///
/// What 1 and 2 name is taken or refused, never passed over. cuBLASLt is not looked for: it is the one that the cuBLAS
/// works with.
///
/// @param platform the operating system and processor, such as `linux-x86_64`
/// @param searches how each library was looked for; one that was not looked for is not there
/// @param natives the folder of JCuda's native libraries, made ready to load; empty if it did not come so far
/// @param problem what is missing; empty if CUDA's libraries can be loaded
public record LoadReport(
        String platform, List<LibrarySearch> searches, Optional<String> natives, Optional<Problem> problem) {
    public LoadReport {
        searches = List.copyOf(searches);
    }

    /// What is missing.
    ///
    /// @param what one sentence
    /// @param remedy the one thing to do, in one or two sentences
    public record Problem(String what, String remedy) {
        /// Both.
        public String text() {
            return what + " " + remedy;
        }
    }

    /// The search for the library of this title: `driver`, `cuBLAS`, `cuBLASLt` or `NVRTC`.
    public Optional<LibrarySearch> search(String library) {
        return searches.stream()
                .filter(search -> search.library().equals(library))
                .findFirst();
    }

    /// The whole report, to be pasted into an issue.
    public String text() {
        StringBuilder text = new StringBuilder("CUDA on " + platform + ", Java " + Runtime.version() + "\n");
        searches.forEach(search -> text.append(search.text()).append('\n'));
        text.append("JCuda's natives: ").append(natives.orElse("not unpacked")).append('\n');
        text.append(problem.map(found -> "Problem: " + found.what() + "\nTo do: " + found.remedy())
                .orElse("All libraries that are needed are there."));
        return text.append('\n').toString();
    }
}
