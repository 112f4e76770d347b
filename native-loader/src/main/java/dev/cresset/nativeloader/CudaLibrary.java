package dev.cresset.nativeloader;

import java.util.List;

/// A library of NVIDIA's that is looked for: what it is called, and the names that its file may have, the preferred
/// first. The files for Windows have not been tried.
enum CudaLibrary {
    /// Comes with NVIDIA's driver.
    DRIVER("driver", "cresset.cuda.driver", "CRESSET_CUDA_DRIVER", List.of("libcuda.so.1"), List.of("nvcuda.dll")),

    /// Comes with the toolkit, or by pip. JCuda cannot be linked to CUDA 13's on Windows.
    CUBLAS(
            "cuBLAS",
            "cresset.cuda.cublas",
            "CRESSET_CUDA_CUBLAS",
            List.of("libcublas.so.13", "libcublas.so.12"),
            List.of("cublas64_12.dll")),

    /// Comes with the toolkit, or by pip.
    NVRTC(
            "NVRTC",
            "cresset.cuda.nvrtc",
            "CRESSET_CUDA_NVRTC",
            List.of("libnvrtc.so.13", "libnvrtc.so.12"),
            List.of("nvrtc64_130_0.dll", "nvrtc64_120_0.dll"));

    private final String title;
    private final String property;
    private final String variable;
    private final List<String> linux;
    private final List<String> windows;

    CudaLibrary(String title, String property, String variable, List<String> linux, List<String> windows) {
        this.title = title;
        this.property = property;
        this.variable = variable;
        this.linux = linux;
        this.windows = windows;
    }

    /// What people call it.
    String title() {
        return title;
    }

    /// The system property that names its place.
    String property() {
        return property;
    }

    /// The environment variable that names its place.
    String variable() {
        return variable;
    }

    /// The names of its file, the preferred first.
    List<String> names(Platform platform) {
        return platform == Platform.WINDOWS_X86_64 ? windows : linux;
    }

    /// How a user names the place of one that was not found.
    String explicitly() {
        return "-D" + property + "=<file or folder> or " + variable;
    }
}
