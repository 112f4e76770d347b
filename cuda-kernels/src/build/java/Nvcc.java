import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// NVIDIA's compiler: its version and what it can compile for.
///
/// @param version such as `13.0.88`
/// @param codes the GPUs that it knows, such as `sm_90`
record Nvcc(Path file, String version, List<String> codes) {
    /// A warning is an error. No `-lineinfo`: it would name the checkout's folder, and the bytes would depend on it.
    /// ptxas reports what [PtxasReport] judges.
    static final List<String> FLAGS = List.of("-O3", "-std=c++17", "-Werror", "all-warnings", "-Xptxas", "-v");

    private static final String WITHOUT = "; to build without compiled kernels, set CRESSET_NVCC=none";
    private static final Pattern VERSION = Pattern.compile("\\bV(\\d+(?:\\.\\d+)+)");
    private static final Pattern CODE = Pattern.compile("\\bsm_\\d+\\b");

    static Nvcc ask(Path file) {
        Path here = Path.of("");
        Matcher version = VERSION.matcher(run(file, here, List.of("--version")));
        if (!version.find()) {
            throw new BuildException(file + " --version names no version" + WITHOUT);
        }
        List<String> codes = CODE.matcher(run(file, here, List.of("--list-gpu-code")))
                .results()
                .map(MatchResult::group)
                .toList();
        return new Nvcc(file, version.group(1), codes);
    }

    /// Compiles for one target and returns what the compiler printed. Runs in the sources' folder with a relative name,
    /// so that no path gets into the result.
    String compile(Target target, Path sources, Path result) {
        List<String> arguments = new ArrayList<>(FLAGS);
        arguments.add(target.isPtx() ? "-ptx" : "-cubin");
        arguments.add("-arch=" + target.name());
        arguments.add("-o");
        arguments.add(result.toAbsolutePath().toString());
        arguments.add(KernelSources.MAIN);
        return run(file, sources, arguments);
    }

    /// Makes machine code of PTX.
    ///
    /// @throws BuildException if that cannot be done, or not without a warning
    void assemble(Path ptx, String architecture, Path result) {
        List<String> arguments = List.of(
                "-cubin",
                "-arch=" + architecture,
                "-Werror",
                "all-warnings",
                "-o",
                result.toAbsolutePath().toString(),
                ptx.toAbsolutePath().toString());
        run(file, Path.of(""), arguments);
    }

    private static String run(Path file, Path folder, List<String> arguments) {
        List<String> command = new ArrayList<>(List.of(file.toString()));
        command.addAll(arguments);
        try {
            Process process = new ProcessBuilder(command)
                    .directory(folder.toAbsolutePath().toFile())
                    .redirectErrorStream(true)
                    .start();
            process.getOutputStream().close();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            int code = process.waitFor();
            if (code != 0) {
                throw new BuildException(
                        String.join(" ", command) + " in " + folder + " ended with " + code + WITHOUT + "\n" + output);
            }
            return output;
        } catch (IOException e) {
            throw new BuildException(file + " cannot be run: " + e.getMessage() + WITHOUT);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BuildException("interrupted while " + file + " ran");
        }
    }
}
