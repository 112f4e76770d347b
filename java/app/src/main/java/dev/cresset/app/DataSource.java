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
import java.util.List;

/// Data in files.
record DataSource(Path path, DataFormat format, CsvOptions options) {
    /// The format that a path speaks of.
    static DataFormat formatOf(Path path) {
        return Files.isDirectory(path) || IdxReader.isNamedImages(path) ? DataFormat.IDX : DataFormat.CSV;
    }

    /// The files that may be read.
    List<Path> files() throws IOException {
        return switch (format) {
            case CSV -> List.of(path);
            case IDX -> IdxReader.files(path);
        };
    }

    /// A dataset to train on.
    Dataset dataset() throws IOException {
        return switch (format) {
            case CSV -> new CsvReader(options).read(path);
            case IDX -> Files.isDirectory(path) ? IdxReader.folder(path) : IdxReader.read(path, IdxReader.beside(path));
        };
    }

    /// A dataset to judge a model by.
    Dataset dataset(Schema schema) throws IOException {
        return switch (format) {
            case CSV -> new CsvReader(options).read(path, schema);
            case IDX ->
                Files.isDirectory(path)
                        ? IdxReader.folder(path, schema)
                        : IdxReader.read(path, IdxReader.beside(path), schema);
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
}
