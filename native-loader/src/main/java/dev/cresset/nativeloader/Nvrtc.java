package dev.cresset.nativeloader;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// NVIDIA's compiler of CUDA C++ as a library, which comes with the toolkit and by pip. It needs no GPU. Any number of
/// threads may compile at once.
public final class Nvrtc {
    private static final int COMPILATION_FAILED = 6;
    private static final int LONGEST_TEXT = 1024;

    private final String path;
    private final NvrtcFunctions functions;
    private final String version;

    private Nvrtc(SharedLibrary library) throws RefusedException {
        this.path = library.path();
        this.functions = Bindings.of(NvrtcFunctions.class, library);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment numbers = arena.allocate(ValueLayout.JAVA_INT, 2);
            int status = functions.nvrtcVersion(numbers.address(), numbers.address() + Integer.BYTES);
            if (status != 0) {
                throw new RefusedException("it does not say its version: " + words(status), "Install NVRTC again.");
            }
            this.version =
                    numbers.getAtIndex(ValueLayout.JAVA_INT, 0) + "." + numbers.getAtIndex(ValueLayout.JAVA_INT, 1);
        }
    }

    /// NVRTC, if this machine has one, in the order that [LoadReport] documents.
    ///
    /// @throws NativeLibraryException if `cresset.cuda.nvrtc` or `CRESSET_CUDA_NVRTC` names one that cannot be used
    public static Optional<Nvrtc> find() {
        Search<Nvrtc> search = search(Platform.current(), Environment.current(), CudaLibraries.loadedDriver());
        RefusedException refusal = search.refusal().orElse(null);
        if (refusal != null && search.isExplicit()) {
            throw new NativeLibraryException(
                    "NVRTC " + search.refusedPlace() + " cannot be used: " + refusal.reason() + ". " + refusal.remedy(),
                    refusal);
        }
        return search.found();
    }

    /// @param driver the driver's version, which must be able to run what is compiled
    static Search<Nvrtc> search(Platform platform, Environment environment, int driver) {
        if (!platform.hasJCuda()) {
            return Search.run(List.of(), List.of(), new NvrtcJudge(driver));
        }
        return Search.run(
                new SearchOrder(platform, environment).of(CudaLibrary.NVRTC),
                CudaLibrary.NVRTC.names(platform),
                new NvrtcJudge(driver));
    }

    /// The NVRTC in a library that is open.
    static Nvrtc of(SharedLibrary library) throws RefusedException {
        return new Nvrtc(library);
    }

    /// As NVRTC says it, such as `13.0`.
    public String version() {
        return version;
    }

    /// Where the library lies.
    public String path() {
        return path;
    }

    /// Compiles one source to a cubin, the GPU's own code.
    ///
    /// @param name what the source is called in messages
    /// @param headers the texts that it includes, by the names with which it does
    /// @param options NVRTC's own, among them `--gpu-architecture=sm_90` or another real architecture
    /// @throws NativeLibraryException if it does not compile; the message holds the compiler's log
    public byte[] compile(String name, String source, Map<String, String> headers, List<String> options) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment program = arena.allocate(ValueLayout.JAVA_LONG);
            List<String> names = new ArrayList<>(headers.keySet());
            check(
                    "nvrtcCreateProgram",
                    name,
                    functions.nvrtcCreateProgram(
                            program.address(),
                            arena.allocateFrom(source).address(),
                            arena.allocateFrom(name).address(),
                            names.size(),
                            texts(arena, names.stream().map(headers::get).toList()),
                            texts(arena, names)));
            try {
                return compile(arena, name, program.get(ValueLayout.JAVA_LONG, 0), options);
            } finally {
                functions.nvrtcDestroyProgram(program.address());
            }
        }
    }

    private byte[] compile(Arena arena, String name, long program, List<String> options) {
        int status = functions.nvrtcCompileProgram(program, options.size(), texts(arena, options));
        if (status != 0) {
            throw new NativeLibraryException(
                    "NVRTC " + version + " (" + path + ") does not compile " + name + " with " + options + ": "
                            + words(status) + "\n" + log(arena, program)
                            + (status == COMPILATION_FAILED
                                    ? ""
                                    : "\nInstall a newer NVRTC if it is the"
                                            + " architecture that this one does not know."),
                    null);
        }
        MemorySegment size = arena.allocate(ValueLayout.JAVA_LONG);
        check("nvrtcGetCUBINSize", name, functions.nvrtcGetCUBINSize(program, size.address()));
        long bytes = size.get(ValueLayout.JAVA_LONG, 0);
        if (bytes == 0) {
            throw new NativeLibraryException(
                    "NVRTC made no cubin of " + name + " with " + options
                            + ": name a real architecture, --gpu-architecture=sm_<number>.",
                    null);
        }
        MemorySegment cubin = arena.allocate(bytes);
        check("nvrtcGetCUBIN", name, functions.nvrtcGetCUBIN(program, cubin.address()));
        return cubin.toArray(ValueLayout.JAVA_BYTE);
    }

    private String log(Arena arena, long program) {
        MemorySegment size = arena.allocate(ValueLayout.JAVA_LONG);
        if (functions.nvrtcGetProgramLogSize(program, size.address()) != 0 || size.get(ValueLayout.JAVA_LONG, 0) == 0) {
            return "It gives no log.";
        }
        MemorySegment text = arena.allocate(size.get(ValueLayout.JAVA_LONG, 0));
        return functions.nvrtcGetProgramLog(program, text.address()) == 0 ? text.getString(0) : "It gives no log.";
    }

    private void check(String call, String name, int status) {
        if (status != 0) {
            throw new NativeLibraryException(
                    call + " for " + name + " failed in NVRTC " + version + " (" + path + "): " + words(status) + ".",
                    null);
        }
    }

    private String words(int status) {
        long text = functions.nvrtcGetErrorString(status);
        return text == 0
                ? "status " + status
                : MemorySegment.ofAddress(text).reinterpret(LONGEST_TEXT).getString(0);
    }

    /// An array of C strings; 0 where there are none.
    private static long texts(Arena arena, List<String> texts) {
        if (texts.isEmpty()) {
            return 0;
        }
        MemorySegment array = arena.allocate(ValueLayout.JAVA_LONG, texts.size());
        for (int i = 0; i < texts.size(); i++) {
            array.setAtIndex(
                    ValueLayout.JAVA_LONG, i, arena.allocateFrom(texts.get(i)).address());
        }
        return array.address();
    }
}
