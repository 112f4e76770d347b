package dev.cresset.backend;

import dev.cresset.backend.cpu.CpuBackend;
import dev.cresset.backend.cuda.CudaBackend;
import dev.cresset.tensor.Precision;
import java.util.Locale;
import java.util.Objects;

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
        return named(name, precision, CpuOptions.NONE);
    }

    /// The same, with options for the CPU.
    ///
    /// @throws IllegalArgumentException also if there are such options and the device is not the CPU
    public static Choice named(String name, Precision precision, CpuOptions options) {
        Objects.requireNonNull(
                name, "A device needs a name, found null: give auto, cuda or cuda:N, cpu, or reference.");
        Objects.requireNonNull(precision, "A device needs a precision, found null: give Precision.FP32, say.");
        String wanted = name.toLowerCase(Locale.ROOT);
        if (wanted.equals("auto")) {
            return best(precision, options);
        }
        if (wanted.equals("cpu")) {
            return asked(CpuBackend.open(precision, options));
        }
        if (wanted.matches("cuda(:\\d{1,4})?")) {
            requireNone(options, wanted);
            int ordinal = wanted.equals("cuda") ? 0 : Integer.parseInt(wanted.substring("cuda:".length()));
            return asked(CudaBackend.open(ordinal, precision));
        }
        if (wanted.equals("reference")) {
            requireNone(options, wanted);
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
    static Choice best(Precision precision, CpuOptions options) {
        Device gpu;
        try {
            gpu = CudaBackend.open(0, precision);
        } catch (DeviceUnavailableException e) {
            return withoutGpu(precision, options, e.getMessage());
        }
        try {
            requireNone(options, gpu.name());
        } catch (IllegalArgumentException e) {
            gpu.close();
            throw e;
        }
        return new Choice(gpu, gpu.description() + " (auto: the first GPU)");
    }

    private static Choice withoutGpu(Precision precision, CpuOptions options, String missing) {
        if (precision.isOfGpusOnly()) {
            throw new DeviceUnavailableException(
                    "TF32, BF16 and 3xTF32 are precisions of GPUs, and there is none to use: " + missing);
        }
        Device cpu = CpuBackend.open(precision, options);
        return new Choice(cpu, cpu.description() + " (auto: " + firstSentence(missing) + "; see cresset doctor)");
    }

    /// Nothing that was asked for is left out silently.
    private static void requireNone(CpuOptions options, String device) {
        if (!options.equals(CpuOptions.NONE)) {
            throw new IllegalArgumentException("Threads and the library for products are options of the CPU, found"
                    + " device " + device + ": leave them out, or use device cpu.");
        }
    }

    private static String firstSentence(String message) {
        return message.split("\\.\\s|\\.$", 2)[0];
    }

    private static Choice asked(Device device) {
        return new Choice(device, device.description());
    }
}
