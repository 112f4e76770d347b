package dev.cresset.backend;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cresset.tensor.Counter;
import dev.cresset.tensor.Precision;
import dev.cresset.tensor.ShapeException;
import dev.cresset.tensor.Tensor;
import dev.cresset.verify.Refused;
import org.junit.jupiter.api.Test;

@ForEveryBackend
class DeviceContractTest extends BackendContract {
    DeviceContractTest(Backend backend) {
        super(backend);
    }

    @Test
    void tensorsAreZerosAndBelongToTheDevice() {
        Tensor tensor = device.tensor(33, 31);
        assertArrayEquals(new double[33 * 31], tensor.toArray());
        assertSame(device, Device.of(tensor));
    }

    @Test
    void whatIsWrittenIsReadBackRoundedToThePrecision() {
        double[] values = numbers(1000);
        Tensor tensor = device.tensor(10, 100, values);
        double[] read = tensor.toArray();
        for (int i = 0; i < values.length; i++) {
            double stored = device.precision() == Precision.FP32 ? (float) values[i] : values[i];
            assertEquals(stored, read[i]);
            assertEquals(stored, tensor.get(i / 100, i % 100));
        }
    }

    @Test
    void largeTensorsAreWrittenAndReadWhole() {
        double[] values = new double[700_001];
        for (int i = 0; i < values.length; i++) {
            values[i] = i % 4099;
        }
        Tensor tensor = device.tensor(1, values.length, values);
        assertArrayEquals(values, tensor.toArray());
        for (int i = 0; i < values.length; i++) {
            values[i] = -values[i];
        }
        tensor.write(values);
        assertEquals(values[700_000], tensor.get(0, 700_000));
        assertArrayEquals(values, tensor.toArray());
    }

    @Test
    void partsOfATensorAreReadAndWrittenInPlace() {
        Tensor tensor = device.tensor(4, 40);
        double[] row = numbers(40);
        Tensor second = tensor.rows(1, 1);
        second.write(row);
        assertArrayEquals(second.toArray(), tensor.toRows()[1]);
        assertArrayEquals(new double[40], tensor.toRows()[0]);
        assertArrayEquals(new double[40], tensor.toRows()[2]);
    }

    @Test
    void sizesThatDoNotFitAreRefused() {
        assertThrows(ShapeException.class, () -> device.tensor(-1, 2));
        Refused.with(ShapeException.class, () -> device.tensor(2, 2, new double[3]))
                .saying("2×2 takes 4 numbers, 3 were given: pass one for each element");
        Refused.with(ShapeException.class, () -> device.tensor(new double[][] {{1, 2}, {3}}))
                .saying("row 0 has 2 numbers, row 1 has 1: give each as many");
        assertThrows(ShapeException.class, () -> device.tensor(2, 2).write(1, 2, 3));
    }

    @Test
    void tensorsWithoutRowsOrColumnsAreEmpty() {
        assertArrayEquals(new double[0], device.tensor(0, 3).toArray());
        assertArrayEquals(new double[2][0], device.tensor(2, 0).toRows());
        assertEquals("0×0", device.tensor(new double[0][]).shape());
    }

    @Test
    void countersCountFromZeroAndCanBeSet() {
        Counter counter = device.counter();
        assertEquals(0, counter.value());
        ops.advance(counter);
        ops.advance(counter);
        assertEquals(2, counter.value());
        counter.set(1L << 40);
        ops.advance(counter);
        assertEquals((1L << 40) + 1, counter.value());
        assertEquals(0, device.counter().value());
        assertSame(device, counter.owner());
    }

    @Test
    void theDeviceSaysWhatItIs() {
        assertTrue(device.isOpen());
        assertTrue(device.description().startsWith(device.name() + ": "), device.description());
        assertTrue(device.description().contains(device.precision().name()), device.description());
        assertEquals(device.name() + "/" + device.precision(), device.toString());
    }

    @Test
    void twoDevicesOfABackendAreStrangers() {
        if (!backend.closes()) {
            assertSame(device, backend.open());
            return;
        }
        Device other = backend.open();
        other.close();
        assertFalse(other.isOpen());
        assertTrue(device.isOpen());
        assertEquals(0, device.tensor(1, 1).item());
    }
}
