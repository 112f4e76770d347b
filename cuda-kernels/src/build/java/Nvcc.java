import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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

    /// Lets ptxas make machine code of PTX; returns what it said where it refuses, a warning being an error here too.
    Optional<String> assemble(Target gpu, Path ptx, Path result) {
        List<String> arguments = new ArrayList<>(FLAGS);
        arguments.add("-cubin");
        arguments.add("-arch=" + gpu.name());
        arguments.add("-o");
        arguments.add(result.toAbsolutePath().toString());
        arguments.add(ptx.toAbsolutePath().toString());
        Outcome outcome = outcome(file, Path.of(""), arguments);
        return outcome.code() == 0 ? Optional.empty() : Optional.of(outcome.output());
    }

    private static String run(Path file, Path folder, List<String> arguments) {
        Outcome outcome = outcome(file, folder, arguments);
        if (outcome.code() != 0) {
            throw new BuildException(file + " " + String.join(" ", arguments) + " in " + folder + " ended with "
                    + outcome.code() + WITHOUT + "\n" + outcome.output());
        }
        return outcome.output();
    }

    private record Outcome(int code, String output) {}

    private static Outcome outcome(Path file, Path folder, List<String> arguments) {
        List<String> command = new ArrayList<>(List.of(file.toString()));
        command.addAll(arguments);
        try {
            Process process = new ProcessBuilder(command)
                    .directory(folder.toAbsolutePath().toFile())
                    .redirectErrorStream(true)
                    .start();
            process.getOutputStream().close();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return new Outcome(process.waitFor(), output);
        } catch (IOException e) {
            throw new BuildException(file + " cannot be run: " + e.getMessage() + WITHOUT);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BuildException("interrupted while " + file + " ran");
        }
    }
}
