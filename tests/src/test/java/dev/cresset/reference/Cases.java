package dev.cresset.reference;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.cresset.verify.Place;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.DynamicTest;

/// Files of results that PyTorch computed in float64, beside the checkout. The numbers that matter most
/// are worked by hand in the other packages, so nothing essential is lost where these files are absent.
final class Cases {
    private Cases() {}

    /// What a case should do on a device.
    interface Claim {
        void holds(Case example, Place place);
    }

    /// One test for each case of the file and each device; skipped where the file is not there.
    static Stream<DynamicTest> everywhere(String file, Claim claim) {
        return read(file).flatMap(example -> Place.here()
                .map(place ->
                        DynamicTest.dynamicTest(example.name() + " on " + place, () -> claim.holds(example, place))));
    }

    private static Stream<Case> read(String file) {
        Path path = Path.of(System.getProperty("cresset.shared", ""), "reference", file);
        assumeTrue(
                Files.isReadable(path),
                "PyTorch's results in " + file + " are not beside the checkout (system property cresset.shared).");
        try {
            JsonObject root = JsonParser.parseString(Files.readString(path)).getAsJsonObject();
            Iterable<JsonElement> cases = root.getAsJsonArray("cases");
            return StreamSupport.stream(cases.spliterator(), false).map(entry -> new Case(entry.getAsJsonObject()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
