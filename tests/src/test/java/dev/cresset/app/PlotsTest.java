package dev.cresset.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cresset.train.EpochReport;
import dev.cresset.train.History;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/// Curves are drawn whatever the losses are.
class PlotsTest {
    @TempDir
    Path folder;

    static Stream<List<Double>> losses() {
        return Stream.of(
                List.of(),
                List.of(0.5),
                List.of(0.5, 0.5),
                List.of(0.0, 0.0),
                List.of(1e-9, 1e9),
                List.of(1.0, 0.0),
                List.of(Double.NaN, 1.0));
    }

    @ParameterizedTest
    @MethodSource("losses")
    void everyCurveIsDrawn(List<Double> losses) throws IOException {
        List<EpochReport> reports = Stream.iterate(0, i -> i < losses.size(), i -> i + 1)
                .map(i -> new EpochReport(i + 1, losses.size(), losses.get(i), null, 1))
                .toList();
        Path file = folder.resolve("loss.png");
        LossCurve.write(file, new History(reports, History.End.COMPLETED, losses.size(), 1), TargetUnit.ORIGINAL);
        assertTrue(ImageIO.read(file.toFile()).getWidth() > 0);
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "10, 1", "11, 2", "20, 2", "21, 2", "22, 5", "50, 5", "200, 20", "1000, 100", "1100, 200"})
    void epochsAreMarkedAtRoundNumbers(int last, int step) {
        assertEquals(step, EpochAxis.step(last));
    }

    @Test
    void trainDrawsOnDemand() throws IOException {
        Path data = SampleFiles.plane(folder.resolve("plane.csv"), 50);
        Path plot = folder.resolve("p.png");
        Cli.run("train", "--data", data, "--epochs", "3", "--out", folder.resolve("m"), "--plot", plot)
                .requireCode(0);
        assertTrue(Files.size(plot) > 1000);
    }

    @Test
    void aNameOfAnotherFormatIsRefusedBeforeTraining() throws IOException {
        Path data = SampleFiles.clouds(folder.resolve("clouds.csv"), 60);
        Path model = folder.resolve("m");
        for (String name : List.of("p.bmp", "p.svg", "png", "p")) {
            Cli.run("train", "--data", data, "--out", model, "--plot", folder.resolve(name))
                    .fails(2, "--plot", name + ":", "ends in .png");
        }
        assertFalse(Files.exists(model));
        Cli.run("train", "--data", data, "--epochs", "1", "--out", model, "--plot", folder.resolve("P.PNG"))
                .requireCode(0);
    }
}
