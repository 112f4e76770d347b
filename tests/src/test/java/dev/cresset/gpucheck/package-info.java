/// The GPU check: everything that a GPU can tell about Cresset, in one command, `bin/gpu-check` of the bundle.
///
/// Start with [dev.cresset.gpucheck.GpuCheck], the program; [dev.cresset.gpucheck.Steps] is the list of what it does,
/// and the one place to add to.
package dev.cresset.gpucheck;
