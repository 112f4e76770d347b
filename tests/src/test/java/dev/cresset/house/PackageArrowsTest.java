package dev.cresset.house;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.classfile.ClassFile;
import java.lang.constant.ClassDesc;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The arrows between packages point downward only; [Arrows] holds the table, the compiled classes are the evidence.
class PackageArrowsTest {
    private static final List<String> MODULES =
            List.of("native-loader", "cuda-kernels", "java/core", "java/formats", "java/app");

    @Test
    void everyArrowPointsDownward() {
        List<ClassUses> classes = compiled();
        assertTrue(
                classes.stream().anyMatch(type -> type.packageName().equals("dev.cresset.tensor")),
                "no compiled class of dev.cresset.tensor was found; build first: ./mvnw verify");
        Violations violations = new Violations("Arrows that point the wrong way; move the class or turn the use:");
        for (ClassUses type : classes) {
            check(type, violations);
        }
        violations.assertNone();
    }

    @Test
    void aPlantedWrongArrowIsFoundInAClassFile() {
        ClassUses planted = ClassUses.of(ClassFile.of()
                .build(
                        ClassDesc.of("dev.cresset.tensor.Planted"),
                        type -> type.withField("model", ClassDesc.of("dev.cresset.nn.Linear"), ClassFile.ACC_PRIVATE)));
        assertEquals("dev.cresset.tensor", planted.packageName());
        assertTrue(planted.uses().contains("dev.cresset.nn"), () -> "seen: " + planted.uses());
        assertTrue(Arrows.wrong("dev.cresset.tensor", "dev.cresset.nn").isPresent());
    }

    @ParameterizedTest
    @CsvSource({
        "dev.cresset.tensor, dev.cresset.backend",
        "dev.cresset.nn, dev.cresset.loss",
        "dev.cresset.optim, dev.cresset.nn",
        "dev.cresset.data, dev.cresset.backend",
        "dev.cresset.loss, dev.cresset.train",
        "dev.cresset.formats, dev.cresset.train",
        "dev.cresset.formats.csv, dev.cresset.app",
        "dev.cresset.nn, dev.cresset.backend.cpu",
        "dev.cresset.app, dev.cresset.backend.cuda",
        "dev.cresset.backend.cpu, jcuda.driver",
        "dev.cresset.nn, jcuda",
        "dev.cresset.backend.cuda, org.lwjgl.system",
    })
    void wrongArrowsAreRefused(String from, String to) {
        assertTrue(Arrows.wrong(from, to).isPresent());
    }

    @ParameterizedTest
    @CsvSource({
        "dev.cresset.backend, dev.cresset.backend.cpu",
        "dev.cresset.backend.cpu, dev.cresset.backend",
        "dev.cresset.backend.cuda, jcuda.driver",
        "dev.cresset.nativeloader, org.lwjgl.system",
        "dev.cresset.nn, dev.cresset.tensor",
        "dev.cresset.train, dev.cresset.verify",
        "dev.cresset.app, dev.cresset.formats.csv",
        "dev.cresset.nn, java.util",
    })
    void rightArrowsAreAllowed(String from, String to) {
        assertEquals("", Arrows.wrong(from, to).orElse(""));
    }

    @Test
    void aPackageWithoutAPlaceIsRefused() {
        assertTrue(Arrows.unplaced("dev.cresset.somewhere").isPresent());
        assertTrue(Arrows.unplaced("dev.cresset.backend.other").isPresent());
        assertFalse(Arrows.unplaced("dev.cresset.backend.cuda").isPresent());
    }

    private static void check(ClassUses type, Violations violations) {
        Arrows.unplaced(type.packageName()).ifPresent(why -> violations.add(type.name(), why));
        for (String used : type.uses()) {
            Arrows.wrong(type.packageName(), used)
                    .ifPresent(why -> violations.add(type.name(), "uses " + used + ": " + why));
        }
    }

    private static List<ClassUses> compiled() {
        Path root = Repository.open().root();
        List<ClassUses> classes = new ArrayList<>();
        for (String module : MODULES) {
            Path folder = root.resolve(module).resolve("target/classes");
            if (Files.isDirectory(folder)) {
                classes.addAll(ClassUses.under(folder));
            }
        }
        return classes;
    }
}
