package dev.cresset.nativeloader;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// JCuda's library, linked to NVIDIA's own cuBLAS by the system's loader. Neither needs a driver for that.
class RealCublasTest {
    private static final String PROPERTY = "cresset.test.cublas";

    @TempDir
    Path home;

    @Test
    void everyFunctionThatJCudaTakesIsInIt() throws Exception {
        String said = said("bind");
        assertTrue(said.matches("(?s)bound 494 functions of libcublas\\.so\\.1[23] .*exit 0"), said);
        assertEquals(1, said.lines().filter(line -> line.startsWith("bound")).count());
    }

    @Test
    void theCublasLtBesideItHasWhatIsTakenOfItAndMakesItsObjectsWithoutAGpu() throws Exception {
        String said = said("lt");
        int invalidValue = 7;
        List<Integer> statuses = List.of(0, 0, 0, invalidValue, 0, 0, 0, 0, 0, 0);
        assertTrue(
                said.matches("(?s)bound cuBLASLt 1[23]\\.\\d+\\.\\d+ at \\S*libcublasLt\\.so\\.1[23]\\S*: "
                        + Pattern.quote(statuses.toString()) + ".*exit 0"),
                said);
    }

    private String said(String step) throws Exception {
        assumeTrue(Platform.current() == Platform.LINUX_X86_64, "JCuda's natives for Linux need linux-x86_64");
        List<String> command = CudaProcess.command(home, options(), step);
        String said = CudaProcess.startWithVariablesOfThisProcess(command).output();
        assumeTrue(
                !said.startsWith("no cuBLAS"),
                "this machine has no cuBLAS of NVIDIA's (-D" + PROPERTY + "=<file> names one)");
        System.out.println("RealCublasTest: " + said.lines().findFirst().orElse(""));
        return said;
    }

    /// The stand-in for cuBLAS, which the tests' own properties name, is none of NVIDIA's.
    private static List<String> options() {
        List<String> options = new ArrayList<>();
        String named = System.getProperty(PROPERTY);
        if (named != null) {
            options.add("-D" + CudaLibrary.CUBLAS.property() + "=" + named);
        }
        return options;
    }
}
