/// Real data: the accuracies and errors that the project promises, reached through the command line. The data is not
/// part of the repository; where it is absent these tests skip.
package dev.cresset.results;
