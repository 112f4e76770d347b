/// Files: where datasets come from and what models are kept in.
///
/// For data start at [dev.cresset.formats.CsvReader] (tables) and [dev.cresset.formats.IdxReader] (MNIST and its
/// relatives); both give a [dev.cresset.data.Dataset]. For models start at [dev.cresset.formats.ModelFile]
/// (safetensors). A file that is not what it should be gives a
/// [dev.cresset.formats.FormatException] naming file, row and column. No file is trusted: lengths are checked
/// before memory is set aside for them, and nothing is read by Java's serialisation.
@NullMarked
package dev.cresset.formats;

import org.jspecify.annotations.NullMarked;
