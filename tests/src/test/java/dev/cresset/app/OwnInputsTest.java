package dev.cresset.app;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// No command writes over a file that it reads.
class OwnInputsTest {
    @TempDir
    Path folder;

    private Path data;
    private Path model;

    @BeforeEach
    void write() throws IOException {
        data = SampleFiles.clouds(folder.resolve("own.csv"), 60);
        model = folder.resolve("m");
        Cli.run("train", "--data", data, "--epochs", "1", "--out", model).requireCode(0);
    }

    @Test
    void trainDoesNotReplaceItsData() throws IOException {
        refuses(data, "--out", "train", "--data", data, "--out", data);
        refuses(data, "--plot", "train", "--data", data, "--out", folder.resolve("n"), "--plot", data);
        assertFalse(Files.exists(folder.resolve("n")));
    }

    @Test
    void anotherNameOfTheSameFileIsSeenThrough() throws IOException {
        Path link = Files.createSymbolicLink(folder.resolve("link"), data);
        refuses(data, "--out", "train", "--data", data, "--out", link);
        refuses(data, "--out", "train", "--data", link, "--out", data);
        refuses(
                data,
                "--out",
                "train",
                "--data",
                data,
                "--out",
                folder.resolve("../" + folder.getFileName() + "/own.csv"));
    }

    @Test
    void predictReplacesNeitherItsModelNorItsData() throws IOException {
        refuses(model, "--out", "predict", "--model", model, "--data", data, "--out", model);
        refuses(data, "--out", "predict", "--model", model, "--data", data, "--out", data);
    }

    @Test
    void theFilesOfAFolderOfPicturesAreKept() throws IOException {
        Path stripes = SampleFiles.stripes(folder.resolve("stripes"), 20);
        Path pictures = stripes.resolve("s-images-idx3-ubyte.gz");
        Path labels = stripes.resolve("s-labels-idx1-ubyte.gz");
        refuses(pictures, "--out", "train", "--data", stripes, "--out", pictures);
        refuses(labels, "--out", "train", "--data", stripes, "--out", labels);
        refuses(labels, "--out", "train", "--data", pictures, "--out", labels);
        Path beside = stripes.resolve("m");
        Cli.run("train", "--data", stripes, "--epochs", "1", "--out", beside).requireCode(0);
        Cli.run("train", "--data", stripes, "--epochs", "1", "--out", beside).requireCode(0);
    }

    @Test
    void modelAndPlotAreTwoFiles() {
        Path place = folder.resolve("new");
        Cli.run("train", "--data", data, "--out", place, "--plot", folder.resolve("./new"))
                .fails(2, "--plot", "--out", "two files");
        assertFalse(Files.exists(place));
    }

    private static void refuses(Path kept, String option, Object... arguments) throws IOException {
        byte[] before = Files.readAllBytes(kept);
        Cli.run(arguments).fails(2, option, "which is read", "name another file");
        assertArrayEquals(before, Files.readAllBytes(kept));
    }
}
