package dev.cresset.gpucheck;

import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;

/// The unpacked bundle: what lies where, as `MakeBundle` lays it out.
record Bundle(Path root) {
    String cresset() {
        return root.resolve("bin/cresset").toString();
    }

    /// A program among the tests, run by the bundle's own Java.
    List<String> program(Class<?> main, String... properties) {
        List<String> command = new ArrayList<>();
        command.add(root.resolve("lib/runtime/bin/java").toString());
        command.add("@" + root.resolve("lib/java.options"));
        command.addAll(List.of(properties));
        command.add("-cp");
        command.add(root.resolve("lib/app") + "/*:" + root.resolve("lib/test") + "/*");
        command.add(main.getName());
        return command;
    }

    /// The folder that tests know as `cresset.shared`.
    Path shared() {
        return root.resolve("share");
    }

    /// What the build wrote down: `version`, `commit` and more.
    Properties build() {
        Properties build = new Properties();
        try (Reader in = Files.newBufferedReader(root.resolve("build.properties"))) {
            build.load(in);
        } catch (IOException e) {
            throw new UncheckedIOException("the bundle in " + root + " has no build.properties: unpack it again", e);
        }
        return build;
    }
}
