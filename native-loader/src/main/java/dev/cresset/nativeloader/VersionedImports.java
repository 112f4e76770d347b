package dev.cresset.nativeloader;

import java.util.ArrayList;
import java.util.List;

/// What one library takes from another: the note that it needs it, the version that it wants (for cuBLAS the version
/// has the library's own name), and the functions.
///
/// @param name the needed library, such as `libcublas.so.12`
/// @param texts places of that name in the file: of the need, of the version's file and of the version
/// @param hash place of the version's hash
/// @param functions the names that are imported with this version
record VersionedImports(String name, List<Long> texts, long hash, List<String> functions) {
    private static final int SYMBOL_SIZE = 24;
    private static final int SYMBOL_SECTION = 6;
    private static final int VERSION_SIZE = 2;

    /// Reads what `elf` takes from the library whose name begins with `prefix`.
    ///
    /// @throws RefusedException if that is not one library with one version that bears its name
    static VersionedImports of(ElfFile elf, String prefix) throws RefusedException {
        long strings = elf.strings();
        List<Long> needs = elf.all(ElfFile.NEEDED).stream()
                .map(offset -> strings + offset)
                .filter(at -> elf.string(at).startsWith(prefix))
                .toList();
        require(needs.size() == 1, "it needs " + needs.size() + " libraries " + prefix + "*, not one");
        String name = elf.string(needs.getFirst());
        long at = elf.place(ElfFile.VERNEED);
        long count = elf.first(ElfFile.VERNEEDNUM).orElse(0L);
        long previous = 0;
        for (long i = 0; i < count; i++, at += elf.int32(at + 12)) {
            require(i == 0 || at > previous, "its list of versions is damaged");
            previous = at;
            long file = strings + elf.int32(at + 4);
            if (elf.string(file).equals(name)) {
                require(elf.int16(at + 2) == 1, "it wants several versions of " + name);
                return one(elf, name, needs.getFirst(), file, at + elf.int32(at + 8));
            }
        }
        throw new RefusedException("it wants no version of " + name, "");
    }

    private static VersionedImports one(ElfFile elf, String name, long need, long file, long version)
            throws RefusedException {
        long text = elf.strings() + elf.int32(version + 8);
        require(elf.string(text).equals(name), "it wants the version " + elf.string(text) + " of " + name);
        require(elf.int32(version) == hashOf(name), "its hash of " + name + " is not that name's");
        List<Long> texts = List.of(need, file, text).stream().distinct().toList();
        return new VersionedImports(name, texts, version, functions(elf, elf.int16(version + 6)));
    }

    /// The imported symbols come first in the table: the hash table begins with the first that is not.
    private static List<String> functions(ElfFile elf, int version) {
        long symbols = elf.place(ElfFile.SYMTAB);
        long versions = elf.place(ElfFile.VERSYM);
        int end = elf.int32(elf.place(ElfFile.GNU_HASH) + 4);
        List<String> names = new ArrayList<>();
        for (int i = 1; i < end; i++) {
            long symbol = symbols + (long) i * SYMBOL_SIZE;
            if (elf.int16(symbol + SYMBOL_SECTION) == 0 && elf.int16(versions + (long) i * VERSION_SIZE) == version) {
                names.add(elf.string(elf.strings() + elf.int32(symbol)));
            }
        }
        return List.copyOf(names);
    }

    /// The System V ABI's hash of a symbol's or a version's name.
    static int hashOf(String name) {
        int hash = 0;
        for (int i = 0; i < name.length(); i++) {
            hash = (hash << 4) + name.charAt(i);
            int top = hash & 0xf0000000;
            hash = (hash ^ (top >>> 24)) & ~top;
        }
        return hash;
    }

    private static void require(boolean condition, String otherwise) throws RefusedException {
        if (!condition) {
            throw new RefusedException(otherwise, "");
        }
    }
}
