package dev.cresset.gpucheck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import org.junit.jupiter.api.Test;

/// What the check reads from its programs, and what it refuses though the exit code is 0.
class ReadingsTest {
    private static final String TRAINED = """
            data      12800 rows of 784 features, classification of label into 10 classes; all to train
            epoch  1/10  train loss 0.2165  17.2 s
            {"train_loss":0.02,"epochs":10,"seconds":2.5,"device":"cuda:0/FP32"}
            """;

    @Test
    void theThroughputIsRowsTimesEpochsBySeconds() {
        Map<String, Object> figures = Readings.train().read(TRAINED);
        assertEquals(51_200L, figures.get("samples_per_second"));
        assertEquals("cuda:0/FP32", figures.get("device"));
    }

    @Test
    void aRunThatLearnedNothingIsNoThroughput() {
        refuses(Readings.train(), TRAINED.replace("0.02", "2.3"), "2.3");
        refuses(Readings.train(), TRAINED.replace("0.02", "null"), "train_loss");
        refuses(Readings.train(), TRAINED.replace("{", "no figures "), "figures");
        refuses(Readings.train(), TRAINED.replace("rows", ""), "rows");
    }

    @Test
    void theDoctorMustSayReady() {
        String verdict = "Ready: cuda:0 (NVIDIA H100)";
        assertEquals(
                verdict, Readings.doctor().read("a line\n\n" + verdict + "\n").get("verdict"));
        refuses(Readings.doctor(), "Ready on the CPU, without a GPU: no driver\n", "Ready on the CPU");
        refuses(Readings.doctor(), "", "''");
    }

    @Test
    void theTestsMustComeToTheirEnd() {
        Map<String, Object> figures = Readings.tests()
                .read("FAILED some test: why\nleft out: x, as y\ngpu tests: 12 passed, 1 failed, 0 skipped\n");
        assertEquals(12, figures.get("passed"));
        assertEquals(1, figures.get("failed"));
        assertEquals("FAILED some test: why", figures.get("wrong"));
        assertEquals("left out: x, as y", figures.get("left_out"));
        refuses(Readings.tests(), "A fatal error has been detected by the Java Runtime Environment", "end");
    }

    @Test
    void aSanitizerThatSawNothingToCheckIsRefused() {
        String none = "========= ERROR SUMMARY: 0 errors\n";
        assertEquals(
                "ERROR SUMMARY: 0 errors",
                Readings.sanitizer().read("text\n" + none).get("summary"));
        String races = "========= RACECHECK SUMMARY: 2 hazards displayed (2 errors, 0 warnings)\n";
        refuses(Readings.sanitizer(), races, "2 hazards");
        assertTrue(Readings.sanitizer().read(races.replace("2 ", "0 ")).containsKey("summary"));
        refuses(Readings.sanitizer(), "a program that uses no GPU\n", "no summary");
    }

    @Test
    void ofTheBenchmarkEachRowsTimeRatioAndGateAreRead() {
        String table = """
                cuda:0

                | workload | precision | step µs | × best | gate |
                | --- | --- | --- | --- | --- |
                | toy/32 | FP32 | 0.61 | 33× | passed |
                | wide/4096 | BF16 | – | – | FAILED |

                """;
        String verdict = "bench: 1 of 2 rows run, 1 failed: wide/4096 in BF16";
        Map<String, Object> figures = Readings.bench().read(table + verdict + "\n");
        assertEquals(verdict, figures.get("verdict"));
        assertEquals("0.61 µs, 33× best, passed", figures.get("toy/32 FP32"));
        assertEquals("– µs, – best, FAILED", figures.get("wide/4096 BF16"));
        refuses(Readings.bench(), table, "end");
        refuses(Readings.bench(), table + "bench: 0 of 2 rows run, 0 failed\n", "nothing");
    }

    @Test
    void thePeersTableIsKept() {
        assertEquals("# a\n# b", Readings.torchPeer().read("{}\n# a\n# b\n").get("table"));
        refuses(Readings.torchPeer(), "{}\n", "table");
    }

    private static void refuses(Step.Reading reading, String output, String why) {
        Exception refused = assertThrows(Step.Unexpected.class, () -> reading.read(output));
        assertTrue(refused.getMessage().contains(why), refused.getMessage());
    }
}
