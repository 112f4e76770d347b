package dev.cresset.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cresset.train.EpochReport;
import dev.cresset.train.History;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The last line of a run speaks of the model that was kept.
class RunEndTest {
    @TempDir
    Path folder;

    private static History history(History.End end, int best) {
        List<EpochReport> reports = IntStream.rangeClosed(1, 5)
                .mapToObj(epoch -> new EpochReport(epoch, 5, 1, null, 1))
                .toList();
        return new History(reports, end, best, 1);
    }

    @Test
    void theBestModelIsCalledSoHoweverTheRunEnded() {
        assertEquals("done", RunEnd.text(history(History.End.COMPLETED, 5)));
        assertEquals("done; the best model is that", RunEnd.text(history(History.End.COMPLETED, 3)));
        assertEquals("stopped early; the best model is that", RunEnd.text(history(History.End.STOPPED_EARLY, 3)));
        assertEquals("interrupted; the best model is that", RunEnd.text(history(History.End.CANCELLED, 3)));
        assertEquals("interrupted; the model is that", RunEnd.text(history(History.End.CANCELLED, 5)));
    }

    @Test
    void theBestEpochIsNamedWhenPatienceDidNotRunOut() throws IOException {
        Path data = SampleFiles.noise(folder.resolve("noise.csv"), 60);
        Cli run = Cli.run(
                        "train",
                        "--data",
                        data,
                        "--epochs",
                        "40",
                        "--lr",
                        "0.5",
                        "--early-stopping",
                        "100",
                        "--out",
                        folder.resolve("m"))
                .requireCode(0);
        String last = run.out()
                .lines()
                .filter(line -> line.startsWith("done; the best model is that after epoch "))
                .findFirst()
                .orElse("");
        assertTrue(!last.isEmpty() && !last.contains("epoch 40 "), run.out());
    }
}
