package dev.cresset.formats;

import dev.cresset.data.Dataset;
import dev.cresset.data.Rows;
import dev.cresset.data.Schema;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// Reads labelled pictures in the IDX format of MNIST, plain or packed by gzip.
///
/// A picture becomes one row of `height · width` features, row by row from the top left, from 0 to 1: the bytes
/// are kept as they are and scaled by 1/255 on reading. The features are called `pixel0, pixel1, …`, the target
/// `label`.
public final class IdxReader {
    private static final double SCALE = 1.0 / 255;

    /// A megapixel: each pixel gets a name, so an absurd size in a small packed file must not get far.
    private static final int MOST_PIXELS = 1 << 20;

    private IdxReader() {}

    /// The pictures and labels of a folder that holds exactly one file `*-images-idx3-ubyte` and one
    /// `*-labels-idx1-ubyte`, each with or without `.gz`.
    ///
    /// @throws FormatException if a file is missing, there are several, or one is not what it should be
    /// @throws IOException     if a file cannot be read
    public static Dataset folder(Path folder) throws IOException {
        IdxFolder files = IdxFolder.of(folder);
        return read(files.images(), files.labels());
    }

    /// The pictures and labels of a folder, for a model that exists; see [#read(Path, Path, Schema)].
    ///
    /// @throws FormatException if a file is missing, there are several, or one is not what it should be
    /// @throws IOException     if a file cannot be read
    public static Dataset folder(Path folder, Schema schema) throws IOException {
        IdxFolder files = IdxFolder.of(folder);
        return read(files.images(), files.labels(), schema);
    }

    /// A classification from a file of pictures and a file of as many labels. The classes are called `0, 1, …` up
    /// to the largest label in the file: a part of a set that lacks the last class has one class less.
    ///
    /// @throws FormatException if a file is not what it should be, or the two differ in count
    /// @throws IOException     if a file cannot be read
    public static Dataset read(Path images, Path labels) throws IOException {
        Rows x = images(images);
        Rows y = labels(labels);
        requireSameCount(images, x, labels, y);
        int classes = largest(y) + 1;
        if (classes < 2) {
            throw FormatException.in(labels, "at least two classes expected, found only the label 0.");
        }
        return Dataset.of(
                x,
                y,
                Schema.classification(Schema.numbered("pixel", x.width()), "label", Schema.numbered("", classes)));
    }

    /// The same for a model that exists: its schema is kept, whatever its features are called, and label `k` is
    /// its class named `k`.
    ///
    /// @throws FormatException if the pictures have another size than the model's features, a label is no class
    ///     of the model, or a file is not what it should be
    /// @throws IOException     if a file cannot be read
    public static Dataset read(Path images, Path labels, Schema schema) throws IOException {
        Rows x = images(images);
        if (x.width() != schema.inputs()) {
            throw FormatException.in(
                    images,
                    "pictures of " + schema.inputs() + " values expected by the model, found " + x.width() + ".");
        }
        Rows y = labels(labels);
        requireSameCount(images, x, labels, y);
        int[] numbers = new int[y.count()];
        for (int row = 0; row < numbers.length; row++) {
            String name = String.valueOf((int) y.at(row, 0));
            numbers[row] = schema.classes().indexOf(name);
            if (numbers[row] < 0) {
                throw FormatException.in(
                        labels,
                        "label " + row + " (counted from 0) is " + name + ", none of the model's classes "
                                + schema.classes() + ".");
            }
        }
        return Dataset.of(x, Rows.ofLabels(numbers), schema);
    }

    /// The pictures alone, to predict from: `(pictures, height · width)`, from 0 to 1.
    ///
    /// @throws FormatException if the file is no IDX file of three dimensions of unsigned bytes
    /// @throws IOException     if the file cannot be read
    public static Rows images(Path file) throws IOException {
        IdxFile pictures = IdxFile.read(file, 3);
        int[] sizes = pictures.sizes();
        int pixels = sizes[1] * sizes[2];
        if (pixels > MOST_PIXELS) {
            throw FormatException.in(
                    file,
                    "pictures of at most " + MOST_PIXELS + " pixels expected, found " + sizes[1] + " by " + sizes[2]
                            + ". Scale them down.");
        }
        return Rows.wrap(sizes[0], pixels, pictures.values(), SCALE);
    }

    /// Whether a file is named as one of pictures, `*-images-idx3-ubyte` with or without `.gz`.
    public static boolean isNamedImages(Path file) {
        return IdxFolder.isNamedImages(file);
    }

    /// The file of labels beside one of pictures, under the name that goes with theirs, packed or plain. It need not
    /// exist.
    ///
    /// @throws FormatException if the pictures are not named so
    public static Path beside(Path images) throws FormatException {
        return IdxFolder.beside(images);
    }

    /// The files that are read for a folder, or for a file of pictures: this and, by its name, that of its labels.
    ///
    /// @throws FormatException if it is a folder, and a file is missing or there are several
    /// @throws IOException     if the folder cannot be read
    public static List<Path> files(Path path) throws IOException {
        if (Files.isDirectory(path)) {
            IdxFolder files = IdxFolder.of(path);
            return List.of(files.images(), files.labels());
        }
        return isNamedImages(path) ? List.of(path, beside(path)) : List.of(path);
    }

    private static Rows labels(Path file) throws IOException {
        IdxFile labels = IdxFile.read(file, 1);
        return Rows.wrap(labels.sizes()[0], 1, labels.values(), 1);
    }

    private static void requireSameCount(Path images, Rows x, Path labels, Rows y) throws FormatException {
        if (x.count() != y.count()) {
            throw FormatException.in(
                    labels,
                    x.count() + " labels expected for the pictures of " + images + ", found " + y.count()
                            + ". Use files of the same set.");
        }
    }

    private static int largest(Rows labels) {
        double largest = 0;
        for (int row = 0; row < labels.count(); row++) {
            largest = Math.max(largest, labels.at(row, 0));
        }
        return (int) largest;
    }
}
