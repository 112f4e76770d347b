/// The reference backend: plain Java in float64, one loop after the other, no native code. It is the
/// meaning of every verb; the other backends are tested against it, and it against numbers worked by
/// hand, PyTorch's results and central differences.
@NullMarked
package dev.cresset.backend.reference;

import org.jspecify.annotations.NullMarked;
