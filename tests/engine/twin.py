"""A slow, obvious twin of the engine: one point and one unit at a time, in plain Python floats.

Forward it uses the textbook form of every formula, backward nothing but the chain rule over single
numbers (scalar.py). It shares with the engine only the description of a run, the points, the
initial weights and the random draws.
"""

from collections.abc import Callable, Sequence
from math import pi

import numpy as np

from engine import RunSpec, load_data, start
from engine.arrays import Array
from engine.batches import ORDERS, dropout_mask
from engine.randomness import Purpose, generator
from tests.engine.scalar import Scalar, absolute, exp, largest, lift, log, sin, sqrt, tanh, total

Row = list[Scalar]
Masks = list[Array | None]


def sigmoid(z: Scalar) -> Scalar:
    return 1 / (1 + exp(-z)) if z.value > -30 else exp(z) / (1 + exp(z))


def softplus(z: Scalar) -> Scalar:
    return log(1 + exp(z)) if z.value < 30 else z + log(1 + exp(-z))


def below(z: Scalar, otherwise: Callable[[], Scalar]) -> Scalar:
    return z if z.value > 0 else otherwise()


SELU_ALPHA, SELU_SCALE = 1.6732632423543772, 1.0507009873554805

ACTIVATIONS: dict[str, Callable[[Scalar], Scalar]] = {
    "linear": lambda z: z,
    "sigmoid": sigmoid,
    "tanh": tanh,
    "hard_tanh": lambda z: z if abs(z.value) < 1 else lift(1.0 if z.value > 0 else -1.0),
    "softsign": lambda z: z / (1 + absolute(z)),
    "relu": lambda z: below(z, lambda: lift(0.0)),
    "leaky_relu": lambda z: below(z, lambda: 0.01 * z),
    "elu": lambda z: below(z, lambda: exp(z) - 1),
    "selu": lambda z: SELU_SCALE * below(z, lambda: SELU_ALPHA * (exp(z) - 1)),
    "gelu": lambda z: 0.5 * z * (1 + tanh((2 / pi) ** 0.5 * (z + 0.044715 * z * z * z))),
    "silu": lambda z: z * sigmoid(z),
    "mish": lambda z: z * tanh(softplus(z)),
    "softplus": softplus,
    "sine": sin,
}


def log_probabilities(z: Row) -> Row:
    """Of every class."""
    if len(z) == 1:
        return [-softplus(z[0]), -softplus(-z[0])]
    top = max(value.value for value in z)
    whole = log(total(exp(value - top) for value in z))
    return [value - top - whole for value in z]


def error(kind: str, difference: Scalar) -> Scalar:
    if kind == "absolute":
        return absolute(difference)
    if kind == "huber" and abs(difference.value) > 1:
        return absolute(difference) - 0.5
    return difference * difference * (0.5 if kind == "huber" else 1.0)


class Twin:
    """One run, point by point. Optimizers: sgd, momentum, adam."""

    def __init__(self, spec: RunSpec) -> None:
        self.spec = spec
        self.data = load_data(spec)
        self.train_y: list[float] = self.data.train_y.astype(float).tolist()
        self.weights: list[list[Row]] = []
        self.biases: list[Row] = []
        for weight, bias in start([spec]).weights():
            self.weights.append([[Scalar(w) for w in row] for row in weight.astype(float).tolist()])
            self.biases.append([Scalar(b) for b in bias.astype(float).tolist()])
        self.gammas = [[Scalar(1.0) for _ in bias] for bias in self.biases]
        self.betas = [[Scalar(0.0) for _ in bias] for bias in self.biases]
        self.memory: dict[int, list[float]] = {}
        self.updates = 0

    def forward(self, xs: Sequence[Sequence[float]], masks: Masks | None = None) -> list[list[Row]]:
        """Activations of every layer (inputs first, then z of the output) for every point."""
        now = [[lift(x) for x in point] for point in xs]
        layers = [now]
        for index, (weight, bias) in enumerate(zip(self.weights, self.biases, strict=True)):
            z = [
                [
                    total(w * a for w, a in zip(row, point, strict=True)) + b
                    for row, b in zip(weight, bias, strict=True)
                ]
                for point in now
            ]
            if index < len(self.spec.layers):
                layer = self.spec.layers[index]
                if layer.batch_norm:
                    z = self.normalize(z, index)
                after = [self.activate(point, index) for point in z]
                mask = masks[index] if masks else None
                if mask is not None:
                    after = [
                        [a * float(m) for a, m in zip(point, kept, strict=True)]
                        for point, kept in zip(after, mask, strict=True)
                    ]
                if layer.residual:
                    after = [
                        [a + b for a, b in zip(new, old, strict=True)]
                        for new, old in zip(after, now, strict=True)
                    ]
                for part in self.spec.ablated:
                    if part.layer == index + 1:
                        for point in after:
                            point[part.unit] = lift(0.0)
                z = after
            now = z
            layers.append(now)
        return layers

    def activate(self, z: Row, index: int) -> Row:
        layer = self.spec.layers[index]
        if layer.activation.kind == "maxout":
            units = layer.units
            return [largest(z[unit::units]) for unit in range(units)]
        return [ACTIVATIONS[layer.activation.kind](value) for value in z]

    def normalize(self, z: list[Row], index: int) -> list[Row]:
        """With the statistics of these points."""
        columns = []
        for unit, column in enumerate(zip(*z, strict=True)):
            mean = total(column) / len(column)
            variance = total((v - mean) * (v - mean) for v in column) / len(column)
            root = sqrt(variance + 1e-5)
            gamma, beta = self.gammas[index][unit], self.betas[index][unit]
            columns.append([(v - mean) / root * gamma + beta for v in column])
        return [list(point) for point in zip(*columns, strict=True)]

    def loss(self, z: Row, y: float, smoothing: float = 0.0) -> Scalar:
        """Of one point."""
        task = self.spec.data.task
        kind = self.spec.loss.kind
        if task.kind == "regression":
            return error("squared" if kind == "auto" else kind, z[0] - y)
        if kind == "hinge":
            if len(z) == 1:
                return largest([lift(0.0), 1 - (2 * y - 1) * z[0]])
            true = z[int(y)]
            others = [largest([lift(0.0), 1 - true + v]) for k, v in enumerate(z) if k != y]
            return total(others) / len(z)
        logs = log_probabilities(z)
        wanted = [
            (1 - smoothing) * float(k == y) + smoothing / task.classes for k in range(task.classes)
        ]
        if kind in ("auto", "cross_entropy"):
            return -total(t * p for t, p in zip(wanted, logs, strict=True))
        ps = [exp(p) for p in logs]
        if len(z) == 1:
            return error(kind, ps[1] - wanted[1])
        return total(error(kind, p - t) for p, t in zip(ps, wanted, strict=True)) / len(ps)

    def mean_loss(self, part: str) -> float:
        """Mean loss over the "train" or "test" points, without batch normalization."""
        xs, ys = getattr(self.data, f"{part}_x"), getattr(self.data, f"{part}_y").astype(float)
        outputs = self.forward(xs.tolist())[-1]
        return total(self.loss(z, y) for z, y in zip(outputs, ys, strict=True)).value / len(ys)

    def objective(self, points: list[int], masks: Masks | None = None) -> Scalar:
        """Mean loss over some training points, with penalties."""
        options = self.spec.regularization
        outputs = self.forward(self.data.train_x[points].tolist(), masks)[-1]
        losses = [
            self.loss(z, self.train_y[point], options.label_smoothing)
            for z, point in zip(outputs, points, strict=True)
        ]
        every = [w for layer in self.weights for row in layer for w in row]
        penalty = total(options.l1 * absolute(w) + options.l2 / 2 * w * w for w in every)
        return total(losses) / len(losses) + penalty

    def parameters(self) -> list[list[Scalar]]:
        """By layer, in the engine's order: weights by input, biases, then gamma and beta."""
        result = []
        for index, (weight, bias) in enumerate(zip(self.weights, self.biases, strict=True)):
            by_input = [row[i] for i in range(len(weight[0])) for row in weight]
            norm: list[Scalar] = []
            if index < len(self.spec.layers) and self.spec.layers[index].batch_norm:
                norm = self.gammas[index] + self.betas[index]
            result.append([*by_input, *bias, *norm])
        return result

    def gradient(self, points: list[int], masks: Masks | None = None) -> list[list[float]]:
        """Of the objective, by layer, in the order of `parameters`; also left in each of them."""
        parameters = self.parameters()
        for layer in parameters:
            for parameter in layer:
                parameter.gradient = 0.0  # a dead unit's is never written
        self.objective(points, masks).differentiate()
        return [[parameter.gradient for parameter in layer] for layer in parameters]

    def masks(self, epoch: int) -> Masks:
        """(points, units) for every hidden layer, in the order in which points are used."""
        return [
            dropout_mask(
                generator(Purpose.DROPOUT, self.spec.seed, epoch, index),
                (len(self.train_y), layer.units),
                share,
            )
            if (share := self.spec.dropout(layer))
            else None
            for index, layer in enumerate(self.spec.layers)
        ]

    def frozen(self) -> set[int]:
        """The ids of the parameters that keep their values."""
        held: set[int] = set()
        for part in self.spec.frozen:
            index, pieces = part.layer - 1, 1
            weights, biases = self.weights[index], self.biases[index]
            if index < len(self.spec.layers):
                pieces = self.spec.layers[index].activation.rows
            every = range(len(biases))
            units = len(every) // pieces
            for row in every if part.unit is None else every[part.unit :: units]:
                incoming = [*weights[row], biases[row]]  # the bias is at -1
                if part.input is None:
                    incoming += [self.gammas[index][row], self.betas[index][row]]
                    held |= {id(w) for w in incoming}
                else:
                    held.add(id(incoming[part.input]))
        return held

    def step(self, w: Scalar) -> None:
        """Move one parameter by its gradient."""
        optimizer, t, g = self.spec.optimizer, self.updates + 1, w.gradient
        rate = optimizer.learning_rate
        if optimizer.kind == "sgd":
            w.value -= rate * g
            return
        memory = self.memory.setdefault(id(w), [0.0, 0.0])
        if optimizer.kind == "momentum":
            memory[0] = optimizer.momentum * memory[0] + g
            w.value -= rate * memory[0]
            return
        assert optimizer.kind == "adam"
        memory[0] = optimizer.beta1 * memory[0] + (1 - optimizer.beta1) * g
        memory[1] = optimizer.beta2 * memory[1] + (1 - optimizer.beta2) * g * g
        mean = memory[0] / (1 - optimizer.beta1**t)
        square = memory[1] / (1 - optimizer.beta2**t)
        w.value -= rate * mean / (square**0.5 + optimizer.epsilon)

    def epoch(self, epoch: int) -> None:
        """One pass over the training points in the run's own order."""
        count = len(self.train_y)
        size = count if self.spec.batch_size == "full" else min(self.spec.batch_size, count)
        order = list(range(count))
        if size < count:
            block, row = divmod(epoch, ORDERS)
            rng = generator(Purpose.BATCH_ORDER, self.spec.seed, block)
            order = rng.permuted(np.tile(np.arange(count), (ORDERS, 1)), axis=1)[row].tolist()
        masks, frozen = self.masks(epoch), self.frozen()
        for first in range(0, count, size):
            part = slice(first, first + size)
            batch_masks = [None if mask is None else mask[part] for mask in masks]
            self.gradient(order[part], batch_masks)
            for layer in self.parameters():
                for parameter in layer:
                    if id(parameter) not in frozen:
                        self.step(parameter)
            self.updates += 1
