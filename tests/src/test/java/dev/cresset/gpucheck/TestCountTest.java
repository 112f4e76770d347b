package dev.cresset.gpucheck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.abort;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import org.junit.jupiter.api.Disabled;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.core.LauncherConfig;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/// How the GPU tests are counted: a skip is never a pass.
class TestCountTest {
    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
    private final TestCount count = new TestCount(new PrintStream(printed, true));

    @Test
    void passesFailuresAndSkipsAreCountedAndNamed() {
        run(Mixed.class);
        assertEquals("gpu tests: 3 passed, 1 failed, 2 skipped", count.line());
        assertFalse(count.allPassed());
        String text = printed.toString();
        assertTrue(text.contains("FAILED " + Mixed.class.getName()), text);
        assertTrue(text.contains("this one fails"), text);
        assertTrue(text.contains("because of java.lang.IllegalStateException: the reason"), text);
        assertTrue(text.contains("at dev.cresset.gpucheck.TestCountTest$Mixed.fails"), text);
        assertTrue(text.contains("there is no such thing"), text);
        assertTrue(text.contains("not today"), text);
    }

    @Test
    void onlyAllIsAPass() {
        run(Good.class);
        assertTrue(count.allPassed());
        assertFalse(new TestCount(new PrintStream(printed)).allPassed(), "no test at all is no pass");
    }

    private void run(Class<?> tests) {
        LauncherConfig own = LauncherConfig.builder()
                .enableTestExecutionListenerAutoRegistration(false)
                .build();
        LauncherDiscoveryRequest request = LauncherDiscoveryRequestBuilder.request()
                .selectors(selectClass(tests))
                .build();
        LauncherFactory.create(own).execute(request, count);
    }

    static class Good {
        @Test
        void passes() {}
    }

    static class Mixed {
        @ParameterizedTest
        @ValueSource(ints = {1, 2, 3})
        void passes(int number) {
            assertTrue(number > 0);
        }

        @Test
        void fails() {
            throw new AssertionError("this one fails", new IllegalStateException("the reason"));
        }

        @Test
        void aborts() {
            abort("there is no such thing");
        }

        @Test
        @Disabled("not today")
        void isDisabled() {}
    }
}
