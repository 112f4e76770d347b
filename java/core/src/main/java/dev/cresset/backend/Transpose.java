package dev.cresset.backend;

/// Whether a factor of a matrix product is taken as it is stored or transposed.
public enum Transpose {
    NO,
    YES
}
