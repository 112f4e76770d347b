/// The CPU backend: [CpuBackend] is the device, `CpuOps` its verbs, `CpuWorkers` its threads. Products go to OpenBLAS,
/// everything else is plain Java over blocks of `double`: a kernel takes a block out of native memory, computes, and
/// puts a block back. How a verb's work is cut into parts depends on its shape only.
@NullMarked
package dev.cresset.backend.cpu;

import org.jspecify.annotations.NullMarked;
