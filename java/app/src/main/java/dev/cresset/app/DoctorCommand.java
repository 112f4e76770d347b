package dev.cresset.app;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.cresset.backend.Device;
import dev.cresset.backend.DeviceUnavailableException;
import dev.cresset.backend.Gpu;
import dev.cresset.kernels.KernelImage;
import dev.cresset.kernels.Manifest;
import dev.cresset.nativeloader.CudaLibraries;
import dev.cresset.nativeloader.LibrarySearch.Outcome;
import dev.cresset.nativeloader.LoadReport;
import dev.cresset.nativeloader.OpenBlas;
import dev.cresset.tensor.Precision;
import dev.cresset.verify.DeviceCheck;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// Looks at what this machine has, and tries it.
@Command(
        name = "doctor",
        description = "Says what this machine has for Cresset, tries every operation on it against the reference, and"
                + " ends with one line: ready, or the one thing to fix.",
        customSynopsis = "cresset doctor [--require-gpu] [OPTIONS]")
final class DoctorCommand implements Callable<Integer> {
    @Option(names = "--require-gpu", description = "Fail where no GPU can be used.")
    private boolean requireGpu;

    @Mixin(name = "Output")
    private OutputOptions output;

    private final JsonArray checks = new JsonArray();
    private @Nullable String broken;

    @Override
    public Integer call() {
        for (String line : new CressetCommand.Version().getVersion()) {
            output.say("%s", line);
        }
        Manifest kernels = KernelImage.manifest();
        output.say(
                "kernels for %s",
                kernels.isCompiled()
                        ? String.join(" ", kernels.architectures()) + ", compiled by nvcc " + kernels.nvcc()
                        : "no GPU yet: this build had no nvcc, so NVRTC compiles them on first use");
        LoadReport libraries = CudaLibraries.report();
        output.say("%n%s%n", libraries.text().stripTrailing());
        String missing = "The driver shows no GPU: check nvidia-smi and CUDA_VISIBLE_DEVICES.";
        List<Gpu> gpus = List.of();
        try {
            gpus = Device.gpus();
        } catch (DeviceUnavailableException e) {
            missing = UserWords.of(e.getMessage());
            broken = hasDriver(libraries) ? missing : null;
        }
        for (Gpu gpu : gpus) {
            for (Precision precision : Precision.values()) {
                check("cuda:" + gpu.ordinal(), precision, () -> Device.cuda(gpu.ordinal(), precision));
            }
        }
        for (Precision precision : List.of(Precision.FP32, Precision.FP64)) {
            check("cpu", precision, () -> Device.cpu(precision));
        }
        OpenBlas.note().ifPresent(note -> output.say("note: %s", note));
        boolean ready = broken == null && (!gpus.isEmpty() || !requireGpu);
        String verdict = broken != null
                ? "Not ready: " + broken
                : gpus.isEmpty()
                        ? (requireGpu ? "Not ready: " : "Ready on the CPU, without a GPU: ") + missing
                        : "Ready: " + gpus.getFirst();
        output.say("%n%s", verdict);
        finish(ready, gpus, verdict);
        return ready ? 0 : 1;
    }

    /// Whether there is a driver, usable or not: then something is to be mended.
    private static boolean hasDriver(LoadReport libraries) {
        return libraries.search("driver").stream()
                .flatMap(search -> search.looks().stream())
                .anyMatch(look -> look.outcome() == Outcome.TAKEN || look.outcome() == Outcome.REFUSED);
    }

    /// Tries every verb on a device and says how it did.
    private void check(String name, Precision precision, Supplier<Device> opening) {
        JsonObject check = new JsonObject();
        check.addProperty("device", name);
        check.addProperty("precision", precision.name());
        String failure;
        try (Device device = opening.get()) {
            check.addProperty("description", device.description());
            List<DeviceCheck.Result> results = DeviceCheck.run(device);
            List<String> wrong = results.stream()
                    .filter(result -> !result.passes())
                    .map(result -> "%s (error %.2e, allowed %.2e)"
                            .formatted(result.verb(), result.error(), result.tolerance()))
                    .toList();
            DeviceCheck.Result worst = results.stream()
                    .max(Comparator.comparingDouble(result -> result.error() / result.tolerance()))
                    .orElseThrow();
            output.say("%s", device.description());
            output.say(
                    "  %d operations tried, %d wrong; the largest error is %.0f %% of what rounding explains (%s)",
                    results.size(), wrong.size(), 100 * worst.error() / worst.tolerance(), worst.verb());
            DeviceCheck.refusals(device).forEach(refusal -> output.say("  %s", refusal));
            failure = wrong.isEmpty() ? null : name + " in " + precision + " computes wrongly: " + wrong;
            check.addProperty("operations", results.size());
            check.addProperty("wrong", wrong.size());
        } catch (RuntimeException e) {
            failure = UserWords.of(String.valueOf(e.getMessage()));
            output.say("%s in %s: %s", name, precision, failure);
        }
        check.addProperty("passed", failure == null);
        checks.add(check);
        broken = broken == null ? failure : broken;
    }

    private void finish(boolean ready, List<Gpu> gpus, String verdict) {
        JsonObject json = new JsonObject();
        json.addProperty("ready", ready);
        JsonArray found = new JsonArray();
        gpus.forEach(gpu -> found.add(gpu.toString()));
        json.add("gpus", found);
        json.add("checks", checks);
        OpenBlas.note().ifPresent(note -> json.addProperty("note", note));
        json.addProperty("verdict", verdict);
        output.finish(json);
    }
}
