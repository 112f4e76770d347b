package dev.cresset.backend;

import dev.cresset.tensor.Tensor;
import java.util.ArrayDeque;
import java.util.Deque;

/// Copies on a device whose work is done when it is submitted; [CheckedReadback] has looked at the arguments.
final class HostReadback implements Readback {
    private final Tensor tensor;
    private final Deque<double[]> posted = new ArrayDeque<>();

    HostReadback(Tensor tensor) {
        this.tensor = tensor;
    }

    @Override
    public void post(int first, int count) {
        double[] numbers = new double[count];
        int size = (int) tensor.size();
        int before = Math.min(count, size - first);
        tensor.buffer().read(tensor.offset() + first, numbers, 0, before);
        tensor.buffer().read(tensor.offset(), numbers, before, count - before);
        posted.add(numbers);
    }

    @Override
    public int take(double[] to) {
        double[] numbers = posted.remove();
        System.arraycopy(numbers, 0, to, 0, numbers.length);
        return numbers.length;
    }

    @Override
    public void close() {
        posted.clear();
    }
}
