package dev.cresset.kernels;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// What a cubin, which is a 64-bit ELF file, says of itself: the GPU it is for, and of each kernel its parameters and
/// the block it was compiled for.
///
/// @param architecture such as 90 for `sm_90`
record Cubin(int architecture, Map<String, Signature> kernels) {
    private static final int CUDA_MACHINE = 190;
    private static final String INFO = ".nv.info.";

    /// Up to CUDA 12 the architecture is the lowest byte of the flags; the later format has it in the next one.
    private static final int OLD_FORMAT = 0x33;

    // Attributes of `.nv.info.<kernel>`: a byte each for how the value is stored and what it is, then 16 bits, which
    // are
    // the value or its length.
    private static final int STORED_BEHIND = 4;
    private static final int REQUIRED_THREADS = 0x10;
    private static final int MAX_THREADS = 0x05;
    private static final int PARAMETER = 0x17;

    static Cubin read(byte[] bytes) {
        ByteBuffer elf = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        require(bytes.length > 64 && elf.getInt(0) == 0x464c457f && elf.get(4) == 2, "is no 64-bit ELF file");
        require(elf.getShort(18) == CUDA_MACHINE, "is not for CUDA but for machine " + elf.getShort(18));
        int flags = elf.getInt(48);
        int architecture = elf.get(7) == OLD_FORMAT ? flags & 0xff : flags >> 8 & 0xff;

        Map<String, Signature> kernels = new TreeMap<>();
        for (Section section : sections(elf)) {
            if (section.name().startsWith(INFO)) {
                kernels.put(section.name().substring(INFO.length()), signature(section.content()));
            }
        }
        return new Cubin(architecture, kernels);
    }

    private record Section(String name, ByteBuffer content) {}

    private static List<Section> sections(ByteBuffer elf) {
        int table = Math.toIntExact(elf.getLong(40));
        int size = elf.getShort(58);
        int count = elf.getShort(60);
        int names = Math.toIntExact(elf.getLong(table + elf.getShort(62) * size + 24));
        List<Section> sections = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int header = table + i * size;
            boolean empty = elf.getInt(header + 4) == 8; // NOBITS: memory, nothing in the file
            int offset = Math.toIntExact(elf.getLong(header + 24));
            int length = empty ? 0 : Math.toIntExact(elf.getLong(header + 32));
            ByteBuffer content = elf.slice(offset, length).order(ByteOrder.LITTLE_ENDIAN);
            sections.add(new Section(text(elf, names + elf.getInt(header)), content));
        }
        return sections;
    }

    private static Signature signature(ByteBuffer info) {
        List<Signature.Place> parameters = new ArrayList<>();
        int threads = 0;
        while (info.hasRemaining()) {
            int stored = info.get();
            int attribute = info.get();
            int length = Short.toUnsignedInt(info.getShort());
            if (stored != STORED_BEHIND) {
                continue;
            }
            ByteBuffer value = info.slice(info.position(), length).order(ByteOrder.LITTLE_ENDIAN);
            info.position(info.position() + length);
            switch (attribute) {
                case PARAMETER -> parameters.add(parameter(value));
                case MAX_THREADS, REQUIRED_THREADS -> threads = value.getInt(0) * value.getInt(4) * value.getInt(8);
                default -> {}
            }
        }
        return Signature.of(parameters, threads);
    }

    /// 32 bits of an index, 16 of the parameter's number, 16 of its offset, and 32 whose upper 14 are its size.
    private static Signature.Place parameter(ByteBuffer value) {
        int size = value.getInt(8) >>> 18;
        return new Signature.Place(value.getShort(4), Short.toUnsignedInt(value.getShort(6)), size);
    }

    private static String text(ByteBuffer elf, int start) {
        int end = start;
        while (elf.get(end) != 0) {
            end++;
        }
        byte[] text = new byte[end - start];
        elf.get(start, text);
        return new String(text, StandardCharsets.US_ASCII);
    }

    private static void require(boolean right, String otherwise) {
        if (!right) {
            throw new IllegalArgumentException("the file " + otherwise);
        }
    }
}
