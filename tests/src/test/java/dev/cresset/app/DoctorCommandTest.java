package dev.cresset.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import org.junit.jupiter.api.Test;

/// The doctor on a machine without a GPU (in this run, none is to be found; see tests/pom.xml).
class DoctorCommandTest {
    @Test
    void withoutAGpuItSaysSoChecksTheCpuAndSucceeds() {
        Cli run = Cli.run("doctor").requireCode(0);
        String last = run.out().strip().lines().reduce("", (a, b) -> b);
        assertTrue(last.startsWith("Ready on the CPU, without a GPU: Device cuda is not available: "), last);
        assertTrue(run.out().contains("0 wrong"), run.out());
        assertFalse(run.out().contains("Exception"), run.out());
    }

    @Test
    void aRequiredGpuThatIsMissingIsAFailure() {
        Cli run = Cli.run("doctor", "--require-gpu", "--json").requireCode(1);
        JsonObject json = JsonParser.parseString(run.out().strip()).getAsJsonObject();
        assertFalse(json.get("ready").getAsBoolean());
        assertEquals(0, json.getAsJsonArray("gpus").size());
        assertTrue(json.get("verdict").getAsString().startsWith("Not ready: Device cuda is not available"));
        assertEquals(2, json.getAsJsonArray("checks").size());
    }
}
