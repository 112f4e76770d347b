/// The rules of the house, held by tests: formatting, the arrows between packages, and what a source file may hold.
///
/// A rule's failure names the file and says what to do. Start with [HouseRulesTest].
package dev.cresset.house;
