package dev.cresset.backend;

import dev.cresset.backend.cuda.CudaBackend;
import dev.cresset.tensor.Precision;
import java.util.Locale;

/// A device and why it was taken.
///
/// @param device open; whoever has it closes it
/// @param reason one line for people
public record Choice(Device device, String reason) {
    /// The device that a user names; see [Device#open].
    ///
    /// @throws IllegalArgumentException if the name is unknown, or the device has no such precision
    /// @throws DeviceUnavailableException if this machine or this build does not have it
    public static Choice named(String name, Precision precision) {
        String wanted = name.toLowerCase(Locale.ROOT);
        if (wanted.equals("auto")) {
            return best(precision);
        }
        if (wanted.matches("cuda(:\\d{1,4})?")) {
            int ordinal = wanted.equals("cuda") ? 0 : Integer.parseInt(wanted.substring("cuda:".length()));
            return asked(CudaBackend.open(ordinal, precision));
        }
        if (wanted.equals("cpu")) {
            return asked(Device.cpu(precision));
        }
        if (wanted.equals("reference")) {
            if (precision != Precision.FP64) {
                throw new IllegalArgumentException("Device reference computes in FP64, found " + precision
                        + ": leave the precision out, or use another device.");
            }
            return asked(Device.reference());
        }
        throw new IllegalArgumentException(
                "Device '" + name + "' is not known: use auto, cuda or cuda:N, cpu, or reference.");
    }

    /// The first GPU if it can be used, else the CPU; the reason says why not the GPU.
    static Choice best(Precision precision) {
        Device device;
        String missing;
        try {
            device = CudaBackend.open(0, precision);
            return new Choice(device, device.description() + " (auto: the first GPU)");
        } catch (DeviceUnavailableException e) {
            missing = e.getMessage();
        }
        if (precision.isOfGpusOnly()) {
            throw new DeviceUnavailableException(
                    "TF32, BF16 and 3xTF32 are precisions of GPUs, and there is none to use: " + missing);
        }
        device = Device.cpu(precision);
        return new Choice(device, device.description() + " (auto: " + firstSentence(missing) + "; see cresset doctor)");
    }

    private static String firstSentence(String message) {
        return message.split("\\.\\s|\\.$", 2)[0];
    }

    private static Choice asked(Device device) {
        return new Choice(device, device.description());
    }
}
