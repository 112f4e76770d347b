package dev.cresset.house;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// What a source file of this project may be and hold.
class HouseRulesTest {
    private static final int LINES = 300;

    private static final Pattern VAGUE_NAME =
            Pattern.compile("(?:^|[a-z0-9_])(?:Utils?|Helpers?|Managers?|Common|Misc)(?![a-z])");

    private static final Pattern UNFINISHED = Pattern.compile("\\b(?:TODO|FIXME)\\b");

    /// Where Java's collector is asked for a GPU's memory before a request is refused, as Java itself does for direct
    /// memory: nothing else tells it that such memory is short.
    private static final String COLLECTING = "backend/cuda/CudaHeap.java";

    private static final Pattern UNWANTED_CALL =
            Pattern.compile("\\bSystem\\.gc\\(|\\.printStackTrace\\(|\\bObjectInputStream\\b");

    private static final Pattern JAVA_FUNCTION =
            Pattern.compile("\\bMath\\.(?:exp|expm1|log|log1p|log10|pow|sinh?|cosh?|tanh?|cbrt|asin|acos|atan2?)\\(");

    /// What a formatter leaves that does not know `///`: part of a sentence in a comment that is no Javadoc.
    private static final Pattern BROKEN_DOC = Pattern.compile("(?m)^[ \\t]*///.*\\R[ \\t]*//(?!/).*");

    private static final Pattern IMPORT = Pattern.compile("(?m)^import (?:static )?[\\w.]+\\.(\\w+);\\R");

    /// A home folder, a mounted workspace, or one particular JDK; a `*` or a variable in its place is fine.
    private static final Pattern MACHINE_PATH = Pattern.compile("(?<![\\w.~$})*/-])/(?:home/\\w|Users/\\w|root/|work/|"
            + "usr/lib/jvm/\\w)[^\\s\"'`<>]*|\\b[A-Z]:\\\\Users\\\\\\w+");

    private final Repository repository = Repository.open();

    @Test
    void noMainSourceIsLongerThan300Lines() {
        Violations violations = new Violations("Too long; give one of its concepts a file of its own:");
        for (Path file : repository.mainSources()) {
            long lines = Repository.read(file).lines().count();
            if (lines > LINES) {
                violations.add(repository.name(file), lines + " lines, of at most " + LINES);
            }
        }
        violations.assertNone();
    }

    @Test
    void namesSayWhatAThingIs() {
        Violations violations = new Violations("Vague names; name the thing by what it is or does:");
        for (Path file : repository.javaFiles()) {
            String name = file.getFileName().toString();
            if (VAGUE_NAME.matcher(name).find()) {
                violations.add(repository.name(file), "file name");
            }
        }
        for (Sources.Type type : Sources.types(repository.javaFiles())) {
            if (VAGUE_NAME.matcher(type.name()).find()) {
                violations.add(where(type), "type " + type.name());
            }
        }
        violations.assertNone();
    }

    @Test
    void mainSourcesHoldNothingUnfinished() {
        forbid(UNFINISHED, "Unfinished; finish it, or write an issue or a note under docs/notes:");
    }

    @Test
    void mainSourcesMakeNoUnwantedCalls() {
        forbid(
                UNWANTED_CALL,
                "Unwanted; memory has an owner that closes it, exceptions are thrown or logged, and files"
                        + " are never read by Java deserialisation:");
    }

    /// Java's may differ in the last bit from one machine to another.
    @Test
    void theCpuTakesItsFunctionsFromItself() {
        Violations violations = new Violations("Functions of Java; take the CPU's own, of the same bits everywhere:");
        for (Path file : repository.coreSources()) {
            if (repository.name(file).contains("/backend/cpu/")) {
                String source = Repository.read(file);
                JAVA_FUNCTION
                        .matcher(source)
                        .results()
                        .forEach(hit ->
                                violations.add(repository.name(file) + ":" + lineAt(source, hit.start()), hit.group()));
            }
        }
        violations.assertNone();
    }

    @Test
    void noJavadocIsBrokenByAPlainComment() {
        Violations violations =
                new Violations("A // line right below a /// line; join them, or write /// before both:");
        for (Path file : repository.javaFiles()) {
            String source = Repository.read(file);
            BROKEN_DOC
                    .matcher(source)
                    .results()
                    .forEach(hit -> violations.add(
                            repository.name(file) + ":" + (lineAt(source, hit.start()) + 1),
                            hit.group().lines().skip(1).findFirst().orElse("").strip()));
        }
        violations.assertNone();
    }

    @Test
    void everyImportIsUsed() {
        Violations violations = new Violations("Unused imports; remove them:");
        for (Path file : repository.javaFiles()) {
            String source = Repository.read(file);
            String rest = IMPORT.matcher(source).replaceAll("");
            Matcher matcher = IMPORT.matcher(source);
            while (matcher.find()) {
                String name = matcher.group(1);
                if (!Pattern.compile("\\b" + name + "\\b").matcher(rest).find()) {
                    violations.add(repository.name(file) + ":" + lineAt(source, matcher.start()), name);
                }
            }
        }
        violations.assertNone();
    }

    @Test
    void publicTypesOfTheCoreHaveJavadoc() {
        Violations violations = new Violations("No Javadoc directly above a public type; say what it is:");
        for (Sources.Type type : Sources.types(repository.coreSources())) {
            if (type.isPublic() && !type.hasJavadoc()) {
                violations.add(where(type), "type " + type.name());
            }
        }
        violations.assertNone();
    }

    @Test
    void everyPackageOfTheCoreSaysWhereToStart() {
        Violations violations = new Violations("No package-info.java; write one that says where to start:");
        List<Path> packages = repository.coreSources().stream()
                .map(Path::getParent)
                .distinct()
                .toList();
        for (Path folder : packages) {
            if (!Files.exists(folder.resolve("package-info.java"))) {
                violations.add(repository.name(folder), "has no package-info.java");
            }
        }
        violations.assertNone();
    }

    @Test
    void noFileNamesAPathOfOneMachine() {
        Violations violations =
                new Violations("Paths of one machine; use a relative path, a variable, or look in the usual places:");
        for (Path file : repository.textFiles()) {
            String text = Repository.read(file);
            MACHINE_PATH
                    .matcher(text)
                    .results()
                    .forEach(hit ->
                            violations.add(repository.name(file) + ":" + lineAt(text, hit.start()), hit.group()));
        }
        violations.assertNone();
    }

    @Test
    void thePatternsFindWhatTheyShould() {
        assertTrue(List.of("Utils", "ArrayUtil", "MathHelper.java", "StreamManager", "CommonOps", "MiscOps").stream()
                .allMatch(name -> VAGUE_NAME.matcher(name).find()));
        assertTrue(List.of("Utility", "Commonplace", "Miscount", "Helpful").stream()
                .noneMatch(name -> VAGUE_NAME.matcher(name).find()));
        for (String folder : List.of("home/ada/x", "Users/ada", "root/.m2", "work/x", "usr/lib/jvm/some-jdk")) {
            assertTrue(MACHINE_PATH.matcher("see /" + folder).find(), folder);
        }
        for (String fine : List.of("/usr/lib/jvm/*", "https://site.org/home/page", "net/home.html", "$HOME/x", "~/x")) {
            assertFalse(MACHINE_PATH.matcher(fine).find(), fine);
        }
    }

    private void forbid(Pattern pattern, String rule) {
        Violations violations = new Violations(rule);
        for (Path file : repository.mainSources()) {
            String source = Repository.read(file);
            pattern.matcher(source)
                    .results()
                    .filter(hit -> !(hit.group().equals("System.gc(")
                            && repository.name(file).endsWith(COLLECTING)))
                    .forEach(hit ->
                            violations.add(repository.name(file) + ":" + lineAt(source, hit.start()), hit.group()));
        }
        violations.assertNone();
    }

    private String where(Sources.Type type) {
        return repository.name(type.file()) + ":" + type.line();
    }

    private static long lineAt(String text, int offset) {
        return text.substring(0, offset).chars().filter(c -> c == '\n').count() + 1;
    }
}
