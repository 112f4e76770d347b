/// Whole training steps, timed beside their accuracy: fixed workloads from fixed numbers, on any device, alternating
/// with another library's program that runs the same. Start at [dev.cresset.bench.Bench].
@NullMarked
package dev.cresset.bench;

import org.jspecify.annotations.NullMarked;
