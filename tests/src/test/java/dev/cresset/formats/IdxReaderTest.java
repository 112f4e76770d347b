package dev.cresset.formats;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.cresset.data.Dataset;
import dev.cresset.data.Schema;
import dev.cresset.data.Task;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IdxReaderTest {
    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"", ".gz"})
    void picturesAndLabelsAreReadFromAFolder(String ending) throws IOException {
        byte[] images = IdxBytes.twoPictures();
        byte[] labels = IdxBytes.of(IdxBytes.sizes(2), 3, 1);
        boolean packed = ending.equals(".gz");
        write("some-images-idx3-ubyte" + ending, packed ? IdxBytes.gzip(images) : images);
        write("some-labels-idx1-ubyte" + ending, packed ? IdxBytes.gzip(labels) : labels);
        write("readme.txt", new byte[3]);
        Dataset dataset = IdxReader.folder(folder);
        assertEquals(2, dataset.size());
        assertEquals(6, dataset.inputs());
        assertEquals(Task.CLASSIFICATION, dataset.schema().task());
        // The largest label is 3, so there are four classes.
        assertEquals(List.of("0", "1", "2", "3"), dataset.schema().classes());
        assertEquals("pixel5", dataset.schema().features().getLast());
        double[] row = new double[6];
        dataset.features().copy(0, row, 0);
        assertArrayEquals(new double[] {0, 0.2, 0.4, 0.6, 0.8, 1}, row, 1e-15);
        assertEquals(3, dataset.label(0));
        assertEquals(1, dataset.label(1));
    }

    @Test
    void labelsAreFoundBesideTheirPicturesPackedOrPlain() throws IOException {
        Path images = folder.resolve("some-images-idx3-ubyte");
        Path plain = folder.resolve("some-labels-idx1-ubyte");
        assertEquals(plain, IdxReader.beside(images));
        Path packed = write("some-labels-idx1-ubyte.gz", new byte[1]);
        assertEquals(packed, IdxReader.beside(images));
        write("some-labels-idx1-ubyte", new byte[1]);
        assertEquals(plain, IdxReader.beside(images));
        assertEquals(packed, IdxReader.beside(folder.resolve("some-images-idx3-ubyte.gz")));
        assertEquals(List.of(images, plain), IdxReader.files(images));
        Path other = folder.resolve("other");
        assertEquals(List.of(other), IdxReader.files(other));
        Damage.says("named *-images-idx3-ubyte", () -> IdxReader.beside(other));
    }

    @Test
    void aPackedFileIsKnownByItsContentNotItsName() throws IOException {
        Path plain = write("plain.gz", IdxBytes.twoPictures());
        Path packed = write("packed", IdxBytes.gzip(IdxBytes.twoPictures()));
        assertEquals(2, IdxReader.images(plain).count());
        assertEquals(6, IdxReader.images(packed).width());
    }

    @Test
    void aModelsClassesAreKeptByName() throws IOException {
        Path images = write("i", IdxBytes.twoPictures());
        Path labels = write("l", IdxBytes.of(IdxBytes.sizes(2), 3, 0));
        Schema schema = Schema.classification(Schema.numbered("p", 6), "digit", List.of("3", "0", "7"));
        Dataset dataset = IdxReader.read(images, labels, schema);
        assertEquals(schema, dataset.schema());
        assertEquals(0, dataset.label(0));
        assertEquals(1, dataset.label(1));
        Schema fewer = Schema.classification(Schema.numbered("p", 6), "digit", List.of("0", "1"));
        Damage.says("label 0 (counted from 0) is 3, none of", () -> IdxReader.read(images, labels, fewer));
        Schema narrow = Schema.classification(Schema.numbered("p", 5), "digit", List.of("0", "3"));
        Damage.says(
                "pictures of 5 values expected by the model, found 6", () -> IdxReader.read(images, labels, narrow));
    }

    @Test
    void aFolderHoldsExactlyOneOfEachFile() throws IOException {
        Damage.says(
                "one file *-images-idx3-ubyte or *-images-idx3-ubyte.gz expected, found none",
                () -> IdxReader.folder(folder));
        write("t10k-images-idx3-ubyte", IdxBytes.twoPictures());
        Damage.says("one file *-labels-idx1-ubyte", () -> IdxReader.folder(folder));
        write("train-images-idx3-ubyte.gz", IdxBytes.gzip(IdxBytes.twoPictures()));
        Damage.says("[t10k-images-idx3-ubyte, train-images-idx3-ubyte.gz]", () -> IdxReader.folder(folder));
        Damage.says("a folder of IDX files expected", () -> IdxReader.folder(folder.resolve("none")));
        Damage.says("a folder of IDX files expected", () -> IdxReader.folder(folder.resolve("t10k-images-idx3-ubyte")));
    }

    private Path write(String name, byte[] bytes) throws IOException {
        return Files.write(folder.resolve(name), bytes);
    }
}
