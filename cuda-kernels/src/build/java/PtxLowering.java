import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Gives PTX the version [#WANTED] in place of a later one, so that older drivers take it too: nvcc writes its own
/// version whether the text needs it or not.
///
/// That is proved, not assumed. ptxas refuses a text that uses what its version does not have, and for the oldest and
/// the newest GPU that the build compiles for, the machine code must be byte for byte what the PTX gives as it came
/// (for each of the six it doubles the time of the build, and has never said anything else).
final class PtxLowering {
    /// Of CUDA 12.0: every driver from 525 on knows it.
    static final PtxVersion WANTED = new PtxVersion(8, 0);

    private static final Pattern COMPLAINT = Pattern.compile("\\b(?:error|fatal|warning)\\b");

    private final Nvcc nvcc;
    private final List<Target> gpus;

    PtxLowering(Nvcc nvcc, List<Target> targets) {
        this.nvcc = nvcc;
        List<Target> all = targets.stream().filter(target -> !target.isPtx()).toList();
        this.gpus = all.size() < 2 ? all : List.of(all.getFirst(), all.getLast());
    }

    /// Lowers the version of the file, or leaves the file as it is and returns why.
    Optional<String> lower(Path ptx) throws IOException {
        if (PtxVersion.of(ptx).compareTo(WANTED) <= 0) {
            return Optional.empty();
        }
        Path folder = Files.createTempDirectory("cresset-ptx");
        try {
            Path lowered = folder.resolve("lowered.ptx");
            WANTED.stamp(ptx, lowered);
            // All are awaited, also after a refusal: each writes into the folder.
            List<String> objections = gpus.parallelStream()
                    .flatMap(gpu -> objection(gpu, ptx, lowered, folder).stream())
                    .toList();
            if (objections.isEmpty()) {
                WANTED.stamp(ptx, ptx);
            }
            return objections.stream().findFirst();
        } finally {
            delete(folder);
        }
    }

    private Optional<String> objection(Target gpu, Path ptx, Path lowered, Path folder) {
        Path before = folder.resolve(gpu.name() + "-before.cubin");
        Path after = folder.resolve(gpu.name() + "-after.cubin");
        nvcc.assemble(gpu, ptx, before).ifPresent(refusal -> {
            throw new BuildException("nvcc does not assemble its own PTX for " + gpu.name() + ":\n" + refusal);
        });
        Optional<String> refusal = nvcc.assemble(gpu, lowered, after);
        if (refusal.isPresent()) {
            return refusal.map(text -> gpu.name() + ": " + reason(text));
        }
        try {
            return Files.mismatch(before, after) < 0
                    ? Optional.empty()
                    : Optional.of(gpu.name() + ": the machine code would be another");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// The first line of ptxas's output that is more than its report.
    private static String reason(String output) {
        return output.lines()
                .filter(line -> COMPLAINT.matcher(line).find())
                .findFirst()
                .orElse(output.strip());
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> walk = Files.walk(folder)) {
            for (Path file : walk.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
