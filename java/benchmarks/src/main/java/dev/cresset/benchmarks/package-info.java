/// Times on the CPU. [Race] runs whole training steps of ours and of other libraries in turns; the classes whose names
/// end in `Benchmark` are JMH's. Built only with Maven's profile `benchmarks`; README.md beside says how to run them.
@NullMarked
package dev.cresset.benchmarks;

import org.jspecify.annotations.NullMarked;
