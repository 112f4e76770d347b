package dev.cresset.standin;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// The functions `standin_*` that the stand-in's libcuda.so.1 exports.
final class Controls {
    private static final Map<String, MethodHandle> BOUND = new ConcurrentHashMap<>();

    private Controls() {}

    /// The library stays open; if JCuda has loaded it, or will, it is the same one.
    private static final class Library {
        static final SymbolLookup SYMBOLS =
                SymbolLookup.libraryLookup(Standin.folder().resolve("libcuda.so.1"), Arena.global());
    }

    static void run(String function) {
        call(function, FunctionDescriptor.ofVoid());
    }

    static void run(String function, long argument) {
        call(function, FunctionDescriptor.ofVoid(JAVA_LONG), argument);
    }

    /// A function of a text that returns a number, `int` or `long long`.
    static long number(String function, String text) {
        boolean isLong =
                Set.of("standin_calls", "standin_live", "standin_bytes").contains(function);
        MemoryLayout result = isLong ? JAVA_LONG : JAVA_INT;
        try (Arena arena = Arena.ofConfined()) {
            return ((Number) call(function, FunctionDescriptor.of(result, ADDRESS), arena.allocateFrom(text)))
                    .longValue();
        }
    }

    static long number(String function, int argument) {
        return (int) call(function, FunctionDescriptor.of(JAVA_INT, JAVA_INT), argument);
    }

    static void text(String function, MemorySegment to, int capacity) {
        call(function, FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT), to, capacity);
    }

    static void fail(String name, long nth, int status) {
        try (Arena arena = Arena.ofConfined()) {
            FunctionDescriptor signature = FunctionDescriptor.ofVoid(ADDRESS, JAVA_LONG, JAVA_INT);
            call("standin_fail", signature, arena.allocateFrom(name), nth, status);
        }
    }

    static int parameters(String kernel, int[] sizes) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment room = arena.allocate(JAVA_INT, sizes.length);
            FunctionDescriptor signature = FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, JAVA_INT);
            int count = (int) call("standin_parameters", signature, arena.allocateFrom(kernel), room, sizes.length);
            MemorySegment.copy(room, JAVA_INT, 0, sizes, 0, sizes.length);
            return count;
        }
    }

    private static Object call(String function, FunctionDescriptor signature, Object... arguments) {
        MethodHandle handle = BOUND.computeIfAbsent(
                function, name -> Linker.nativeLinker().downcallHandle(Library.SYMBOLS.findOrThrow(name), signature));
        try {
            return handle.invokeWithArguments(arguments);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(function, e);
        }
    }
}
