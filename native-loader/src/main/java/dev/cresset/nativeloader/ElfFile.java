package dev.cresset.nativeloader;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What a Linux library says of itself, read without loading it: for which processor it is, its SONAME, what it needs.
/// Offsets are bytes from the start of the file. All that is read lies inside the file, or it is refused.
///
/// Source: Tool Interface Standard, Executable and Linking Format 1.2 (1995), and the ELF-64 Object File Format 1.5.
final class ElfFile {
    /// `e_machine` of x86-64.
    static final int X86_64 = 62;

    private static final int MAGIC = 0x464C457F;
    private static final int CLASS_64 = 2;
    private static final int LITTLE_ENDIAN = 1;
    private static final int SHARED = 3;
    private static final int SEGMENT_LOAD = 1;
    private static final int SEGMENT_DYNAMIC = 2;
    private static final int SEGMENT_SIZE = 56;
    private static final int ENTRY_SIZE = 16;

    static final long NEEDED = 1;
    static final long STRTAB = 5;
    static final long SYMTAB = 6;
    static final long SONAME = 14;
    static final long VERSYM = 0x6ffffff0L;
    static final long VERNEED = 0x6ffffffeL;
    static final long VERNEEDNUM = 0x6fffffffL;
    static final long GNU_HASH = 0x6ffffef5L;

    private static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private record Segment(long offset, long address, long size) {}

    private record Entry(long tag, long value) {}

    private final MemorySegment file;
    private final List<Segment> segments = new ArrayList<>();
    private final List<Entry> dynamic = new ArrayList<>();

    /// Reads the headers.
    ///
    /// @throws RefusedException if this is not a whole shared library for x86-64
    ElfFile(MemorySegment file) throws RefusedException {
        this.file = file;
        try {
            readHeader();
            readSegments();
        } catch (IndexOutOfBoundsException e) {
            throw new RefusedException("it is damaged or not complete", "Install it again.");
        }
        if (dynamic.isEmpty()) {
            throw new RefusedException("it has no dynamic section", "Install it again.");
        }
    }

    /// The SONAME of a file, under which the system's loader knows it once it is loaded.
    static Optional<String> soname(Path path) throws RefusedException {
        try (FileChannel channel = FileChannel.open(path);
                Arena arena = Arena.ofConfined()) {
            ElfFile elf = new ElfFile(channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena));
            return elf.first(SONAME).map(offset -> elf.string(elf.strings() + offset));
        } catch (IOException e) {
            throw new RefusedException("it cannot be read: " + e, "Make it readable, or name another place.");
        } catch (IndexOutOfBoundsException e) {
            throw new RefusedException("it is damaged or not complete", "Install it again.");
        }
    }

    private void readHeader() throws RefusedException {
        if (file.byteSize() < 64 || int32(0) != MAGIC) {
            throw new RefusedException("it is no Linux library", "Name the library itself.");
        }
        int machine = int16(18);
        if (byteAt(4) != CLASS_64 || byteAt(5) != LITTLE_ENDIAN || machine != X86_64) {
            throw new RefusedException(
                    "it is for another processor (" + processor(machine) + ", and this Java runs on x86-64)",
                    "Install the one for x86-64, or name another place.");
        }
        if (int16(16) != SHARED) {
            throw new RefusedException("it is an ELF file, but no shared library", "Name the library itself.");
        }
    }

    private static String processor(int machine) {
        return switch (machine) {
            case 3 -> "32-bit x86";
            case 21 -> "64-bit PowerPC";
            case 40 -> "32-bit ARM";
            case X86_64 -> "32-bit or big-endian x86-64";
            case 183 -> "64-bit ARM";
            case 190 -> "an NVIDIA GPU";
            case 243 -> "RISC-V";
            default -> "ELF machine " + machine;
        };
    }

    private void readSegments() {
        long at = int64(32);
        int count = int16(56);
        for (int i = 0; i < count; i++, at += SEGMENT_SIZE) {
            int type = int32(at);
            if (type == SEGMENT_LOAD) {
                segments.add(new Segment(int64(at + 8), int64(at + 16), int64(at + 32)));
            } else if (type == SEGMENT_DYNAMIC) {
                readDynamic(int64(at + 8), int64(at + 32));
            }
        }
    }

    private void readDynamic(long start, long size) {
        for (long at = start; at < start + size && int64(at) != 0; at += ENTRY_SIZE) {
            dynamic.add(new Entry(int64(at), int64(at + 8)));
        }
    }

    /// All values with a tag, in order.
    List<Long> all(long tag) {
        return dynamic.stream()
                .filter(entry -> entry.tag == tag)
                .map(Entry::value)
                .toList();
    }

    /// The first value with a tag.
    Optional<Long> first(long tag) {
        return all(tag).stream().findFirst();
    }

    /// Where in the file that lies which will be at the address that a tag gives.
    ///
    /// @throws IndexOutOfBoundsException if the file has no such tag, or lacks what it points to
    long place(long tag) {
        long address = first(tag).orElseThrow(() -> new IndexOutOfBoundsException("no tag " + tag));
        return segments.stream()
                .filter(segment -> address >= segment.address && address - segment.address < segment.size)
                .findFirst()
                .map(segment -> segment.offset + address - segment.address)
                .orElseThrow(() -> new IndexOutOfBoundsException("nothing at " + address));
    }

    /// Where the table of strings begins.
    long strings() {
        return place(STRTAB);
    }

    /// The text at a place, up to its NUL.
    String string(long at) {
        long end = at;
        while (byteAt(end) != 0) {
            end++;
        }
        return new String(file.asSlice(at, end - at).toArray(ValueLayout.JAVA_BYTE), StandardCharsets.ISO_8859_1);
    }

    int byteAt(long at) {
        return file.get(ValueLayout.JAVA_BYTE, at);
    }

    int int16(long at) {
        return Short.toUnsignedInt(file.get(SHORT, at));
    }

    int int32(long at) {
        return file.get(INT, at);
    }

    long int64(long at) {
        return file.get(LONG, at);
    }

    void int32(long at, int value) {
        file.set(INT, at, value);
    }

    void text(long at, String text) {
        MemorySegment.copy(
                MemorySegment.ofArray(text.getBytes(StandardCharsets.ISO_8859_1)), 0, file, at, text.length());
    }
}
