package dev.cresset.house;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// What readers are told is there, and reads as one piece.
class DocumentsTest {
    /// A class in backticks, with its package: `dev.cresset.train.Residence` or `dev.cresset.tensor.RowOrder.Kind`.
    private static final Pattern NAMED_CLASS =
            Pattern.compile("`(dev\\.cresset\\.[a-z0-9.]*\\.[A-Z]\\w*(?:\\.[A-Z]\\w*)*)`");

    /// A list that goes on after a blank line is two lists to a reader.
    private static final Pattern BROKEN_LIST = Pattern.compile("(?m)^(?:- | {2}\\S).*\\R\\R- .*");

    /// A package that only a profile of the build compiles.
    private static final String OF_A_PROFILE = "dev.cresset.benchmarks";

    private static final String SOURCES_OF_IT = "java/benchmarks/src/main/java/dev/cresset/benchmarks";

    private final Repository repository = Repository.open();

    @Test
    void everyClassThatIsNamedWithItsPackageIsThere() throws ClassNotFoundException {
        int found = 0;
        List<Path> documents = repository.textFiles().stream()
                .filter(file -> file.toString().endsWith(".md"))
                .toList();
        for (Path file : documents) {
            Matcher named = NAMED_CLASS.matcher(Repository.read(file));
            while (named.find()) {
                found++;
                // The package ends before the first capital; what follows is nested.
                String[] parts = named.group(1).split("\\.(?=[A-Z])", 2);
                if (parts[0].equals(OF_A_PROFILE)) {
                    Path source = repository.root().resolve(SOURCES_OF_IT).resolve(parts[1] + ".java");
                    assertTrue(Files.exists(source), source + " is named in " + file);
                } else {
                    Class.forName(parts[0] + "." + parts[1].replace('.', '$'));
                }
            }
        }
        assertTrue(found > 0, "no document names a class with its package");
    }

    @Test
    void theReadmeNamesThePackagesOfTheOptionsOfSteps() {
        String readme = Repository.read(repository.root().resolve("README.md"));
        for (String type : List.of("backend.step.Tier", "train.Residence", "tensor.RowOrder.Kind")) {
            assertTrue(readme.contains("`dev.cresset." + type + "`"), type);
        }
    }

    @Test
    void noListOfTheChangelogIsBrokenByABlankLine() {
        Violations violations = new Violations("Lists that a blank line breaks:");
        Path changelog = repository.root().resolve("CHANGELOG.md");
        Matcher broken = BROKEN_LIST.matcher(Repository.read(changelog));
        while (broken.find()) {
            violations.add(repository.name(changelog), broken.group().lines().reduce("", (a, b) -> b));
        }
        violations.assertNone();
    }
}
