/// Numbers in matrices: what every other package speaks about. Start at [Tensor]; a device
/// ([dev.cresset.backend.Device]) hands them out.
@NullMarked
package dev.cresset.tensor;

import org.jspecify.annotations.NullMarked;
