package dev.cresset.gpucheck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cresset.app.Cli;
import dev.cresset.formats.IdxReader;
import dev.cresset.standin.Standin;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/// The list of steps, the tools and the data that they use, and the command line.
class StepsTest {
    @TempDir
    private Path folder;

    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "the GPU check is for Linux")
    void theSanitizerIsLookedForBesideTheToolkitToo() throws IOException {
        assertEquals(
                "compute-sanitizer is not installed; it comes with the CUDA toolkit.",
                step("memcheck-tiny").absent());
        Path toolkit = Files.createDirectories(folder.resolve("cuda-13.0/compute-sanitizer"));
        Path tool = Files.writeString(toolkit.resolve("compute-sanitizer"), "#!/bin/sh\n");
        assertTrue(tool.toFile().setExecutable(true));
        for (String name : List.of("memcheck", "racecheck", "synccheck")) {
            for (String tier : List.of("composed", "fused", "narrow-bf16", "tiny")) {
                List<String> command = step(name + "-" + tier).command();
                assertEquals(List.of(tool.toString(), "--tool", name), command.subList(0, 3));
                assertTrue(command.containsAll(List.of("--error-exitcode", "--device", "cuda")), command.toString());
                assertTrue(tier.startsWith(command.get(command.indexOf("--tier") + 1)), command.toString());
            }
        }
    }

    /// What the sanitizer looks at is trained in the tier that its name says.
    @Test
    @Tag("cuda")
    @Tag("standin")
    void shortRunsAreOfTheTierThatTheyName() throws IOException {
        Standin.requireBuilt();
        Steps.writeData(folder, new Machine("a name", true, Map.of()));
        Path toolkit = Files.createDirectories(folder.resolve("cuda-13.0/compute-sanitizer"));
        Path tool = Files.writeString(toolkit.resolve("compute-sanitizer"), "#!/bin/sh\n");
        assertTrue(tool.toFile().setExecutable(true));
        List<Step> looked = steps(Optional.empty()).stream()
                .filter(step -> step.name().startsWith("racecheck"))
                .toList();
        assertEquals(6, looked.size());
        for (Step step : looked) {
            List<String> command = new ArrayList<>(step.command());
            command.subList(0, command.indexOf("train")).clear();
            command.replaceAll(word -> word.startsWith("few-") || word.startsWith("model-")
                    ? folder.resolve(word).toString()
                    : word);
            String tier = command.get(command.indexOf("--tier") + 1);
            String said = Cli.run(command.toArray()).requireCode(0).out();
            assertTrue(said.contains("steps     " + tier + ":"), said);
        }
    }

    @Test
    void pyTorchRunsOnlyWhenItsScriptIsGiven() throws IOException {
        assertTrue(step("torch-peer").absent().contains("--torch-peer"));
        Path script = Files.writeString(folder.resolve("peer.py"), "");
        Step asked = steps(Optional.of(script)).getLast();
        assertEquals(List.of("python3", script.toString()), asked.command().subList(0, 2));
    }

    @Test
    void theBenchmarkTakesTurnsWithPyTorchWhereItsScriptIsGiven() throws IOException {
        assertFalse(step("bench").command().contains("--peer"));
        Path script = Files.writeString(folder.resolve("peer.py"), "");
        List<String> command = named("bench", steps(Optional.of(script))).command();
        assertEquals(script.toString(), command.get(command.indexOf("--peer") + 1), command.toString());
    }

    @Test
    void onTheStandInTheBenchmarkIsSmall() throws IOException {
        for (boolean standIn : List.of(true, false)) {
            Steps.writeData(folder, new Machine("a name", standIn, Map.of()));
            String options = step("bench").command().getLast();
            assertTrue(options.startsWith("@"), options);
            assertEquals(
                    standIn ? "--small" : "",
                    Files.readString(folder.resolve(options.substring(1))).strip());
        }
    }

    @Test
    void namesAreDistinctAndFitALogFile() {
        List<String> names = steps(Optional.empty()).stream().map(Step::name).toList();
        assertEquals(names.size(), names.stream().distinct().count());
        names.forEach(name -> assertTrue(name.matches("[a-z0-9-]+"), name));
    }

    @Test
    void theDataHaveTenClassesOfPicturesAsTheReaderTakesThem() throws IOException {
        SampleDigits.write(folder.resolve("digits"), 50);
        var digits = IdxReader.folder(folder.resolve("digits"));
        assertEquals(50, digits.size());
        assertEquals(784, digits.inputs());
        assertEquals(10, digits.outputs());
    }

    @Test
    void theCommandLineIsTakenOrRefusedWithTheReason() {
        Arguments arguments = Arguments.parse("--budget", "540", "--out", "here", "--only", "doctor,gpu-tests");
        assertEquals(540, arguments.budget());
        assertEquals(Path.of("here").toAbsolutePath(), arguments.out());
        assertEquals(2, arguments.only().size());
        assertTrue(Arguments.parse("--list").list());
        for (String wrong :
                List.of("--budget", "--budget soon", "--budget -1", "--torch-peer nowhere", "--fast", "x y")) {
            assertThrows(IllegalArgumentException.class, () -> Arguments.parse(wrong.split(" ")), wrong);
        }
    }

    private Step step(String name) {
        return named(name, steps(Optional.empty()));
    }

    private static Step named(String name, List<Step> steps) {
        return steps.stream()
                .filter(step -> step.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private List<Step> steps(Optional<Path> torchPeer) {
        return new Steps(new Bundle(folder), new Tools(Map.of(), folder)).all(torchPeer);
    }
}
