/// The hand-written CUDA kernels: their sources, their compiled image, and the table that describes them.
///
/// Start with [dev.cresset.kernels.Kernel], the table; [dev.cresset.kernels.KernelImage] is what gets loaded.
package dev.cresset.kernels;
