package dev.cresset.nativeloader;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import jcuda.CudaException;
import jcuda.driver.JCudaDriver;
import jcuda.jcublas.JCublas2;
import jcuda.jcublas.cublasHandle;

/// Another Java that loads the CUDA libraries and says what happened: JCuda can be loaded once in a Java only.
///
/// It is given no variable that leads to a real CUDA, and a home folder of its own.
final class CudaProcess {
    private static final List<String> LEADING_TO_CUDA = List.of(
            "CUDA_PATH",
            "CUDA_HOME",
            "LD_LIBRARY_PATH",
            "VIRTUAL_ENV",
            "CONDA_PREFIX",
            "PYTHONPATH",
            "PYENV_ROOT",
            "CRESSET_CUDA_DRIVER",
            "CRESSET_CUDA_CUBLAS",
            "CRESSET_CUDA_NVRTC");

    private final Process process;

    private CudaProcess(Process process) {
        this.process = process;
    }

    /// @param home the user's folder; the cache is `cache` in it, if no option says otherwise
    /// @param variables environment variables to set
    /// @param options of Java, such as system properties
    /// @param steps what to do, in order; see [#main(String[])]
    static CudaProcess start(Path home, Map<String, String> variables, List<String> options, String... steps)
            throws IOException {
        return start(command(home, options, steps), variables);
    }

    /// The command that [#start(Path, Map, List, String...)] runs.
    static List<String> command(Path home, List<String> options, String... steps) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-XX:TieredStopAtLevel=1",
                "-Dorg.lwjgl.system.memoryBackend=ffm",
                "-XX:ErrorFile=" + home.resolve("crash.log"),
                "-Duser.home=" + home,
                "-Dcresset.cache=" + home.resolve("cache")));
        command.addAll(options);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), CudaProcess.class.getName()));
        command.addAll(List.of(steps));
        return command;
    }

    static CudaProcess start(List<String> command, Map<String, String> variables) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        LEADING_TO_CUDA.forEach(builder.environment()::remove);
        builder.environment().putAll(variables);
        return new CudaProcess(builder.start());
    }

    /// As above, with all variables that this process has, so that it finds what this machine has.
    static CudaProcess startWithVariablesOfThisProcess(List<String> command) throws IOException {
        return new CudaProcess(
                new ProcessBuilder(command).redirectErrorStream(true).start());
    }

    /// Everything that it printed, once it has ended.
    String output() throws IOException, InterruptedException {
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(process.waitFor(60, TimeUnit.SECONDS), text);
        return text + "exit " + process.exitValue();
    }

    /// Each step does one thing and prints one line or more:
    ///
    /// - `load`: loads, or says why not
    /// - `report`: the report
    /// - `calls`: what failing calls of JCuda's do
    /// - `natives`: JCuda's files in memory
    /// - `bind`: links JCuda's library to the cuBLAS that is found, without a driver
    /// - `lt`: binds the cuBLASLt of the cuBLAS that is found, and makes one object of each kind with it
    /// - `open=<file>`: opens a library as other code would
    /// - `<name>=<value>`: sets a system property; an empty value takes it away
    public static void main(String[] steps) throws RefusedException {
        for (String step : steps) {
            String name = step.replaceFirst("=.*", "");
            String value = step.substring(Math.min(step.length(), name.length() + 1));
            switch (name) {
                case "load" -> System.out.println(load());
                case "report" -> System.out.print(CudaLibraries.report().text());
                case "bind" -> System.out.println(bind());
                case "lt" -> System.out.println(lt());
                case "calls" -> {
                    System.out.println(said("cuInit", () -> JCudaDriver.cuInit(0)));
                    System.out.println(said("cublasCreate", () -> JCublas2.cublasCreate(new cublasHandle())));
                }
                case "natives" ->
                    JCudaStart.inMemory(JCudaNatives.of(Platform.current()))
                            .forEach(file -> System.out.println("native " + file));
                case "property" -> System.out.println(value + " is " + System.getProperty(value));
                case "open" ->
                    System.out.println("opened " + SharedLibrary.open(value).path());
                default -> {
                    if (value.isEmpty()) {
                        System.clearProperty(name);
                    } else {
                        System.setProperty(name, value);
                    }
                }
            }
        }
    }

    private static String load() {
        try {
            CudaLibraries libraries = CudaLibraries.load();
            return "loaded driver " + libraries.driverVersion() + " " + libraries.driver() + " cublas "
                    + libraries.cublasMajor() + " " + libraries.cublas() + " version " + libraries.cublasVersion();
        } catch (NativeLibraryException e) {
            return "refused " + e.getMessage();
        }
    }

    private static String bind() throws RefusedException {
        CublasLibrary cublas = cublas().orElse(null);
        if (cublas == null) {
            return "no cuBLAS";
        }
        JCudaNatives natives = JCudaNatives.of(Platform.current());
        Path folder = new NativeCache(CacheFolder.chosen()).unpack(natives.linkedTo(cublas.soname()));
        SharedLibrary bound =
                SharedLibrary.openWhole(folder.resolve(natives.cublas()).toString());
        return "bound " + natives.cublasFunctions().size() + " functions of " + cublas.soname() + " " + cublas.version()
                + " at " + cublas.path() + " to " + bound.path();
    }

    private static String lt() throws RefusedException {
        CublasLibrary cublas = cublas().orElse(null);
        if (cublas == null) {
            return "no cuBLAS";
        }
        CublasLt lt;
        try {
            lt = CublasLt.of(cublas);
        } catch (RefusedException e) {
            return "refused " + e.reason() + ". " + e.remedy();
        }
        return "bound cuBLASLt " + lt.version() + " at " + lt.path() + ": " + objects(lt.functions());
    }

    /// The statuses of making, changing and giving back a description of a product, a layout and a preference.
    private static String objects(CublasLtFunctions functions) {
        int epilogue = 7;
        int reluAuxBias = 134;
        int auxLeading = 12;
        int workspace = 1;
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment made = arena.allocate(ValueLayout.JAVA_LONG);
            List<Integer> said = new ArrayList<>();
            said.add(functions.cublasLtMatmulDescCreate(made.address(), 68, 0));
            long description = made.get(ValueLayout.JAVA_LONG, 0);
            long number = arena.allocateFrom(ValueLayout.JAVA_LONG, reluAuxBias).address();
            said.add(functions.cublasLtMatmulDescSetAttribute(description, epilogue, number, Integer.BYTES));
            said.add(functions.cublasLtMatmulDescSetAttribute(description, auxLeading, number, Long.BYTES));
            said.add(functions.cublasLtMatmulDescSetAttribute(description, auxLeading, number, Integer.BYTES));
            said.add(functions.cublasLtMatmulDescDestroy(description));
            said.add(functions.cublasLtMatrixLayoutCreate(made.address(), 14, 784, 128, 784));
            said.add(functions.cublasLtMatrixLayoutDestroy(made.get(ValueLayout.JAVA_LONG, 0)));
            said.add(functions.cublasLtMatmulPreferenceCreate(made.address()));
            long preference = made.get(ValueLayout.JAVA_LONG, 0);
            said.add(functions.cublasLtMatmulPreferenceSetAttribute(preference, workspace, number, Long.BYTES));
            said.add(functions.cublasLtMatmulPreferenceDestroy(preference));
            return said.toString();
        }
    }

    private static Optional<CublasLibrary> cublas() throws RefusedException {
        Search<CublasLibrary> search = Search.run(
                new SearchOrder(Platform.current(), Environment.current()).of(CudaLibrary.CUBLAS),
                CudaLibrary.CUBLAS.names(Platform.current()),
                new CublasLibrary.Judge(
                        Integer.MAX_VALUE, JCudaNatives.of(Platform.current()).cublasFunctions()));
        if (search.refusal().isPresent()) {
            throw search.refusal().get();
        }
        return search.found();
    }

    private static String said(String call, Supplier<Integer> made) {
        try {
            return call + " gave " + made.get();
        } catch (CudaException e) {
            return call + " threw " + e.getMessage();
        }
    }
}
