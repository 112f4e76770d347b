#!/usr/bin/env python3
"""NumPy as a contestant: WORKLOAD SECONDS THREADS. Prints one line of JSON: losses of ten steps, seconds of steps.

The numbers are those of dev.cresset.bench.FixedNumbers. Written as a careful user would: arrays are made once and
overwritten with out=.
"""
import json
import os
import sys
import time

THREADS = sys.argv[3]
for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = THREADS  # read when NumPy is imported

import numpy as np

CASES = {
    "toy/1": ([4, 5, 3], 1, "sigmoid", 0.1, 0.0),
    "toy/32": ([4, 5, 3], 32, "sigmoid", 0.1, 0.0),
    "mnist/128": ([784, 512, 256, 10], 128, "norm", 0.1, 0.9),
    "wide/512": ([1024, 4096, 4096, 1024], 512, "relu", 0.05, 0.9),
}
BATCHES = 8
EPSILON = np.float32(1e-5)


def unit(seed, count):
    i = np.arange(1, count + 1, dtype=np.uint64)
    with np.errstate(over="ignore"):
        z = np.uint64(seed) * np.uint64(0x632BE59BD9B4E019) + i * np.uint64(0x9E3779B97F4A7C15)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        z ^= z >> np.uint64(31)
    return (z >> np.uint64(40)).astype(np.float32) * np.float32(2.0**-24)


def uniform(seed, low, high, *shape):
    low, high = np.float32(low), np.float32(high)
    return (low + (high - low) * unit(seed, int(np.prod(shape)))).reshape(shape)


class Net:
    def __init__(self, sizes, rows, kind, lr, momentum):
        self.kind, self.lr, self.momentum = kind, np.float32(lr), np.float32(momentum)
        self.last = len(sizes) - 2
        f = np.float32
        self.p, self.layers = [], []
        for l, (n, m) in enumerate(zip(sizes[:-1], sizes[1:])):
            bound = np.float32(1 / np.sqrt(n))
            w, b = uniform(100 + l, -bound, bound, m, n), uniform(200 + l, -bound, bound, m)
            layer = {"w": w, "b": b, "z": np.empty((rows, m), f), "a": np.empty((rows, m), f),
                     "dz": np.empty((rows, m), f), "dx": np.empty((rows, n), f)}
            if kind == "norm" and l < self.last:
                layer.update(g=np.ones(m, f), s=np.zeros(m, f), hat=np.empty((rows, m), f), tmp=np.empty((rows, m), f),
                             mean=np.zeros(m, f), variance=np.ones(m, f))
            self.layers.append(layer)
            for key in [k for k in ("w", "b", "g", "s") if k in layer]:
                layer["d" + key] = np.empty_like(layer[key])
                self.p.append((layer[key], layer["d" + key], np.zeros_like(layer[key]), np.empty_like(layer[key])))
        self.steps = 0
        self.mask = [np.empty(layer["z"].shape, bool) for layer in self.layers]

    def step(self, x, y):
        a = x
        for l, layer in enumerate(self.layers):
            layer["x"] = a
            z = layer["z"]
            np.matmul(a, layer["w"].T, out=z)
            z += layer["b"]
            a = layer["a"]
            if self.kind == "sigmoid":
                np.negative(z, out=a)
                np.exp(a, out=a)
                a += 1
                np.reciprocal(a, out=a)
            elif l < self.last:
                h = z
                if self.kind == "norm":
                    h = self.normalize(layer, z)
                np.maximum(h, 0, out=a)
                np.greater(h, 0, out=self.mask[l])
            else:
                a = z
        loss, grad = self.loss(a, y)
        for l in range(self.last, -1, -1):
            layer = self.layers[l]
            dz = layer["dz"]
            if self.kind == "sigmoid":
                np.multiply(layer["a"], layer["a"], out=dz)
                np.subtract(layer["a"], dz, out=dz)
                dz *= grad
            elif l < self.last:
                np.multiply(grad, self.mask[l], out=dz)
                if self.kind == "norm":
                    self.normalize_gradient(layer, dz)
            else:
                dz = grad
            np.matmul(dz.T, layer["x"], out=layer["dw"])
            np.sum(dz, axis=0, out=layer["db"])
            if l > 0:
                grad = np.matmul(dz, layer["w"], out=layer["dx"])
        self.update()
        return loss

    def normalize(self, layer, z):
        hat, tmp = layer["hat"], layer["tmp"]
        mean = z.mean(axis=0)
        np.subtract(z, mean, out=hat)
        np.multiply(hat, hat, out=tmp)
        variance = tmp.mean(axis=0)
        layer["mean"] *= np.float32(0.9)
        layer["mean"] += np.float32(0.1) * mean
        layer["variance"] *= np.float32(0.9)
        layer["variance"] += np.float32(0.1) * variance
        layer["inverse"] = 1 / np.sqrt(variance + EPSILON)
        hat *= layer["inverse"]
        np.multiply(hat, layer["g"], out=tmp)
        tmp += layer["s"]
        return tmp

    def normalize_gradient(self, layer, dy):
        n, hat, tmp = np.float32(len(dy)), layer["hat"], layer["tmp"]
        np.multiply(dy, hat, out=tmp)
        np.sum(tmp, axis=0, out=layer["dg"])
        np.sum(dy, axis=0, out=layer["ds"])
        np.multiply(hat, layer["dg"] / n, out=tmp)
        dy -= tmp
        dy -= layer["ds"] / n
        dy *= layer["g"] * layer["inverse"]

    def loss(self, a, y):
        rows, grad = len(a), self.layers[-1]["dx" if False else "dz"]
        if self.kind == "sigmoid":
            grad = np.subtract(a, y)
            loss = np.vdot(grad, grad) / grad.size
            grad *= np.float32(2 / grad.size)
            return loss, grad
        e = a - a.max(axis=1, keepdims=True)
        picked = e[np.arange(rows), y].copy()
        np.exp(e, out=e)
        total = e.sum(axis=1, keepdims=True)
        loss = (np.log(total[:, 0]) - picked).mean()
        e /= total
        e[np.arange(rows), y] -= 1
        e *= np.float32(1 / rows)
        return loss, e

    def update(self):
        for w, g, v, tmp in self.p:
            if self.momentum:
                if self.steps:
                    v *= self.momentum
                v += g
                g = v
            np.multiply(g, self.lr, out=tmp)
            w -= tmp
        self.steps += 1


def main():
    sizes, rows, kind, lr, momentum = CASES[sys.argv[1]]
    seconds = float(sys.argv[2])
    net = Net(sizes, rows, kind, lr, momentum)
    xs = [uniform(1000 + p, -1, 1, rows, sizes[0]) for p in range(BATCHES)]
    if kind == "sigmoid":
        ys = [uniform(5000 + p, 0, 1, rows, sizes[-1]) for p in range(BATCHES)]
    else:
        ys = [np.minimum((unit(5000 + p, rows) * sizes[-1]).astype(np.int64), sizes[-1] - 1) for p in range(BATCHES)]
    done, losses = 0, []
    for done in range(10):
        losses.append(float(net.step(xs[done % BATCHES], ys[done % BATCHES])))
    done, count, warm, times = 10, 1, 0.0, []
    end = None
    begin = time.perf_counter()
    while not times or time.perf_counter() - begin < seconds:
        start = time.perf_counter()
        for i in range(done, done + count):
            net.step(xs[i % BATCHES], ys[i % BATCHES])
        block = time.perf_counter() - start
        done += count
        if start - begin > 0.3 * seconds:
            times.append(block / count)
        else:
            count = max(1, min(2 * count, int(count * 0.05 / block)))
    print(json.dumps({"losses": losses, "seconds": times}))


main()
