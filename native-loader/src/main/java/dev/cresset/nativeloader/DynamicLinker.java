package dev.cresset.nativeloader;

/// The functions of the system's dynamic linker (POSIX, with glibc's `dlinfo`); LWJGL's generator implements it.
/// Handles and pointers are addresses. Beside Java's own `SymbolLookup` it can say why a library did not load, and ask
/// whether one is loaded without loading it.
interface DynamicLinker {
    long dlopen(long path, int flags);

    long dlsym(long handle, long name);

    long dlerror();

    int dlinfo(long handle, int request, long result);

    int dlclose(long handle);
}
