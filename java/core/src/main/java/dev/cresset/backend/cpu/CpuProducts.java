package dev.cresset.backend.cpu;

import dev.cresset.nativeloader.CpuLibrary;
import dev.cresset.nativeloader.NativeLibraryException;
import dev.cresset.nativeloader.OneDnn;
import dev.cresset.nativeloader.OpenBlas;
import dev.cresset.tensor.Precision;
import org.jspecify.annotations.Nullable;

/// The library that multiplies matrices, each product on the thread that calls.
sealed interface CpuProducts {
    /// `c ← op(a) · op(b) + beta · c`, all row-major: op(a) is m × k, op(b) k × n, c m × n; a, b and c are addresses
    /// of first elements, lda, ldb and ldc the elements from one stored row to the next. With beta 0 the old c is not
    /// read.
    void multiply(Factors factors, int m, int n, int k, long a, int lda, long b, int ldb, double beta, long c, int ldc);

    /// Which library, for people.
    String description();

    /// The one for this precision.
    ///
    /// @param asked what multiplies float32; null for the library of this Java, by property or platform
    /// @throws NativeLibraryException if it cannot be loaded
    static CpuProducts of(Precision precision, @Nullable CpuLibrary asked) {
        if (precision == Precision.FP64) {
            return new OpenBlasDoubles(OpenBlas.load());
        }
        return switch (asked == null ? CpuLibrary.forFloats() : asked) {
            case ONEDNN -> new OneDnnFloats(OneDnn.load());
            case OPENBLAS -> new OpenBlasFloats(OpenBlas.load());
        };
    }

    private static int openBlas(boolean flips) {
        return flips ? OpenBlas.TRANSPOSE : OpenBlas.NO_TRANSPOSE;
    }

    private static String description(OpenBlas blas) {
        return blas.config() + " with kernels for " + blas.coreName();
    }

    /// float32 by oneDNN.
    record OneDnnFloats(OneDnn library) implements CpuProducts {
        @Override
        public void multiply(
                Factors factors, int m, int n, int k, long a, int lda, long b, int ldb, double beta, long c, int ldc) {
            byte flipA = factors.firstFlips() ? OneDnn.TRANSPOSE : OneDnn.NO_TRANSPOSE;
            byte flipB = factors.secondFlips() ? OneDnn.TRANSPOSE : OneDnn.NO_TRANSPOSE;
            library.sgemm(flipA, flipB, m, n, k, a, lda, b, ldb, (float) beta, c, ldc);
        }

        @Override
        public String description() {
            return "oneDNN " + library.version() + " with kernels for " + library.instructions();
        }
    }

    /// float32 by OpenBLAS.
    record OpenBlasFloats(OpenBlas library) implements CpuProducts {
        @Override
        public void multiply(
                Factors factors, int m, int n, int k, long a, int lda, long b, int ldb, double beta, long c, int ldc) {
            int flipA = openBlas(factors.firstFlips());
            int flipB = openBlas(factors.secondFlips());
            library.sgemm(flipA, flipB, m, n, k, a, lda, b, ldb, (float) beta, c, ldc);
        }

        @Override
        public String description() {
            return CpuProducts.description(library);
        }
    }

    /// float64 by OpenBLAS.
    record OpenBlasDoubles(OpenBlas library) implements CpuProducts {
        @Override
        public void multiply(
                Factors factors, int m, int n, int k, long a, int lda, long b, int ldb, double beta, long c, int ldc) {
            int flipA = openBlas(factors.firstFlips());
            int flipB = openBlas(factors.secondFlips());
            library.dgemm(flipA, flipB, m, n, k, a, lda, b, ldb, beta, c, ldc);
        }

        @Override
        public String description() {
            return CpuProducts.description(library);
        }
    }
}
