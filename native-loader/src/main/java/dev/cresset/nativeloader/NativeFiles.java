package dev.cresset.nativeloader;

import java.io.IOException;
import java.io.InputStream;
import java.net.JarURLConnection;
import java.net.URL;
import java.net.URLConnection;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarEntry;

/// A set of native files that belong together and lie in one folder of the class path.
///
/// @param name what the set is called, such as `openblas-linux-x86_64`
/// @param folder the resource folder, such as `org/bytedeco/openblas/linux-x86_64`
/// @param files names in that folder, in the order in which they are loaded
record NativeFiles(String name, String folder, List<String> files) {
    NativeFiles {
        files = List.copyOf(files);
    }

    /// Opens one of the files, freshly from the class path.
    InputStream open(String file) throws IOException {
        URLConnection connection = find(file).openConnection();
        // A cached connection shares its stream of the jar with everybody else in this Java.
        connection.setUseCaches(false);
        return connection.getInputStream();
    }

    /// Something that is the same exactly as long as the files are, without unpacking them: the size and the checksum
    /// that the jar's directory notes for each (reading 40 MB through the inflater takes 0.15 s, this 1 ms). It only
    /// chooses which sums are looked up: files are judged by SHA-256.
    String fingerprint() throws IOException {
        StringBuilder text = new StringBuilder(name);
        for (String file : files) {
            URLConnection connection = find(file).openConnection();
            if (connection instanceof JarURLConnection jar) {
                JarEntry entry = jar.getJarEntry();
                text.append('\n').append(file).append(' ').append(entry.getSize()).append(' ').append(entry.getCrc());
            } else {
                try (InputStream in = open(file)) {
                    text.append('\n').append(file).append(' ').append(Digest.of(in));
                }
            }
        }
        return Digest.of(text.toString());
    }

    private URL find(String file) {
        List<String> missing = new ArrayList<>();
        ClassLoader[] loaders = {NativeFiles.class.getClassLoader(), Thread.currentThread().getContextClassLoader()};
        for (ClassLoader loader : loaders) {
            URL url = loader == null ? null : loader.getResource(folder + "/" + file);
            if (url != null) {
                return url;
            }
            missing.add(String.valueOf(loader));
        }
        throw new NativeLibraryException(
                "The native file " + folder + "/" + file + " is not on the class path (looked with " + missing
                        + "): add the jar that holds it, the one for this platform whose name has " + name + ".",
                null);
    }
}
