package dev.cresset.nativeloader;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CacheFolderTest {
    private final Map<String, String> properties = new HashMap<>(Map.of("os.name", "Linux", "user.home", "/h"));
    private final Map<String, String> environment = new HashMap<>();

    @Test
    void thePropertyGoesBeforeTheVariableAndThisBeforeTheStandardPlaces() {
        assertChosen("/h/.cache/cresset");
        environment.put("XDG_CACHE_HOME", "/x");
        assertChosen("/x/cresset");
        environment.put("CRESSET_CACHE", "/v");
        assertChosen("/v");
        properties.put("cresset.cache", "/p");
        assertChosen("/p");
    }

    @Test
    void emptyValuesAndARelativeXdgFolderCountAsNotSet() {
        environment.put("XDG_CACHE_HOME", "x");
        environment.put("CRESSET_CACHE", "");
        properties.put("cresset.cache", " ");
        assertChosen("/h/.cache/cresset");
    }

    @Test
    void otherSystemsHaveTheirOwnPlaces() {
        properties.put("os.name", "Mac OS X");
        assertChosen("/h/Library/Caches/cresset");
        properties.put("os.name", "Windows 11");
        assertChosen("/h/AppData/Local/cresset/cache");
        environment.put("LOCALAPPDATA", "/local");
        assertChosen("/local/cresset/cache");
    }

    private void assertChosen(String expected) {
        assertEquals(
                Path.of(expected).toAbsolutePath(),
                CacheFolder.chosen(properties::get, environment::get).toAbsolutePath());
    }
}
