package dev.cresset.kernels;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// How a kernel is called: where each argument lies, and the largest block that it was compiled for.
///
/// @param threads of a block; 0 where none is named
record Signature(List<Place> parameters, int threads) {
    /// @param number of the parameter, from 0
    record Place(int number, int offset, int bytes) {}

    /// In the order of the parameters' numbers.
    static Signature of(List<Place> places, int threads) {
        return new Signature(
                places.stream().sorted(Comparator.comparingInt(Place::number)).toList(), threads);
    }

    /// What Java's table says; each argument is aligned to its size, as C does.
    static Signature of(Kernel kernel, Real real) {
        List<Place> places = new ArrayList<>();
        int end = 0;
        for (Parameter parameter : kernel.parameters()) {
            int bytes = parameter.bytes(real);
            int offset = (end + bytes - 1) / bytes * bytes;
            places.add(new Place(places.size(), offset, bytes));
            end = offset + bytes;
        }
        return new Signature(places, kernel.block().threads());
    }
}
