package dev.cresset.backend;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cresset.tensor.Precision;
import dev.cresset.verify.Refused;
import org.junit.jupiter.api.Test;

/// Devices by name, and what a name does not go with.
class ChoiceTest {
    private static final CpuOptions TWO_THREADS = new CpuOptions(2, null);

    @Test
    void theCpuTakesItsOptions() {
        Choice choice = Choice.named("cpu", Precision.FP32, TWO_THREADS);
        try (Device device = choice.device()) {
            assertTrue(device.description().startsWith("cpu: FP32, 2 threads, "), device.description());
            assertTrue(choice.reason().startsWith(device.description()), choice.reason());
        }
    }

    @Test
    void optionsOfTheCpuAreRefusedForAnotherDeviceBeforeItIsLookedFor() {
        for (String name : new String[] {"cuda", "cuda:7", "reference"}) {
            Refused.with(IllegalArgumentException.class, () -> Choice.named(name, Precision.FP64, TWO_THREADS))
                    .saying("options of the CPU", "found device " + name, "use device cpu");
        }
    }

    @Test
    void nothingInPlaceOfANameOrAPrecisionIsRefusedWithWhatToGive() {
        Refused.with(NullPointerException.class, () -> Device.cpu(null))
                .saying("A CPU device needs a precision, found null", "Precision.FP32");
        Refused.with(NullPointerException.class, () -> Device.cuda(0, null)).saying("needs a precision, found null");
        Refused.with(NullPointerException.class, () -> Device.open("cpu", null))
                .saying("needs a precision, found null");
        Refused.with(NullPointerException.class, () -> Device.open(null, Precision.FP32))
                .saying("needs a name, found null", "auto");
    }
}
