package dev.cresset.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The build's step that compiles and packs the kernels, run as the build does. Its nvcc is a script here: it says what
/// a version would say, writes its arguments into the result, and reports kernels as ptxas does. Its PTX is of the
/// version in the file `ptx-version`, and assembled it is the text without that version.
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "the nvcc of this test is a shell script")
class CompileKernelsTest {
    private static final String ENTRY = "ptxas info    : Compiling entry function 'fill_f32' for 'sm_80'\n"
            + "    0 bytes stack frame, %d bytes spill stores, %d bytes spill loads\n"
            + "ptxas info    : Used 24 registers, used 0 barriers\n";

    @TempDir
    private static Path step;

    @TempDir
    private Path folder;

    private Path sources;
    private Path spills;
    private Path image;

    /// Once, where the build compiles it at each run.
    @BeforeAll
    static void compileTheStep() throws IOException {
        Path root = Path.of(System.getProperty("cresset.root", ".."));
        List<String> arguments = new ArrayList<>(List.of("-d", step.toString()));
        try (var files = Files.list(root.resolve("cuda-kernels/src/build/java"))) {
            files.map(Path::toString).filter(name -> name.endsWith(".java")).forEach(arguments::add);
        }
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        assertEquals(0, compiler.run(null, null, null, arguments.toArray(String[]::new)));
    }

    @BeforeEach
    void sources() throws IOException {
        sources = Files.createDirectories(folder.resolve("cuda"));
        Files.writeString(sources.resolve("kernels.cu"), "#include \"a.cuh\"\n");
        Files.writeString(sources.resolve("a.cuh"), "// nothing\n");
        Files.writeString(sources.resolve("notes.txt"), "no source\n");
        spills = Files.writeString(folder.resolve("spills.txt"), "# target, kernel, reason\n");
        Files.writeString(folder.resolve("ptx-version"), "9.0");
        Files.createFile(folder.resolve("assemblies"));
        image = folder.resolve("image");
    }

    @Test
    void withoutNvccTheSourcesAndTheManifestArePackedAndTheLogSaysWhatIsLeftOut() throws Exception {
        Run run = run("");
        assertEquals(0, run.code(), run.output());
        assertEquals(1, run.output().lines().count(), run.output());
        assertTrue(run.output().contains("no nvcc"), run.output());
        assertTrue(run.output().contains("NVRTC"), run.output());
        assertEquals(List.of("manifest.properties", "source/a.cuh", "source/kernels.cu"), packed());
        assertEquals("none", manifest().getProperty("nvcc"));
        assertEquals("", manifest().getProperty("architectures"));
        assertEquals("none", manifest().getProperty("ptx"));
        assertTrue(manifest().getProperty("source.sha256").matches("[0-9a-f]{64}"));
    }

    @Test
    void aChangedOrRenamedSourceChangesTheHash() throws Exception {
        run("");
        String first = manifest().getProperty("source.sha256");
        Files.writeString(sources.resolve("a.cuh"), "// something\n");
        run("");
        String changed = manifest().getProperty("source.sha256");
        Files.move(sources.resolve("a.cuh"), sources.resolve("b.cuh"));
        run("");
        String renamed = manifest().getProperty("source.sha256");
        assertEquals(3, List.of(first, changed, renamed).stream().distinct().count());
        assertEquals(List.of("manifest.properties", "source/b.cuh", "source/kernels.cu"), packed());
    }

    @Test
    void everyArchitectureThatNvccKnowsIsCompiledOnceAndTheOthersAreNamed() throws Exception {
        Path nvcc = nvcc("12.4.131", "sm_80 sm_86 sm_89 sm_90", 0);
        Run run = run(nvcc.toString());
        assertEquals(0, run.code(), run.output());
        assertTrue(run.output().contains("nvcc 12.4.131 does not know sm_100"), run.output());
        assertTrue(run.output().contains("nvcc 12.4.131 does not know sm_120"), run.output());
        assertEquals("sm_80 sm_86 sm_89 sm_90 compute_80", manifest().getProperty("architectures"));
        assertEquals("12.4.131", manifest().getProperty("nvcc"));
        assertTrue(packed().containsAll(List.of("sm_80.cubin", "sm_90.cubin", "compute_80.ptx")), packed().toString());
        assertTrue(Files.readString(image.resolve("sm_90.cubin")).contains("-arch=sm_90"));

        Run again = run(nvcc.toString());
        assertTrue(again.output().contains("up to date"), again.output());
        assertEquals(5, compilations(), "the second run compiles nothing");
        Files.delete(image.resolve("sm_86.cubin"));
        run(nvcc.toString());
        assertEquals(10, compilations(), "a missing file is noticed");
        Files.writeString(sources.resolve("a.cuh"), "// changed\n");
        run(nvcc.toString());
        assertEquals(15, compilations(), "a changed source is noticed");
    }

    @Test
    void aSpillFailsUnlessItIsListed() throws Exception {
        Path nvcc = nvcc("13.0.88", "sm_80", 16);
        Run refused = run(nvcc.toString());
        assertEquals(1, refused.code(), refused.output());
        assertTrue(refused.output().contains("sm_80 fill_f32: 32 bytes, 24 registers"), refused.output());
        assertFalse(Files.exists(image.resolve("manifest.properties")), "nothing half done looks whole");

        Files.writeString(spills, "sm_80 fill_f32 a reason\nsm_80 scale_f32 another reason\n");
        Run listed = run(nvcc.toString());
        assertEquals(0, listed.code(), listed.output());
        assertTrue(listed.output().contains("do not spill with this nvcc: sm_80 scale_f32"), listed.output());
    }

    @Test
    void aSpillWithoutAReasonIsRefused() throws Exception {
        Files.writeString(spills, "sm_80 fill_f32\n");
        Run run = run(nvcc("13.0.88", "sm_80", 16).toString());
        assertEquals(1, run.code(), run.output());
        assertTrue(run.output().contains("reason"), run.output());
    }

    @Test
    void anNvccThatIsNamedButNotThereIsRefused() throws Exception {
        Run run = run(folder.resolve("nowhere").toString());
        assertEquals(1, run.code(), run.output());
        assertTrue(run.output().contains("nowhere"), run.output());
        assertTrue(run.output().contains("none"), run.output());
    }

    @Test
    void anNvccThatFailsFailsTheBuildWithItsOutputAndTheWayRound() throws Exception {
        Path nvcc = script(
                "nvcc-broken",
                "echo \"release 13.0, V13.0.88\"; echo sm_80; echo \"no host compiler\"\n" + "[[ $1 == --* ]]\n");
        Run run = run(nvcc.toString());
        assertEquals(1, run.code(), run.output());
        assertTrue(run.output().contains("no host compiler"), run.output());
        assertTrue(run.output().contains("CRESSET_NVCC=none"), run.output());
    }

    @Test
    void aLaterPtxIsLoweredAndAssembledBothWaysForTheOldestAndTheNewestGpu() throws Exception {
        Path nvcc = nvcc("13.0.88", "sm_80 sm_86 sm_90", 0);
        Run run = run(nvcc.toString());
        assertEquals(0, run.code(), run.output());
        assertTrue(run.output().contains("the PTX is of version 8.0\n"), run.output());
        assertEquals("8.0", manifest().getProperty("ptx"));
        Path ptx = image.resolve("compute_80.ptx");
        assertTrue(Files.readString(ptx).startsWith("// by nvcc 13.0\n.version 8.0\n//"), Files.readString(ptx));
        assertEquals(4, lines("assemblies").size(), lines("assemblies").toString());

        assertTrue(run(nvcc.toString()).output().contains("up to date"));
        Files.writeString(ptx, ".version 9.0\n");
        run(nvcc.toString());
        assertEquals(8, compilations(), "PTX of another version than the manifest says is noticed");
        assertTrue(Files.readString(ptx).contains("\n.version 8.0\n"));
    }

    @Test
    void aPtxThatNeedsItsVersionKeepsItAndOneLineSaysWhy() throws Exception {
        Files.writeString(folder.resolve("refuses"), "^.version 8.0");
        Path nvcc = nvcc("13.0.88", "sm_80 sm_90", 0);
        Run run = run(nvcc.toString());
        assertEquals(0, run.code(), run.output());
        assertEquals("9.0", manifest().getProperty("ptx"));
        assertTrue(Files.readString(image.resolve("compute_80.ptx")).contains("\n.version 9.0\n"));
        List<String> said =
                run.output().lines().filter(line -> line.contains("PTX")).toList();
        assertEquals(1, said.size(), run.output());
        assertTrue(said.getFirst().contains("version 9.0: drivers of an older CUDA refuse it"), run.output());
        assertTrue(said.getFirst().contains("sm_80: ptxas error   : too old"), run.output());
        assertTrue(run(nvcc.toString()).output().contains("up to date"));
    }

    @Test
    void aPtxThatGivesOtherMachineCodeAsLoweredKeepsItsVersion() throws Exception {
        Files.writeString(folder.resolve("differs"), "");
        Run run = run(nvcc("13.0.88", "sm_80 sm_90", 0).toString());
        assertEquals(0, run.code(), run.output());
        assertEquals("9.0", manifest().getProperty("ptx"));
        assertTrue(run.output().contains("machine code would be another"), run.output());
    }

    @ParameterizedTest
    @CsvSource({"7.8, 7.8, 0", "8.0, 8.0, 0", "8.1, 8.0, 2", "8.10, 8.0, 2", "10.0, 8.0, 2"})
    void onlyALaterVersionIsLowered(String written, String shipped, int assemblies) throws Exception {
        Files.writeString(folder.resolve("ptx-version"), written);
        Run run = run(nvcc("13.0.88", "sm_80", 0).toString());
        assertEquals(0, run.code(), run.output());
        assertEquals(shipped, manifest().getProperty("ptx"));
        assertEquals(assemblies, lines("assemblies").size());
    }

    private record Run(int code, String output) {}

    /// Runs the step with an environment that has no nvcc but the named one.
    private Run run(String nvcc) throws IOException, InterruptedException {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        List<String> command = List.of(
                java,
                "-XX:TieredStopAtLevel=1",
                "-Dcresset.toolkits=" + folder.resolve("toolkits"),
                "-cp",
                step.toString(),
                "CompileKernels",
                sources.toString(),
                image.toString(),
                spills.toString());
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().clear();
        builder.environment().put("PATH", folder.resolve("empty").toString());
        builder.environment().put("CRESSET_NVCC", nvcc);
        Process process = builder.start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Run(process.waitFor(), output);
    }

    private Path nvcc(String version, String codes, int spilled) throws IOException {
        return script("nvcc", """
                case $1 in
                  --version) echo "Cuda compilation tools, release 0, V%s"; exit ;;
                  --list-gpu-code) printf '%%s\\n' %s; exit ;;
                esac
                cd %s
                PATH=/usr/bin:/bin
                arguments=$*
                while [[ $1 != -o ]]; do all="$all $1"; shift; done
                if [[ $3 == *.ptx ]]; then
                  echo "$arguments" >>assemblies
                  if [[ -e refuses ]] && grep -q -f refuses "$3"; then
                    echo "ptxas info    : 0 bytes gmem"; echo "ptxas error   : too old"; exit 1
                  fi
                  if [[ -e differs ]]; then cat "$3"; else sed '/^.version/d' "$3"; fi >"$2"
                  exit
                fi
                echo "$arguments" >>compilations
                if [[ $all == *-ptx* ]]; then
                  printf '// by nvcc 13.0\\n.version %%s\\n//%%s\\n' "$(<ptx-version)" "$all" >"$2"
                else
                  echo "$all" >"$2"
                  printf '%%s' "%s"
                fi
                """.formatted(version, codes, folder, ENTRY.formatted(spilled, spilled)));
    }

    private Path script(String name, String text) throws IOException {
        Path file = Files.writeString(folder.resolve(name), "#!/bin/bash\n" + text);
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private int compilations() throws IOException {
        return lines("compilations").size();
    }

    private List<String> lines(String file) throws IOException {
        return Files.readAllLines(folder.resolve(file));
    }

    private List<String> packed() throws IOException {
        try (var walk = Files.walk(image)) {
            return walk.filter(Files::isRegularFile)
                    .map(file -> image.relativize(file).toString())
                    .sorted()
                    .toList();
        }
    }

    private Properties manifest() throws IOException {
        Properties properties = new Properties();
        try (var in = Files.newBufferedReader(image.resolve("manifest.properties"))) {
            properties.load(in);
        }
        return properties;
    }
}
