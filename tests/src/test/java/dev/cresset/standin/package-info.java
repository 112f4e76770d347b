/// The stand-in driver: [dev.cresset.standin.Standin] steers it, the tests hold it to what a real driver does. It is
/// test equipment, written in C++ under `tests/src/standin`; its README says how it works.
package dev.cresset.standin;
