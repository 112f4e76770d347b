package dev.cresset.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Gradients are checked for every loss, on random data and on files.
class CheckGradientsCommandTest {
    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"cross-entropy", "bce", "bce-with-logits", "mse", "mse-halved", "l1", "smooth-l1"})
    void everyLossPassesOnRandomData(String loss) {
        JsonObject figures = Cli.json(
                "check-gradients",
                "--hidden",
                "6,5",
                "--activation",
                "tanh",
                "--batch-norm",
                "--loss",
                loss,
                "--dropout",
                "0.2");
        assertTrue(figures.get("passed").getAsBoolean(), figures.toString());
        assertTrue(figures.get("relative_error").getAsDouble() < 1e-6);
        assertEquals("cpu/FP64", figures.get("device").getAsString());
    }

    @Test
    void filesAreCheckedToo() throws IOException {
        Path data = SampleFiles.clouds(folder.resolve("clouds.csv"), 30);
        Cli run = Cli.run(
                        "check-gradients",
                        "--data",
                        data,
                        "--rows",
                        "4",
                        "--hidden",
                        "3",
                        "--standardize",
                        "--device",
                        "reference")
                .requireCode(0);
        assertTrue(run.out().contains("0.weight"), run.out());
        assertTrue(run.out().contains("rel. error: how far the two lie apart"), run.out());
        // Weights and biases of 2-3-3, and four rows of two.
        assertTrue(run.out().contains("passes    about 58, two for each parameter and input\n"), run.out());
        Cli.run("check-gradients", "--data", data, "--inputs", 7).fails(2, "--inputs is for a check of random data");
        Cli.run("check-gradients", "--data", data, "--outputs", 3).fails(2, "--outputs is for");
        assertTrue(run.out().contains("passed: the largest relative error"), run.out());
    }

    @Test
    void largeTargetsAreStandardizedAsForTraining() throws IOException {
        Path data = SampleFiles.houses(folder.resolve("houses.csv"), 100);
        Object[] check = {
            "check-gradients",
            "--data",
            data,
            "--target",
            "price,tax",
            "--hidden",
            "3",
            "--standardize",
            "--standardize-targets"
        };
        double loss = Cli.json(check).get("loss").getAsDouble();
        assertTrue(loss > 0 && loss < 100, "that of deviations expected, found " + loss);
        Cli run = Cli.run(check).requireCode(0);
        assertTrue(run.out().contains("standardised, targets standardised"), run.out());
        Cli.run("check-gradients", "--standardize-targets").fails(2, "--standardize-targets", "regression");
    }

    @Test
    void anErrorAboveTheToleranceIsAFailure() {
        Cli run =
                Cli.run("check-gradients", "--hidden", "3", "--tolerance", "0").requireCode(1);
        assertTrue(run.out().contains("FAILED"), run.out());
        Cli.run("check-gradients", "--precision", "fp32").fails(2, "--precision fp64", "found fp32");
        Cli.run("check-gradients", "--precision", "fp64", "--hidden", "3").requireCode(0);
        Cli.run("check-gradients", "--outputs", "1").fails(1, "--outputs");
    }
}
