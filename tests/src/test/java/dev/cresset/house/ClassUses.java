package dev.cresset.house;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.constantpool.ClassEntry;
import java.lang.classfile.constantpool.PoolEntry;
import java.lang.classfile.constantpool.Utf8Entry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// What a compiled class names, read from its constant pool: every class entry, and every class in a descriptor,
/// a generic signature or an annotation.
///
/// @param name the class's own name, with dots
/// @param uses the packages of the classes that it names
record ClassUses(String name, Set<String> uses) {
    private static final Pattern IN_DESCRIPTOR = Pattern.compile("L((?:[\\w$]+/)+[\\w$]+)[;<]");
    private static final Pattern CLASS_NAME = Pattern.compile("\\[*L?((?:[\\w$]+/)+[\\w$]+);?");

    static List<ClassUses> under(Path classes) {
        try (Stream<Path> files = Files.walk(classes)) {
            return files.filter(file -> file.toString().endsWith(".class"))
                    .sorted()
                    .map(ClassUses::read)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static ClassUses of(byte[] bytes) {
        ClassModel model = ClassFile.of().parse(bytes);
        Set<String> uses = new TreeSet<>();
        for (PoolEntry entry : model.constantPool()) {
            switch (entry) {
                case ClassEntry type -> add(CLASS_NAME, type.asInternalName(), uses);
                case Utf8Entry text -> add(IN_DESCRIPTOR, text.stringValue(), uses);
                default -> {}
            }
        }
        return new ClassUses(model.thisClass().asInternalName().replace('/', '.'), uses);
    }

    String packageName() {
        return packageOf(name);
    }

    private static ClassUses read(Path file) {
        try {
            return of(Files.readAllBytes(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void add(Pattern pattern, String text, Set<String> uses) {
        Matcher matcher = pattern.matcher(text);
        while (matcher.find()) {
            uses.add(packageOf(matcher.group(1).replace('/', '.')));
        }
    }

    private static String packageOf(String className) {
        int dot = className.lastIndexOf('.');
        return dot < 0 ? "" : className.substring(0, dot);
    }
}
