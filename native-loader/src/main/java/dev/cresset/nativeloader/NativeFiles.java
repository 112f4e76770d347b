package dev.cresset.nativeloader;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.JarURLConnection;
import java.net.URL;
import java.net.URLConnection;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;

/// A set of native files that belong together and lie in one folder of the class path.
///
/// @param name what the set is called, such as `openblas-linux-x86_64`
/// @param folder the resource folder, such as `org/bytedeco/openblas/linux-x86_64`
/// @param files names in that folder, in the order in which they are loaded
/// @param rewrite what is done to each before it is stored
record NativeFiles(String name, String folder, List<String> files, Rewrite rewrite) {
    NativeFiles {
        files = List.copyOf(files);
    }

    /// Files that are stored as they are on the class path.
    NativeFiles(String name, String folder, List<String> files) {
        this(name, folder, files, Rewrite.NONE);
    }

    /// Opens one of the files, freshly from the class path, rewritten.
    InputStream open(String file) throws IOException {
        InputStream in = connect(file).getInputStream();
        if (rewrite.equals(Rewrite.NONE)) {
            return in;
        }
        try (in) {
            return new ByteArrayInputStream(rewrite.change().apply(file, in.readAllBytes()));
        }
    }

    /// Something that is the same exactly as long as the files are, without unpacking them: the size and the checksum
    /// that the jar's directory notes for each (reading 40 MB through the inflater takes 0.15 s, this 1 ms). It only
    /// chooses which sums are looked up: files are judged by SHA-256.
    String fingerprint() throws IOException {
        StringBuilder text = new StringBuilder(name).append(rewrite.name());
        for (String file : files) {
            text.append('\n').append(file).append(' ').append(mark(file));
        }
        return Digest.of(text.toString());
    }

    private String mark(String file) throws IOException {
        if (connect(file) instanceof JarURLConnection connection) {
            try (JarFile jar = connection.getJarFile()) {
                JarEntry entry = jar.getJarEntry(connection.getEntryName());
                return entry.getSize() + " " + entry.getCrc();
            }
        }
        try (InputStream in = open(file)) {
            return Digest.of(in);
        }
    }

    private URLConnection connect(String file) throws IOException {
        URLConnection connection = find(file).openConnection();
        // A cached connection shares its jar with everybody else in this Java, and cannot be closed.
        connection.setUseCaches(false);
        return connection;
    }

    private URL find(String file) {
        List<String> missing = new ArrayList<>();
        ClassLoader[] loaders = {
            NativeFiles.class.getClassLoader(), Thread.currentThread().getContextClassLoader()
        };
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
