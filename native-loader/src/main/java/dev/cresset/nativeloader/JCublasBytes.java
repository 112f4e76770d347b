package dev.cresset.nativeloader;

import java.lang.foreign.MemorySegment;
import java.util.List;

/// JCuda's native library for cuBLAS, as bytes. It is linked against `libcublas.so.12`. CUDA 13's
/// library has the same functions under its own name, and there it is [linked to][#linkedTo(String, byte[])] that: the
/// name and the hash of the name change in place, nothing moves.
///
/// Measured: docs/notes/0003-one-jcuda-for-cuda-12-and-13.md.
final class JCublasBytes {
    private static final String PREFIX = "libcublas.so.";

    private JCublasBytes() {}

    /// The functions that it takes from cuBLAS.
    static List<String> functions(byte[] library) throws RefusedException {
        return imports(new ElfFile(MemorySegment.ofArray(library))).functions();
    }

    /// The SONAME of the cuBLAS that it is linked against.
    static String cublas(byte[] library) throws RefusedException {
        return imports(new ElfFile(MemorySegment.ofArray(library))).name();
    }

    /// The same library, linked against another cuBLAS.
    ///
    /// @param soname as long as the one that it is linked against, such as `libcublas.so.13`
    /// @throws RefusedException if the library is not built as expected; then nothing is guessed
    static byte[] linkedTo(String soname, byte[] library) throws RefusedException {
        byte[] copy = library.clone();
        ElfFile elf = new ElfFile(MemorySegment.ofArray(copy));
        VersionedImports imports = imports(elf);
        if (soname.length() != imports.name().length()) {
            throw new RefusedException("its need of " + imports.name() + " has no room for the name " + soname, REMEDY);
        }
        for (long text : imports.texts()) {
            if (elf.byteAt(text - 1) != 0) {
                throw new RefusedException("its need of " + imports.name() + " is part of a longer text", REMEDY);
            }
            elf.text(text, soname);
        }
        elf.int32(imports.hash(), VersionedImports.hashOf(soname));
        VersionedImports changed = imports(new ElfFile(MemorySegment.ofArray(copy)));
        if (!changed.equals(new VersionedImports(soname, imports.texts(), imports.hash(), imports.functions()))) {
            throw new RefusedException("it does not keep the change of its cuBLAS to " + soname, REMEDY);
        }
        return copy;
    }

    private static final String REMEDY = "Use the version of JCuda that Cresset names in its Maven dependencies.";

    private static VersionedImports imports(ElfFile elf) throws RefusedException {
        try {
            VersionedImports imports = VersionedImports.of(elf, PREFIX);
            if (imports.functions().isEmpty()) {
                throw new RefusedException("it takes no function from " + imports.name(), REMEDY);
            }
            return imports;
        } catch (IndexOutOfBoundsException e) {
            throw new RefusedException("it is damaged or not complete", REMEDY);
        }
    }
}
