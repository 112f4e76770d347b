/// Data on the host: rows of numbers, what they mean, and the batches that a trainer reads.
///
/// Start at [dev.cresset.data.Dataset]: features and targets ([dev.cresset.data.Rows]) with their
/// [dev.cresset.data.Schema]. The usual way from a file to a training step:
///
/// ```java
/// Split split = dataset.split(0.2, seed);
/// Standardizer standardizer = Standardizer.fit(split.train().features());
/// Dataset train = split.train().withFeatures(standardizer.apply(split.train().features()));
/// Batches batches = new Batches(train, 32, seed, Remainder.KEEP);
/// batches.epoch(e);
/// batches.copy(b, x, y);
/// ```
///
/// Rows, columns and classes are numbered from 0. Files are read in the module `formats`; nothing here does input
/// or output. Every random choice takes a seed and a documented stream number ([dev.cresset.data.Streams]), so the
/// same seed gives the same rows in the same order on every machine.
@NullMarked
package dev.cresset.data;

import org.jspecify.annotations.NullMarked;
