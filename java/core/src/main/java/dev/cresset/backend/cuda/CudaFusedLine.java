package dev.cresset.backend.cuda;

/// A line of a fused step: some launches that belong together.
///
/// @param text what they do, on which shapes, by what
/// @param launches how many they are
/// @param bytes that they read and write at least: each operand once
/// @param submission submits them; the context is entered, its monitor held
record CudaFusedLine(String text, int launches, long bytes, Runnable submission) {
    @Override
    public String toString() {
        return "%s; %s, %,d bytes".formatted(text, launches == 1 ? "1 launch" : launches + " launches", bytes);
    }
}
