/// The CPU backend: [CpuBackend] is the device, `CpuOps` its verbs, `CpuWorkers` its threads. Products go to a library
/// (`CpuProducts`), very small ones to `CpuSmallGemm`. Everything else is Java over blocks of `double`: a kernel takes
/// a block out of native memory, computes, and puts a block back; loops that this would slow down work on float32
/// memory directly (`CpuBlocks`). Functions and loops of blocks are there twice, in vectors and plain, with the same
/// bits (`CpuSimd`). How a verb's work is cut into parts depends on its shape only.
@NullMarked
package dev.cresset.backend.cpu;

import org.jspecify.annotations.NullMarked;
