/// The command line. Start at [dev.cresset.app.Main]; each command has a class of its own, and options that several
/// share are mixins (`DataOptions`, `ModelOptions`, …), written once.
@NullMarked
package dev.cresset.app;

import org.jspecify.annotations.NullMarked;
