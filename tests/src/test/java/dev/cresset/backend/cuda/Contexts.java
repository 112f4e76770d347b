package dev.cresset.backend.cuda;

import dev.cresset.standin.Standin;
import jcuda.CudaException;
import jcuda.driver.CUdevice;
import jcuda.driver.JCudaDriver;

/// The stand-in's primary context, for tests that let calls fail: where giving a context back failed, it would stay for
/// the tests behind, and a kernel's failure in it with it.
final class Contexts {
    private Contexts() {}

    /// Resets the stand-in, and gives the first device's primary context back as often as it is retained still.
    static void end() {
        if (!Standin.isBuilt()) {
            return;
        }
        Standin.reset();
        if (Standin.live("contexts") == 0) {
            return;
        }
        try {
            CUdevice device = new CUdevice();
            int status = JCudaDriver.cuDeviceGet(device, 0);
            while (status == 0) {
                status = JCudaDriver.cuDevicePrimaryCtxRelease(device);
            }
        } catch (CudaException e) {
            // Nobody retains it any more.
        }
    }
}
