package dev.cresset.backend.cuda;

import dev.cresset.tensor.Tensor;
import jcuda.driver.JCudaDriver;

/// Copies tensors on the GPU. The context is entered, its monitor held.
final class CudaCopy {
    private final CudaContext context;
    private final DeviceAddress source = new DeviceAddress();
    private final DeviceAddress target = new DeviceAddress();

    CudaCopy(CudaContext context) {
        this.context = context;
    }

    /// `y ← x`.
    void copy(Tensor x, Tensor y) {
        long from = CudaBuffer.address(x);
        long to = CudaBuffer.address(y);
        if (from != to && y.size() > 0) {
            long bytes = y.size() * CudaBuffer.of(y).elementBytes();
            context.check(
                    JCudaDriver.cuMemcpyDtoDAsync(target.at(to), source.at(from), bytes, context.stream()),
                    "cuMemcpyDtoDAsync");
        }
    }
}
