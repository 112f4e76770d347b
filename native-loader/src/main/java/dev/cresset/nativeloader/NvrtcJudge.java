package dev.cresset.nativeloader;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Takes an NVRTC whose code the driver can run.
///
/// @param driver the driver's version, [Integer#MAX_VALUE] if there is no driver to ask
record NvrtcJudge(int driver) implements LibraryJudge<Nvrtc> {
    private static final String BUILTINS = "libnvrtc-builtins.so.*";

    @Override
    public List<SharedLibrary> companions(Path file) throws RefusedException {
        // NVRTC opens its built-in headers by name only, at the first compilation: what lies beside is found if it is
        // open already.
        List<SharedLibrary> open = new ArrayList<>();
        for (Path builtins : builtinsIn(file.toAbsolutePath().getParent())) {
            open.add(SharedLibrary.open(builtins.toString()));
        }
        return open;
    }

    @Override
    public Nvrtc judge(SharedLibrary library, String soname) throws RefusedException {
        Nvrtc nvrtc = Nvrtc.of(library);
        int major =
                Integer.parseInt(nvrtc.version().substring(0, nvrtc.version().indexOf('.')));
        if (major > driver / 1000) {
            throw new RefusedException(
                    "it is of CUDA " + major + ", and the driver runs CUDA " + DriverLibrary.words(driver)
                            + " and older",
                    "Install it with: pip install nvidia-cuda-nvrtc-cu12 (or install a CUDA 12 toolkit).");
        }
        return nvrtc;
    }

    @Override
    public String version(Nvrtc found) {
        return "version " + found.version();
    }

    private static List<Path> builtinsIn(Path folder) throws RefusedException {
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder, BUILTINS)) {
            List<Path> found = new ArrayList<>();
            entries.forEach(found::add);
            return found;
        } catch (IOException | DirectoryIteratorException e) {
            throw new RefusedException("its folder cannot be read: " + e, "Make it readable.");
        }
    }
}
