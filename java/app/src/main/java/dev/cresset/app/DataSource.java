package dev.cresset.app;

import dev.cresset.data.Dataset;
import dev.cresset.data.Rows;
import dev.cresset.data.Schema;
import dev.cresset.formats.CsvOptions;
import dev.cresset.formats.CsvReader;
import dev.cresset.formats.IdxReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Data in files.
record DataSource(Path path, DataFormat format, CsvOptions options) {
    private static final String PICTURES = "-images-idx3-ubyte";
    private static final String LABELS = "-labels-idx1-ubyte";

    /// The format that a path speaks of.
    static DataFormat formatOf(Path path) {
        return Files.isDirectory(path) || nameOf(path).contains(PICTURES) ? DataFormat.IDX : DataFormat.CSV;
    }

    /// A dataset to train on.
    Dataset dataset() throws IOException {
        return switch (format) {
            case CSV -> new CsvReader(options).read(path);
            case IDX -> Files.isDirectory(path) ? IdxReader.folder(path) : IdxReader.read(path, labels());
        };
    }

    /// A dataset to judge a model by.
    Dataset dataset(Schema schema) throws IOException {
        return switch (format) {
            case CSV -> new CsvReader(options).read(path, schema);
            case IDX ->
                Files.isDirectory(path) ? IdxReader.folder(path, schema) : IdxReader.read(path, labels(), schema);
        };
    }

    /// Rows to predict from; targets need not be there, except beside the pictures of a folder.
    Rows features(Schema schema) throws IOException {
        return switch (format) {
            case CSV -> new CsvReader(options).features(path, schema.features());
            case IDX -> Files.isDirectory(path) ? IdxReader.folder(path, schema).features() : pictures(schema);
        };
    }

    private Rows pictures(Schema schema) throws IOException {
        Rows pictures = IdxReader.images(path);
        if (pictures.width() != schema.inputs()) {
            throw new IOException(path + ": pictures of " + schema.inputs() + " values expected by the model, found "
                    + pictures.width() + ".");
        }
        return pictures;
    }

    /// The labels that stand beside the pictures, under the name that goes with theirs.
    private Path labels() throws IOException {
        String name = nameOf(path);
        if (!name.contains(PICTURES)) {
            throw new IOException(path + ": a folder, or a file of pictures named *" + PICTURES
                    + " with its labels beside it, expected. Check the path or --format.");
        }
        String labels = name.replace(PICTURES, LABELS);
        String other = labels.endsWith(".gz") ? labels.substring(0, labels.length() - 3) : labels + ".gz";
        Path beside = path.resolveSibling(labels);
        return Files.exists(beside) || !Files.exists(path.resolveSibling(other)) ? beside : path.resolveSibling(other);
    }

    private static String nameOf(Path path) {
        Path name = path.getFileName();
        return name == null ? "" : name.toString();
    }
}
