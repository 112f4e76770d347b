/// The hand-written CUDA kernels: their sources, their compiled image, and the table that describes them.
///
/// Nothing runs here yet. The kernels land together with the CUDA backend; `README.md` of this module says what will
/// live where.
package dev.cresset.kernels;
