package dev.cresset.nativeloader;

import java.lang.invoke.MethodHandles;
import java.lang.reflect.Method;
import org.lwjgl.system.ffm.FFM;

/// Binds the methods of an interface of this package to the functions of those names in a library, through LWJGL.
final class Bindings {
    private Bindings() {}

    /// @throws RefusedException if the library lacks one of the functions
    static <T> T of(Class<T> functions, SharedLibrary library) throws RefusedException {
        for (Method method : functions.getDeclaredMethods()) {
            if (library.find(method.getName()).isEmpty()) {
                throw new RefusedException(
                        "it lacks the function " + method.getName(), "Install it again, or a newer version of it.");
            }
        }
        return FFM.ffmGenerate(
                functions,
                FFM.ffmConfigBuilder(MethodHandles.lookup())
                        .withSymbolLookup(library)
                        .build());
    }
}
