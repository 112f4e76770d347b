package dev.cresset.gpucheck;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// NVIDIA's tools: on the `PATH`, below `CUDA_PATH` and `CUDA_HOME`, below the toolkits in `/usr/local`.
///
/// @param usual the folder of the toolkits
record Tools(Map<String, String> environment, Path usual) {
    static Tools ofThisMachine() {
        return new Tools(System.getenv(), Path.of("/usr/local"));
    }

    Optional<Path> find(String name) {
        return folders().stream()
                .map(folder -> folder.resolve(name))
                .filter(file -> Files.isRegularFile(file) && Files.isExecutable(file))
                .findFirst();
    }

    private List<Path> folders() {
        List<Path> folders = new ArrayList<>();
        for (String entry : environment.getOrDefault("PATH", "").split(":")) {
            if (!entry.isBlank()) {
                folders.add(Path.of(entry));
            }
        }
        for (String variable : List.of("CUDA_PATH", "CUDA_HOME")) {
            if (!environment.getOrDefault(variable, "").isBlank()) {
                folders.addAll(of(Path.of(environment.get(variable))));
            }
        }
        try (DirectoryStream<Path> toolkits = Files.newDirectoryStream(usual, "cuda*")) {
            toolkits.forEach(toolkit -> folders.addAll(of(toolkit)));
        } catch (IOException e) {
            // There are no toolkits, then.
        }
        return folders;
    }

    private static List<Path> of(Path toolkit) {
        return List.of(toolkit.resolve("bin"), toolkit.resolve("compute-sanitizer"));
    }
}
