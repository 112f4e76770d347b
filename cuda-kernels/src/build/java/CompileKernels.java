import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;

/// Compiles the kernels for every [Target] and packs them, their sources and a manifest into a folder of the jar:
///
/// ```
/// java CompileKernels.java <folder of the sources> <folder of the image> <file of the allowed spills>
/// ```
///
/// Maven runs it from its sources, so the build needs a JDK and no plugin of ours. Without nvcc the folder holds the
/// sources alone. What is there already for the same sources, nvcc and flags stays.
final class CompileKernels {
    private CompileKernels() {}

    public static void main(String[] args) throws IOException {
        if (args.length != 3) {
            System.err.println("usage: java CompileKernels.java SOURCES IMAGE SPILLS");
            System.exit(2);
        }
        try {
            run(Path.of(args[0]), new ImageFolder(Path.of(args[1])), Path.of(args[2]));
        } catch (BuildException e) {
            System.err.println("kernels: " + e.getMessage());
            System.exit(1);
        }
    }

    /// The GPU whose registers and shared memory are noted, for the table in the README.
    private static final String REPORTED = "sm_90";

    private static void run(Path folder, ImageFolder image, Path spills) throws IOException {
        KernelSources sources = KernelSources.read(folder);
        Path usual = Path.of(System.getProperty("cresset.toolkits", "/usr/local"));
        NvccSearch search = new NvccSearch(System.getProperty("cresset.nvcc", ""), System.getenv(), usual);
        Optional<Nvcc> nvcc = search.find().map(Nvcc::ask);
        List<Target> targets = nvcc.map(CompileKernels::targets).orElse(List.of());
        Set<String> allowed = PtxasReport.allowed(spills);
        String inputs = inputs(sources, nvcc, targets, allowed);
        if (image.holds(inputs, targets, sources)) {
            say("the image is up to date ("
                    + nvcc.map(found -> "nvcc " + found.version()).orElse("without nvcc") + ")");
            return;
        }
        image.empty();
        if (nvcc.isPresent()) {
            compile(nvcc.get(), targets, folder, image.folder(), allowed);
            lower(nvcc.get(), targets, image.folder());
        } else {
            say(search.whyNone() + ": the jar gets the kernels' sources only, and a machine with a GPU compiles them on"
                    + " first use, for which it needs NVRTC");
        }
        image.finish(inputs, targets, sources);
    }

    private static List<Target> targets(Nvcc nvcc) {
        List<Target> known =
                Target.ALL.stream().filter(target -> target.isKnownTo(nvcc)).toList();
        for (Target target : Target.ALL) {
            if (!known.contains(target)) {
                say("nvcc " + nvcc.version() + " does not know " + target.name() + ", which is left out");
            }
        }
        return known;
    }

    private static void compile(Nvcc nvcc, List<Target> targets, Path sources, Path folder, Set<String> allowed)
            throws IOException {
        long start = System.nanoTime();
        Map<Target, Future<String>> running = new LinkedHashMap<>();
        List<String> spilled = new ArrayList<>();
        Set<String> unused = new TreeSet<>(allowed);
        int registers = 0;
        try (ExecutorService pool =
                Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors())) {
            for (Target target : targets) {
                Path result = folder.resolve(target.fileName());
                running.put(target, pool.submit(() -> nvcc.compile(target, sources, result)));
            }
            for (Map.Entry<Target, Future<String>> one : running.entrySet()) {
                String output = output(one.getValue());
                PtxasReport report = PtxasReport.read(output);
                if (report.entries().isEmpty() && !one.getKey().isPtx()) {
                    throw new BuildException(
                            "ptxas reported no kernel for " + one.getKey().name() + ":\n" + output);
                }
                spilled.addAll(report.unexpected(one.getKey(), allowed));
                report.spills(one.getKey()).forEach(unused::remove);
                registers = Math.max(registers, report.mostRegisters());
                if (one.getKey().name().equals(REPORTED)) {
                    Files.writeString(folder.resolve("registers.txt"), report.table());
                }
            }
        }
        if (!spilled.isEmpty()) {
            throw new BuildException("registers spill; lessen what the kernel holds, or list it in spills.txt with the"
                    + " reason:\n  " + String.join("\n  ", spilled));
        }
        if (!unused.isEmpty()) {
            say("spills.txt lists kernels that do not spill with this nvcc: " + String.join(", ", unused));
        }
        say("compiled by nvcc %s for %s in %.1f s; at most %d registers"
                .formatted(nvcc.version(), names(targets), (System.nanoTime() - start) * 1e-9, registers));
    }

    private static void lower(Nvcc nvcc, List<Target> targets, Path folder) throws IOException {
        PtxLowering lowering = new PtxLowering(nvcc, targets);
        for (Target target : targets.stream().filter(Target::isPtx).toList()) {
            Path ptx = folder.resolve(target.fileName());
            Optional<String> reason = lowering.lower(ptx);
            say("the PTX is of version " + PtxVersion.of(ptx)
                    + reason.map(text -> ": drivers of an older CUDA refuse it, but as " + PtxLowering.WANTED
                                    + " it will not do for " + text)
                            .orElse(""));
        }
    }

    private static String output(Future<String> compilation) {
        try {
            return compilation.get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BuildException("interrupted");
        }
    }

    /// The first lines of the manifest, which decide whether the image is up to date. Without a date, so that the same
    /// sources give the same bytes.
    private static String inputs(
            KernelSources sources, Optional<Nvcc> nvcc, List<Target> targets, Set<String> allowed) {
        return "source.sha256=" + sources.hash() + "\n"
                + "sources=" + String.join(" ", sources.files().keySet()) + "\n"
                + "nvcc=" + nvcc.map(Nvcc::version).orElse("none") + "\n"
                + "flags=" + (nvcc.isPresent() ? String.join(" ", Nvcc.FLAGS) : "") + "\n"
                + "reported=" + REPORTED + "\n"
                + "ptx.wanted=" + (nvcc.isPresent() ? PtxLowering.WANTED : "") + "\n"
                + "spills=" + String.join(", ", allowed) + "\n"
                + "architectures=" + names(targets) + "\n";
    }

    private static String names(List<Target> targets) {
        return targets.stream().map(Target::name).collect(Collectors.joining(" "));
    }

    private static void say(String line) {
        System.out.println("kernels: " + line);
    }
}
