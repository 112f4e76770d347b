package dev.cresset.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.cresset.nativeloader.CudaLibraries;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The doctor on a machine without a GPU (in this run, none is to be seen; see tests/pom.xml).
class DoctorCommandTest {
    @BeforeEach
    void requireNoDriver() {
        boolean found = CudaLibraries.report().search("driver").stream()
                .anyMatch(search -> search.found().isPresent());
        assumeFalse(found, "this machine has a driver, so the doctor may find something to mend");
    }

    @Test
    void withoutAGpuItSaysSoChecksTheCpuAndSucceeds() {
        Cli run = Cli.run("doctor").requireCode(0);
        String last = run.out().strip().lines().reduce("", (a, b) -> b);
        assertTrue(last.startsWith("Ready on the CPU, without a GPU: Device cuda is not available: NVIDIA"), last);
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

    @Test
    void kernelsThatTheEnvironmentForcesOnOpenBlasAreNoted() throws IOException {
        ProcessBuilder doctor = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-Dorg.lwjgl.system.memoryBackend=ffm",
                        "-cp",
                        System.getProperty("java.class.path"),
                        "dev.cresset.app.Main",
                        "doctor")
                .redirectError(ProcessBuilder.Redirect.DISCARD);
        doctor.environment().remove("OPENBLAS_CORETYPE");
        assertFalse(output(doctor).contains("OPENBLAS_CORETYPE"));
        doctor.environment().put("OPENBLAS_CORETYPE", "Haswell");
        String out = output(doctor);
        assertTrue(out.contains("note: OPENBLAS_CORETYPE=Haswell is set in the environment: OpenBLAS takes"), out);
    }

    private static String output(ProcessBuilder doctor) throws IOException {
        return new String(doctor.start().getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
}
