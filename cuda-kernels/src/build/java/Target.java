import java.util.List;

/// What the kernels are compiled for: machine code for one GPU (`sm_90`), or PTX (`compute_80`), which the driver
/// compiles for any GPU of at least that capability.
record Target(String name) {
    /// From Ampere on. A cubin also serves the later minor versions of its major one; the rest is for the PTX.
    static final List<Target> ALL = List.of(
            new Target("sm_80"),
            new Target("sm_86"),
            new Target("sm_89"),
            new Target("sm_90"),
            new Target("sm_100"),
            new Target("sm_120"),
            new Target("compute_80"));

    boolean isPtx() {
        return name.startsWith("compute_");
    }

    boolean isKnownTo(Nvcc nvcc) {
        return nvcc.codes().contains(name.replace("compute_", "sm_"));
    }

    String fileName() {
        return name + (isPtx() ? ".ptx" : ".cubin");
    }
}
