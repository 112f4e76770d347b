/// Layers and models. Start at [Linear] and [Sequential], or at [MLP] for a whole network.
///
/// Every layer works alone: `forward` computes, `backward` takes ∂L/∂output and returns ∂L/∂input,
/// and everything that the courses look at can be read in between. Layers start on the reference
/// device (plain Java, float64); [Layer#to] moves them to a faster one.
@NullMarked
package dev.cresset.nn;

import org.jspecify.annotations.NullMarked;
