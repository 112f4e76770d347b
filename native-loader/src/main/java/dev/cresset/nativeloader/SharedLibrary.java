package dev.cresset.nativeloader;

import java.lang.foreign.Arena;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandles;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.lwjgl.system.ffm.FFM;

/// A library that this process has opened. It stays open, unless [#close()] takes it back before anything used it.
///
/// On Linux the system's linker is asked directly; elsewhere (Windows) Java's `SymbolLookup` opens, which gives no
/// reasons and never closes.
final class SharedLibrary implements SymbolLookup {
    private static final int LAZY = 1;
    private static final int NOW = 2;
    private static final int ONLY_IF_LOADED = 4;
    private static final int LINK_MAP = 2;
    private static final long LINK_MAP_NAME = ValueLayout.ADDRESS.byteSize();
    private static final int LONGEST_TEXT = 1 << 16;

    /// What this loader uses, by SONAME.
    private static final Map<String, String> KEPT = new ConcurrentHashMap<>();

    private static @Nullable DynamicLinker linker;

    private final String path;
    private final long handle;
    private final SymbolLookup lookup;

    private SharedLibrary(String path, long handle, SymbolLookup lookup) {
        this.path = path;
        this.handle = handle;
        this.lookup = lookup;
    }

    /// Opens a file, or what the system's loader finds under a bare name. Functions that the library itself lacks are
    /// an error at their first call only.
    static SharedLibrary open(String pathOrName) throws RefusedException {
        return open(pathOrName, LAZY);
    }

    /// Opens a file all of whose needs must be there.
    static SharedLibrary openWhole(String path) throws RefusedException {
        return open(path, NOW);
    }

    /// The library that this process already has under a SONAME, whoever loaded it: held open once more. Not known on
    /// Windows.
    static Optional<SharedLibrary> loaded(String soname) {
        if (Platform.isWindows()) {
            return Optional.empty();
        }
        long handle = dlopen(linker(), soname, LAZY | ONLY_IF_LOADED);
        return handle == 0 ? Optional.empty() : Optional.of(of(linker(), handle, soname));
    }

    /// Where the library lies that this process already has under a SONAME, whoever loaded it.
    static Optional<String> pathOfLoaded(String soname) {
        Optional<SharedLibrary> library = loaded(soname);
        library.ifPresent(SharedLibrary::close);
        return library.map(SharedLibrary::path);
    }

    /// The library that this process already has under a SONAME, and that was not [kept][#keep(String)] here.
    static Optional<SharedLibrary> loadedByOthers(String soname) {
        boolean isOurs = pathOfLoaded(soname).equals(Optional.ofNullable(KEPT.get(soname)));
        return isOurs ? Optional.empty() : loaded(soname);
    }

    /// Notes that this library is in use under its SONAME.
    void keep(String soname) {
        KEPT.put(soname, path);
    }

    private static SharedLibrary open(String pathOrName, int flags) throws RefusedException {
        if (Platform.isWindows()) {
            try {
                return new SharedLibrary(pathOrName, 0, SymbolLookup.libraryLookup(pathOrName, Arena.global()));
            } catch (IllegalArgumentException e) {
                throw new RefusedException("Windows cannot load it: " + e.getMessage(), "");
            }
        }
        DynamicLinker linker = linker();
        String reason = "";
        // Java may use the linker in between, which takes the reason away; then the second time has it.
        for (int i = 0; i < 2 && reason.isEmpty(); i++) {
            long handle = dlopen(linker, pathOrName, flags);
            if (handle != 0) {
                return of(linker, handle, pathOrName);
            }
            reason = text(linker.dlerror());
        }
        throw new RefusedException("the system cannot load it: " + reason, LinkerRemedy.of(reason));
    }

    private static SharedLibrary of(DynamicLinker linker, long handle, String asked) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment result = arena.allocate(ValueLayout.ADDRESS);
            boolean known = linker.dlinfo(handle, LINK_MAP, result.address()) == 0;
            long map = result.get(ValueLayout.JAVA_LONG, 0);
            String path = known && map != 0
                    ? text(MemorySegment.ofAddress(map + LINK_MAP_NAME)
                            .reinterpret(Long.BYTES)
                            .get(ValueLayout.JAVA_LONG, 0))
                    : asked;
            return new SharedLibrary(path.isEmpty() ? asked : path, handle, name -> symbol(linker, handle, name));
        }
    }

    /// Where the file lies, as the system's loader names it.
    String path() {
        return path;
    }

    @Override
    public Optional<MemorySegment> find(String name) {
        return lookup.find(name);
    }

    /// Gives it back to the system, which unloads it if nobody else has it open.
    void close() {
        if (handle != 0) {
            linker().dlclose(handle);
        }
    }

    private static Optional<MemorySegment> symbol(DynamicLinker linker, long handle, String name) {
        try (Arena arena = Arena.ofConfined()) {
            long address = linker.dlsym(handle, arena.allocateFrom(name).address());
            return address == 0 ? Optional.empty() : Optional.of(MemorySegment.ofAddress(address));
        }
    }

    private static long dlopen(DynamicLinker linker, String path, int flags) {
        try (Arena arena = Arena.ofConfined()) {
            return linker.dlopen(arena.allocateFrom(path).address(), flags);
        }
    }

    private static String text(long address) {
        return address == 0
                ? ""
                : MemorySegment.ofAddress(address).reinterpret(LONGEST_TEXT).getString(0);
    }

    private static synchronized DynamicLinker linker() {
        DynamicLinker bound = linker;
        if (bound == null) {
            bound = FFM.ffmGenerate(
                    DynamicLinker.class,
                    FFM.ffmConfigBuilder(MethodHandles.lookup())
                            .withSymbolLookup(Linker.nativeLinker().defaultLookup())
                            .build());
            linker = bound;
        }
        return bound;
    }
}
