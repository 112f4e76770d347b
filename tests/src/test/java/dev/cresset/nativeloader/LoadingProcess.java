package dev.cresset.nativeloader;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Another Java that loads OpenBLAS, with a cache folder of its own choice, and says what happened.
final class LoadingProcess {
    private final Process process;

    private LoadingProcess(Process process) {
        this.process = process;
    }

    /// Starts it; each folder is tried in turn, as a user would who follows the advice of the error.
    static LoadingProcess start(Path... caches) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                LoadingProcess.class.getName()));
        Arrays.stream(caches).map(Path::toString).forEach(command::add);
        return new LoadingProcess(
                new ProcessBuilder(command).redirectErrorStream(true).start());
    }

    /// Everything that it printed, once it has ended.
    String output() throws IOException, InterruptedException {
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return text + "exit " + process.waitFor();
    }

    /// @param caches one folder after the other
    public static void main(String[] caches) {
        System.out.println("at first " + OpenBlas.isLoaded() + " " + OpenBlas.TRANSPOSE);
        for (String cache : caches) {
            System.setProperty(CacheFolder.PROPERTY, cache);
            try {
                System.out.println("threads " + OpenBlas.load().threads());
            } catch (NativeLibraryException e) {
                System.out.println("refused " + e.getMessage());
            }
        }
    }
}
