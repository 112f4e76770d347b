/// The CUDA backend: products by cuBLAS through JCublas, everything else by the kernels of
/// [dev.cresset.kernels.Kernel], all on one stream. The rooms are named as in package `cpu`: start with
/// [CudaBackend], then [CudaOps].
@NullMarked
package dev.cresset.backend.cuda;

import org.jspecify.annotations.NullMarked;
