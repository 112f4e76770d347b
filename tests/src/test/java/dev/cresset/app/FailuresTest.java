package dev.cresset.app;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/// Whatever goes wrong, a user reads one line that says what, where, and what to do.
class FailuresTest {
    @TempDir
    Path folder;

    private Path data;
    private Path model;

    @BeforeEach
    void write() throws IOException {
        data = SampleFiles.clouds(folder.resolve("clouds.csv"), 60);
        model = folder.resolve("m.safetensors");
    }

    private Cli train(Object... more) {
        List<Object> all = new ArrayList<>(List.of("train", "--out", model, "--epochs", "1"));
        all.addAll(Arrays.asList(more));
        return Cli.run(all.toArray());
    }

    @Test
    void missingAndBadDataIsNamed() throws IOException {
        train("--data", folder.resolve("none.csv")).fails(1, "none.csv: no such file");
        train("--data", folder).fails(1, folder.toString());
        train("--data", data, "--target", "colour").fails(1, "no column 'colour'", "'length', 'weight', 'kind'");
        train("--data", data, "--target", "weight").fails(1, "row 2, column 'kind'", "a number");
        Path broken = folder.resolve("broken.csv");
        Files.writeString(broken, "a,b,y\n1,2,3\n4,NaN,6\n");
        train("--data", broken).fails(1, "broken.csv, row 3, column 'b'", "missing");
        assertFalse(Files.exists(model));
    }

    @Test
    void unknownLabelsAreNamed() throws IOException {
        train("--data", data).requireCode(0);
        Path other = folder.resolve("other.csv");
        Files.writeString(other, "length,weight,kind\n1,2,rose\n1,2,daisy\n");
        Cli.run("evaluate", "--model", model, "--data", other).fails(1, "row 3", "'daisy'", "iris, wild, rose, tulip");
        Files.writeString(other, "length,kind\n1,rose\n");
        Cli.run("predict", "--model", model, "--data", other, "--out", folder.resolve("p.csv"))
                .fails(1, "'weight'", "missing");
        assertFalse(Files.exists(folder.resolve("p.csv")));
    }

    @Test
    void badModelsAreNamed() throws IOException {
        Cli.run("evaluate", "--model", model, "--data", data).fails(1, "m.safetensors: no such file");
        Cli.run("evaluate", "--model", data, "--data", data).fails(1, "clouds.csv: not a safetensors file");
        train("--data", data).requireCode(0);
        byte[] whole = Files.readAllBytes(model);
        Files.write(model, Arrays.copyOf(whole, whole.length - 10));
        Cli.run("evaluate", "--model", model, "--data", data).fails(1, "m.safetensors", "cut off");
    }

    @Test
    void aDeviceThatIsNotThereIsAnErrorWithTheRemedy() {
        train("--data", data, "--device", "cuda")
                .fails(1, "cuda:0 is not available", "without a GPU, use --device cpu.");
        train("--data", data, "--precision", "3xtf32").fails(1, "3xTF32 are precisions of GPUs", "use --device cpu.");
        train("--data", data, "--device", "cuda:3").fails(1, "cuda:3");
        train("--data", data, "--device", "tpu").fails(2, "'tpu'", "cpu");
        train("--data", data, "--device", "reference", "--precision", "fp32").fails(2, "reference");
        train("--data", data, "--precision", "fp8").fails(2, "'fp8'", "3xtf32");
        train("--data", data, "--device", "cpu", "--precision", "3xTF32").fails(2, "FP32 or FP64, found 3xtf32:");
        train("--data", data, "--device", "cpu", "--precision", "bf16").fails(2, "found BF16");
        assertFalse(Files.exists(model));
    }

    @Test
    void optionsOfTheCpuAreRefusedWithTheirLimitsAndForAnotherDevice() {
        train("--data", data, "--threads", 20_000).fails(2, "1 to 1024 threads, found 20000: leave --threads out");
        train("--data", data, "--threads", "0").fails(2, "--threads", "1 or more");
        train("--data", data, "--device", "cuda", "--threads", 2).fails(2, "found device cuda", "use --device cpu");
        train("--data", data, "--device", "reference", "--products", "openblas").fails(2, "found device reference");
        train("--data", data, "--device", "cpu", "--products", "onednn", "--precision", "fp64")
                .fails(2, "oneDNN", "FP32 only, found FP64", "leave --products out");
        assertFalse(Files.exists(model));
        Cli.run("bench", "--small", "--device", "cpu", "--threads", 1025).fails(2, "found 1025");
        Cli.run("bench", "--small", "--device", "reference", "--threads", 2).fails(2, "found device reference");
    }

    @Test
    void aPlaceThatCannotBeWrittenToIsRefusedBeforeTraining() {
        Path lost = folder.resolve("none").resolve("m");
        Cli run = Cli.run("train", "--data", data, "--out", lost);
        run.fails(1, "no folder " + folder.resolve("none"));
        assertFalse(run.err().contains("epoch"), run.err());
        Cli.run("train", "--data", data, "--out", folder).fails(1, "this is a folder");
        train("--data", data, "--plot", lost).fails(1, "no folder");
        Cli.run("predict", "--model", model, "--data", data, "--out", lost).fails(1, "no folder");
    }

    /// To the permissions of an administrator it is a folder like others.
    @Test
    @EnabledOnOs(value = OS.LINUX, disabledReason = "there is a folder that takes no files")
    void aFolderThatTakesNoFilesIsRefusedBeforeTraining() {
        Cli run = Cli.run("train", "--data", data, "--out", "/proc/m");
        run.fails(1, "/proc/m: no file can be written to /proc");
        assertFalse(run.err().contains("epoch"), run.err());
    }

    @Test
    void sizesAndValuesThatCannotBeAreNamed() {
        train("--data", data, "--hidden", "1000000,1000000").fails(1, "1000000000000 weights", "at most 2147483647");
        train("--data", data, "--seed", "abc").fails(2, "--seed", "a whole number", "found 'abc'");
        train("--data", "").fails(2, "--data: a file or a folder expected, found ''");
    }

    @Test
    void classesThatAreMostlySeenOnceAreRemarkedUpon() throws IOException {
        Path houses = SampleFiles.houses(folder.resolve("houses.csv"), 40);
        String note = "amounts are predicted with --task regression";
        Cli run = train("--data", houses, "--target", "price", "--task", "classification", "--standardize");
        assertTrue(run.requireCode(0).out().contains(note), run.out());
        assertFalse(train("--data", data).requireCode(0).out().contains(note));
    }

    @Test
    void aLossThatGrowsBeyondBoundsEndsTheRun() throws IOException {
        Path plane = SampleFiles.plane(folder.resolve("plane.csv"), 100);
        train("--data", plane, "--lr", "1e30").fails(1, "lower the learning rate");
        assertFalse(Files.exists(model));
    }

    @Test
    void tooFewRowsToSplitAreRefused() throws IOException {
        Path two = folder.resolve("two.csv");
        Files.writeString(two, "1,2\n3,4\n");
        train("--data", two).fails(1, "--validation 0.2", "part empty");
        train("--data", two, "--validation", "0").requireCode(0);
    }

    @Test
    void aLossOfAnotherTaskIsWrongUsage() throws IOException {
        Path plane = SampleFiles.plane(folder.resolve("plane.csv"), 50);
        train("--data", plane, "--loss", "cross-entropy").fails(2, "does not fit a regression", "mse");
        train("--data", plane, "--loss", "bce-with-logits").fails(2, "does not fit a regression");
        train("--data", plane, "--loss", "bce").fails(2, "targets from 0 to 1", "column 'difference'");
        train("--data", data, "--loss", "mse").fails(2, "does not fit a classification", "cross-entropy");
        train("--data", plane, "--label-smoothing", "0.1").fails(2, "cross-entropy");
    }

    @Test
    void wrongUsageSaysWhatIsRight() {
        Cli.run().fails(2, "A command is missing", "cresset --help");
        Cli.run("trian").fails(2, "trian", "train");
        Cli.run("train", "--data", data).fails(2, "--out=MODEL", "cresset train --help");
        Cli.run("train", "--out", model).fails(2, "--data=PATH");
        Cli.run("predict", "--data", data, "--out", model).fails(2, "--model=MODEL");
        train("--data", data, "--epochs", "0").fails(2, "'--epochs'", "1 or more", "'0'");
        train("--data", data, "--epochs", "ten").fails(2, "'ten'");
        train("--data", data, "--lr", "-1").fails(2, "'--lr'", "0 or more");
        train("--data", data, "--lr", "NaN").fails(2, "'--lr'");
        train("--data", data, "--dropout", "1").fails(2, "'--dropout'", "below 1");
        train("--data", data, "--hidden", "8,,8").fails(2, "'--hidden'", "256,128");
        train("--data", data, "--hidden", "0").fails(2, "'--hidden'");
        train("--data", data, "--activation", "rel").fails(2, "'--activation'", "leaky-relu");
        train("--data", data, "--loss", "hinge").fails(2, "'--loss'", "smooth-l1");
        train("--data", data, "--separator", ";;").fails(2, "'--separator'");
        train("--data", data, "--separator", "7").fails(2, "separator");
        train("--data", data, "--nesterov").fails(2, "--momentum");
        train("--data", data, "--early-stopping", "2", "--validation", "0").fails(2, "--validation");
        train("--data", data, "--frobnicate").fails(2, "--frobnicate");
    }

    @Test
    void aMistypedOptionIsNamedBeforeAMissingOne() {
        Cli.run("train", "--hiden", "5").fails(2, "Unknown option: '--hiden'. Did you mean --hidden?");
        Cli.run("train", "--data", data, "--uot", model).fails(2, "Unknown option: '--uot'");
        Cli.run("train", "--out", model, "--dtaa", data).fails(2, "Unknown option: '--dtaa'");
        Cli.run("evaluate", "--modle", model, "--data", data).fails(2, "Did you mean --model?");
        Cli.run("evaluate", model, "--data", data).fails(2, "Unknown argument: '" + model + "'");
        Cli.run("trian").fails(2, "Unknown command: 'trian'. Did you mean train?");
    }

    @Test
    void aTierOfGpusIsRefusedOnTheCpuBeforeAnythingIsRead() {
        Cli run = train("--data", data, "--device", "cpu", "--tier", "fused");
        run.fails(2, "--tier fused goes with a GPU, found cpu/FP32", "leave it out");
        assertFalse(run.out().contains("data  "), run.out());
        train("--data", data, "--device", "cpu", "--tier", "composed").requireCode(0);
    }

    @Test
    void adviceNamesOptions() throws IOException {
        Path semicolons = folder.resolve("semicolons.csv");
        Files.writeString(semicolons, "a;b\n1;2,5;3\n");
        train("--data", semicolons).fails(1, "1 field expected", "found 2", "Check the separator (--separator)");
        Path mixed = folder.resolve("mixed.csv");
        Files.writeString(mixed, "a,7,y\n1,2,3\n");
        train("--data", mixed).fails(1, "whether this row is a header (--header present or --header absent)");
        Path plane = SampleFiles.plane(folder.resolve("plane.csv"), 100);
        train("--data", plane, "--lr", "1e30").fails(1, "(--lr)", "with --standardize.");
        train("--data", plane, "--lr", "1e30", "--standardize").fails(1, "Or let --standardize-targets scale");
        train("--data", data, "--lr", "1e30").fails(1, "--standardize standardises the features.");
    }

    @Test
    void theStackTraceIsThereOnDemand() {
        Cli run = Cli.run("evaluate", "--model", model, "--data", data, "--stacktrace");
        run.requireCode(1);
        assertTrue(run.err().contains("    at dev.cresset."), run.err());
    }
}
