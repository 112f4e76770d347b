/// The contract between layers and machines. [Ops] is the vocabulary that layers speak, [Device] is
/// where a model lives, [Parameters] is a model's memory, a [Conveyor] brings batches from the host.
/// Behind them stand the backends:
/// `reference` (plain Java, float64: the meaning of every verb) and `cpu` (OpenBLAS, all cores).
/// Nothing outside of this package names a backend's classes.
@NullMarked
package dev.cresset.backend;

import org.jspecify.annotations.NullMarked;
