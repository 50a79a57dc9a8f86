"""A slow, obvious twin of the engine: one point and one unit at a time, in plain Python floats.

It knows the engine's formulas only by their textbook form and shares no code with it but the
description of a run, the points, and the random draws.
"""

from collections.abc import Callable
from math import exp, log, sqrt, tanh

import numpy as np

from engine import RunSpec, load_data, start
from engine.randomness import Purpose, generator
from engine.stack import ORDERS

Matrix = list[list[float]]


def sigmoid(z: float) -> float:
    return 1 / (1 + exp(-z)) if z >= 0 else exp(z) / (1 + exp(z))


ACTIVATIONS: dict[str, tuple[Callable[[float], float], Callable[[float], float]]] = {
    "linear": (lambda z: z, lambda z: 1.0),
    "tanh": (tanh, lambda z: 1 - tanh(z) ** 2),
    "relu": (lambda z: max(z, 0.0), lambda z: 1.0 if z > 0 else 0.0),
    "sigmoid": (sigmoid, lambda z: sigmoid(z) * (1 - sigmoid(z))),
}


class Twin:
    """One run, trained point by point."""

    def __init__(self, spec: RunSpec) -> None:
        self.spec = spec
        self.data = load_data(spec)
        self.weights: list[Matrix] = []
        self.biases: list[list[float]] = []
        for weight, bias in start([spec]).weights():
            self.weights.append(weight.astype(float).tolist())
            self.biases.append(bias.astype(float).tolist())
        self.memory: dict[tuple[str, int, int, int], float] = {}
        self.updates = 0

    def forward(self, x: list[float]) -> tuple[Matrix, Matrix]:
        """z and activations of every layer for one point; activations begin with x."""
        zs: Matrix = []
        activations = [x]
        for index, (weight, bias) in enumerate(zip(self.weights, self.biases, strict=True)):
            z = [
                sum(w * a for w, a in zip(row, activations[-1], strict=True)) + b
                for row, b in zip(weight, bias, strict=True)
            ]
            zs.append(z)
            if index < len(self.spec.layers):
                function, _ = ACTIVATIONS[self.spec.layers[index].activation.kind]
                z = [function(value) for value in z]
            activations.append(z)
        return zs, activations

    def loss_and_slope(self, z: float, y: float) -> tuple[float, float]:
        if self.spec.data.task == "regression":
            return (z - y) ** 2, 2 * (z - y)
        p = sigmoid(z)
        if self.spec.loss.kind == "squared":
            return (p - y) ** 2, 2 * (p - y) * p * (1 - p)
        return -log(p if y == 1 else 1 - p), p - y

    def loss(self, part: str) -> float:
        """Mean loss over the "train" or "test" points."""
        xs, ys = getattr(self.data, f"{part}_x").tolist(), getattr(self.data, f"{part}_y").tolist()
        losses = [
            self.loss_and_slope(self.forward(x)[0][-1][0], y)[0]
            for x, y in zip(xs, ys, strict=True)
        ]
        return sum(losses) / len(losses)

    def gradient(self, points: list[int]) -> tuple[list[Matrix], list[list[float]]]:
        """Gradient of the mean loss over some training points, with penalties."""
        gw = [[[0.0 for _ in row] for row in weight] for weight in self.weights]
        gb = [[0.0 for _ in bias] for bias in self.biases]
        for point in points:
            x, y = self.data.train_x[point].tolist(), float(self.data.train_y[point])
            zs, activations = self.forward(x)
            delta = [self.loss_and_slope(zs[-1][0], y)[1] / len(points)]
            for layer in reversed(range(len(self.weights))):
                for i, d in enumerate(delta):
                    gb[layer][i] += d
                    for j, a in enumerate(activations[layer]):
                        gw[layer][i][j] += d * a
                if layer:
                    _, slope = ACTIVATIONS[self.spec.layers[layer - 1].activation.kind]
                    delta = [
                        slope(zs[layer - 1][j])
                        * sum(d * self.weights[layer][i][j] for i, d in enumerate(delta))
                        for j in range(len(zs[layer - 1]))
                    ]
        penalties = self.spec.regularization
        for layer, weight in enumerate(self.weights):
            for i, row in enumerate(weight):
                for j, w in enumerate(row):
                    sign = (w > 0) - (w < 0)
                    gw[layer][i][j] += penalties.l2 * w + penalties.l1 * sign
        return gw, gb

    def step(self, key: tuple[int, int, int], w: float, g: float) -> float:
        """The new value of one parameter."""
        optimizer, t = self.spec.optimizer, self.updates + 1
        rate = optimizer.learning_rate
        if optimizer.kind == "sgd":
            return w - rate * g
        if optimizer.kind == "momentum":
            v = optimizer.momentum * self.memory.get(("v", *key), 0.0) + g
            self.memory[("v", *key)] = v
            return w - rate * v
        m = optimizer.beta1 * self.memory.get(("m", *key), 0.0) + (1 - optimizer.beta1) * g
        s = optimizer.beta2 * self.memory.get(("s", *key), 0.0) + (1 - optimizer.beta2) * g * g
        self.memory[("m", *key)], self.memory[("s", *key)] = m, s
        m_hat, s_hat = m / (1 - optimizer.beta1**t), s / (1 - optimizer.beta2**t)
        return w - rate * m_hat / (sqrt(s_hat) + optimizer.epsilon)

    def update(self, points: list[int]) -> None:
        gw, gb = self.gradient(points)
        for layer, weight in enumerate(self.weights):
            for i, row in enumerate(weight):
                for j in range(len(row)):
                    row[j] = self.step((layer, i, j), row[j], gw[layer][i][j])
                bias = self.biases[layer]
                bias[i] = self.step((layer, i, -1), bias[i], gb[layer][i])
        self.updates += 1

    def epoch(self, epoch: int) -> None:
        """One pass over the training points in the run's own order."""
        count = len(self.data.train_y)
        size = count if self.spec.batch_size == "full" else min(self.spec.batch_size, count)
        block, row = divmod(epoch, ORDERS)
        rng = generator(Purpose.BATCH_ORDER, self.spec.seed, block)
        orders = rng.permuted(np.tile(np.arange(count), (ORDERS, 1)), axis=1)
        order: list[int] = orders[row].tolist() if size < count else list(range(count))
        for first in range(0, count, size):
            self.update(order[first : first + size])
