package dev.cresset.nativeloader;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NvrtcTest {
    private static final Map<String, String> HEADERS = new TreeMap<>(Map.of(
            "numbers.cuh", "#pragma once\n#include \"more.cuh\"\n",
            "more.cuh", "#pragma once\n__device__ double twice(double x) { return 2 * x; }\n"));

    /// The compiler itself, which needs no GPU.
    @Nested
    class WhereThereIsOne {
        private final Nvrtc nvrtc = find();

        private Nvrtc find() {
            Optional<Nvrtc> found = Nvrtc.find();
            assumeTrue(found.isPresent(), "this machine has no NVRTC (-Dcresset.cuda.nvrtc=<file> names one)");
            return found.get();
        }

        @Test
        void itCompilesAKernelWithItsHeadersToACubin() {
            String source = "#include \"numbers.cuh\"\n"
                    + "extern \"C\" __global__ void doubled(double *x, int n) {\n"
                    + "  int i = blockIdx.x * blockDim.x + threadIdx.x;\n"
                    + "  if (i < n) x[i] = twice(exp(x[i]));\n}\n";
            byte[] cubin = nvrtc.compile("doubled.cu", source, HEADERS, List.of("--gpu-architecture=sm_80"));
            assertArrayEquals(new byte[] {0x7f, 'E', 'L', 'F'}, Arrays.copyOf(cubin, 4));
            assertEquals(190, cubin[18] & 0xff, "e_machine of a cubin");
            assertTrue(new String(cubin, StandardCharsets.ISO_8859_1).contains(".text.doubled"));
        }

        @Test
        void whatDoesNotCompileIsSaidWithTheLog() {
            NativeLibraryException thrown = assertThrows(
                    NativeLibraryException.class,
                    () -> nvrtc.compile("bad.cu", "int x = y;", Map.of(), List.of("--gpu-architecture=sm_80")));
            assertTrue(thrown.getMessage().contains("NVRTC_ERROR_COMPILATION"), thrown.getMessage());
            assertTrue(
                    thrown.getMessage().contains("bad.cu(1): error: identifier \"y\" is undefined"),
                    thrown.getMessage());
        }

        @Test
        void anArchitectureThatItDoesNotKnowIsAnError() {
            NativeLibraryException thrown = assertThrows(
                    NativeLibraryException.class,
                    () -> nvrtc.compile("a.cu", "", Map.of(), List.of("--gpu-architecture=sm_9999")));
            assertTrue(thrown.getMessage().contains("--gpu-architecture=sm_9999"), thrown.getMessage());
        }

        @Test
        void aVirtualArchitectureGivesNoCubin() {
            NativeLibraryException thrown = assertThrows(
                    NativeLibraryException.class,
                    () -> nvrtc.compile("a.cu", "", Map.of(), List.of("--gpu-architecture=compute_80")));
            assertTrue(thrown.getMessage().contains("made no cubin of a.cu"), thrown.getMessage());
        }
    }

    /// A stub of it, whose cubin is what it was given, so that every machine with a C compiler sees the calls.
    @Nested
    class AsAStub {
        @TempDir
        Path folder;

        @Test
        void everythingThatIsGivenArrives() throws Exception {
            Nvrtc nvrtc = stub();
            assertEquals("12.7", nvrtc.version());
            byte[] cubin = nvrtc.compile("k.cu", "the source", HEADERS, List.of("-a", "-b"));
            assertEquals(
                    "k.cu:the source|numbers.cuh=" + HEADERS.get("numbers.cuh") + "|more.cuh=" + HEADERS.get("more.cuh")
                            + "|-a|-b",
                    sortedHeaders(new String(cubin, StandardCharsets.UTF_8)));
            assertEquals("k.cu:x", new String(nvrtc.compile("k.cu", "x", Map.of(), List.of()), StandardCharsets.UTF_8));
        }

        @Test
        void aFailureHasItsWordsAndTheLog() throws Exception {
            Nvrtc nvrtc = stub();
            NativeLibraryException thrown = assertThrows(
                    NativeLibraryException.class, () -> nvrtc.compile("k.cu", "fail", Map.of(), List.of("-a")));
            assertTrue(
                    thrown.getMessage().contains("does not compile k.cu with [-a]: status words 6\nthe log"),
                    thrown.getMessage());
        }

        @Test
        void aNamedPlaceWithoutItIsAnErrorAndNotPassedOver() {
            Map<String, String> properties = new HashMap<>(
                    Map.of("cresset.cuda.nvrtc", folder.resolve("nothing").toString()));
            Environment environment = new Environment(properties::get, name -> null, folder);
            Search<Nvrtc> search = Nvrtc.search(Platform.LINUX_X86_64, environment, Integer.MAX_VALUE);
            assertTrue(search.isExplicit());
            assertEquals("there is no such file", search.refusal().orElseThrow().reason());
            assertTrue(search.found().isEmpty());
        }

        @Test
        void oneThatTheDriverCannotRunIsRefused() throws Exception {
            NvrtcJudge judge = new NvrtcJudge(11080);
            RefusedException thrown = assertThrows(
                    RefusedException.class,
                    () -> judge.judge(SharedLibrary.open(library().toString()), ""));
            assertTrue(thrown.reason().contains("CUDA 12, and the driver runs CUDA 11.8"), thrown.reason());
        }

        @Test
        void aLibraryWithoutItsFunctionsIsRefused() throws Exception {
            StubLibrary.assumeCompiler();
            Path other = StubLibrary.compile(folder, "libother.so.1", "int nvrtcVersion(void) { return 0; }", "");
            SharedLibrary open = SharedLibrary.open(other.toString());
            RefusedException thrown = assertThrows(RefusedException.class, () -> Nvrtc.of(open));
            assertTrue(thrown.reason().startsWith("it lacks the function nvrtc"), thrown.reason());
        }

        private Nvrtc stub() throws Exception {
            return Nvrtc.of(SharedLibrary.open(library().toString()));
        }

        private Path library() throws Exception {
            StubLibrary.assumeCompiler();
            String source = """
                    #include <stdlib.h>
                    #include <string.h>
                    static char text[4096];
                    static void add(const char *more) { strcat(text, more); }
                    int nvrtcVersion(int *major, int *minor) { *major = 12; *minor = 7; return 0; }
                    int nvrtcCreateProgram(void **p, const char *source, const char *name, int n,
                                           const char *const *headers, const char *const *names) {
                      *p = text;
                      text[0] = 0;
                      add(name); add(":"); add(source);
                      for (int i = 0; i < n; i++) { add("|"); add(names[i]); add("="); add(headers[i]); }
                      return 0;
                    }
                    int nvrtcCompileProgram(void *p, int n, const char *const *options) {
                      if (strstr(p, "fail")) return 6;
                      for (int i = 0; i < n; i++) { add("|"); add(options[i]); }
                      return 0;
                    }
                    int nvrtcGetCUBINSize(void *p, size_t *size) { *size = strlen(p); return 0; }
                    int nvrtcGetCUBIN(void *p, char *out) { memcpy(out, p, strlen(p)); return 0; }
                    int nvrtcGetProgramLogSize(void *p, size_t *size) { *size = 8; return 0; }
                    int nvrtcGetProgramLog(void *p, char *out) { strcpy(out, "the log"); return 0; }
                    const char *nvrtcGetErrorString(int s) { return s == 6 ? "status words 6" : 0; }
                    int nvrtcDestroyProgram(void **p) { *p = 0; return 0; }
                    """;
            return StubLibrary.compile(folder, "libstubnvrtc.so.1", source, "");
        }

        private static String sortedHeaders(String cubin) {
            String more = "|more.cuh=" + HEADERS.get("more.cuh");
            return cubin.contains(more + "|numbers") ? cubin.replace(more, "").replace("|-a", more + "|-a") : cubin;
        }
    }
}
