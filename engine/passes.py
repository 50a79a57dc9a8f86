"""Passes: forward and backward through a network, in buffers made once, as lists of NumPy calls.

Activations are units-first, (R, units + 1, batch), with a row of ones last, which the bias of the
next layer multiplies. So every product of the forward, gradient and backward pass works on
contiguous blocks. Below width 32 looking things up would cost as much as the maths: a pass is
therefore a list of calls with their operands bound.
"""

from collections.abc import Sequence
from itertools import accumulate, groupby
from math import prod
from operator import setitem
from typing import Any

import numpy as np

from engine.activations import Linear
from engine.arrays import LINE, Array, Step, aligned, product, run_, scalar
from engine.batch_norm import BatchNorm, mixed, move_running
from engine.network import Layer, LayerViews, Network

Masks = Sequence[Array | None]
"""For each hidden layer what its activations are multiplied by, (..., units, batch), or None."""


class Buffers:
    """Hands out buffers (..., rows, count) for the layers of a network."""

    def __init__(self, network: Network, count: int, *, keep: bool) -> None:
        self.lead, self.count = network.theta.shape[:-1], count
        self.dtype: np.dtype[Any] = network.theta.dtype
        self.keep = keep
        line = LINE // self.dtype.itemsize
        sizes = [prod(self._shape(_tall(layer))) for layer in network.architecture.layers]
        self.ends = list(accumulate(-(-size // line) * line for size in sizes))
        self.begins = [0, *self.ends[:-1]]
        bounds = zip(self.begins, sizes, self.ends, strict=True)
        self.gaps = [slice(begin + size, end) for begin, size, end in bounds]
        self.made: dict[object, Array] = {}

    def _shape(self, rows: int) -> tuple[int, ...]:
        return (*self.lead, rows, self.count)

    def stretch(self, name: str, first: int, last: int) -> Array:
        """What layers `first` to `last` (inclusive) keep, flat. Layers lie side by side."""
        if name not in self.made:
            self.made[name] = aligned((self.ends[-1],), self.dtype)
            for gap in self.gaps:
                self.made[name][gap] = 0
        part: Array = self.made[name][self.begins[first] : self.ends[last]]
        return part

    def kept(self, name: str, index: int, rows: int, *, by_turns: bool = False) -> Array:
        """One layer's own buffer, or a passing one where nothing is kept."""
        if not self.keep:
            return self.passing(name, index if by_turns else 0, rows)
        shape = self._shape(rows)
        part: Array = self.stretch(name, index, index)[: prod(shape)].reshape(shape)
        return part

    def passing(self, name: str, index: int, rows: int) -> Array:
        """A buffer that the layer after the next overwrites: it stays in the cache."""
        key = (name, rows, index % 2)
        if key not in self.made:
            self.made[key] = aligned(self._shape(rows), self.dtype)
        return self.made[key]


def _tall(layer: Layer) -> int:
    """Rows of a hidden layer's buffers: those of z, and at least one more than units."""
    return max(layer.rows, layer.units + 1)


class LayerPass:
    """One layer's views and buffers, and its steps.

    In a hidden layer z, f, a and delta have a row more than needed: in `a` it is the row of ones,
    elsewhere it is idle. With it, element-wise work of the backward pass runs over whole
    contiguous buffers, also in a stack.
    """

    def __init__(
        self,
        index: int,
        layer: Layer,
        views: tuple[LayerViews, LayerViews, Array],
        buffers: Buffers,
        *,
        hidden: bool,
    ) -> None:
        parameters, gradient, turned = views
        self.layer, self.activation = layer, layer.activation
        self.weights = parameters.weights
        self.weights_t = turned
        self.gradient = gradient.weights
        self.norms = (parameters.norm, gradient.norm)
        units, rows = layer.units, layer.rows
        tall, seen = (_tall(layer), units + 1) if hidden else (rows, units)
        z = buffers.kept("z", index, tall)
        a = buffers.kept("a", index, seen, by_turns=True)
        z[..., -1, :], a[..., -1, :] = 0, 1
        # Where the activation is not what the next layer sees, it needs a place of its own.
        self.separate = layer.residual or layer.dropout or bool(layer.silent)
        self.silent = (Ellipsis, list(layer.silent), slice(None))
        f = buffers.kept("f", index, seen) if self.separate else a
        if self.separate:
            f[..., -1, :] = 0
        delta = buffers.passing("delta", index, tall)
        self.rows_z = z[..., :rows, :]
        self.a, self.unit_a = a, a[..., :units, :]
        self.unit_f = f[..., :units, :]
        self.whole_delta, self.delta = delta, delta[..., :seen, :]
        self.unit_delta = delta[..., :units, :]
        self.rows_delta = delta[..., :rows, :]
        self.rows_delta_t = self.rows_delta.swapaxes(-1, -2)
        self.slope = buffers.kept("slope", index, tall)
        # What goes past the layer to the one below, if it is residual.
        self.carry = np.empty_like(self.unit_delta) if layer.residual else None
        self.norm: BatchNorm | None = None
        # Their middle operand is a batch's mask.
        self.drop: list[Any] = [self.unit_f, None, self.unit_a]
        self.drop_delta: list[Any] = [self.unit_delta, None, self.unit_delta]

    def forward(self, *, training: bool) -> list[Step]:
        """From what the weights gave, in `rows_z`, to `a`, but for what goes past the layer."""
        steps: list[Step] = []
        if self.norm is not None:
            steps += self.norm.training if training else self.norm.inference
        steps.append((self.activation.forward_, (self.rows_z, self.unit_f)))
        if self.layer.dropout:
            steps.append((np.multiply, self.drop))
        elif self.separate:
            steps.append((np.copyto, (self.unit_a, self.unit_f)))
        return steps

    def backward(self) -> list[Step]:
        """From the derivative by `a`, in `delta`, to that by what the weights gave."""
        steps: list[Step] = []
        if self.carry is not None:
            steps.append((np.copyto, (self.carry, self.unit_delta)))
        if self.layer.dropout:
            steps.append((np.multiply, self.drop_delta))
        if self.activation.rows > 1:
            scratch = self.slope[..., : self.layer.rows, :]
            operands = (self.rows_delta, self.rows_z, self.unit_f, scratch)
            steps.append((self.activation.backward_, operands))
        elif not isinstance(self.activation, Linear):
            steps.append((np.multiply, (self.whole_delta, self.slope, self.whole_delta)))
        if self.norm is not None:
            steps += self.norm.backward
        return steps


class Workspace:
    """Passes over batches of `count` points, bound to one network's parameters.

    keep: whether every layer keeps its activations, to go backward over them or to look at them.
    Without, a layer overwrites those of the layer before the last.
    """

    def __init__(self, network: Network, count: int, *, keep: bool = True) -> None:
        design, theta = network.architecture, network.theta
        self.lone = theta.ndim == 1
        self.turning = network.turning
        self.head = design.head
        self.scale = np.array(self.head.factor / count, theta.dtype)
        self.buffers = Buffers(network, count, keep=keep)
        arrays = (design.views(theta), design.views(network.gradient), network.turned)
        views = zip(*arrays, strict=True)
        output = len(design.layers) - 1
        self.passes = [
            LayerPass(index, layer, view, self.buffers, hidden=index < output)
            for index, (layer, view) in enumerate(zip(design.layers, views, strict=True))
        ]
        *self.hidden, self.last = self.passes
        self.first = self.passes[0]
        self.dropped = [(i, layer) for i, layer in enumerate(self.hidden) if layer.layer.dropout]
        # What goes past the first layer comes with the batch.
        self.past_first: list[Any] = [self.first.unit_a, None, self.first.unit_a]
        moved = self._normalize(network, count) if design.running else []
        self.training = self._forward(training=True) + moved
        self.inference = self._forward(training=False)
        self.backward = self._backward() if keep else []

    def _normalize(self, network: Network, count: int) -> list[Step]:
        """Give layers their batch normalization; the steps that move the running averages."""
        design, running = network.architecture, network.running
        statistics, weights = np.empty_like(running), np.empty_like(running)
        for layer, kept, own, weight in zip(
            self.passes,
            *(design.running_views(array) for array in (running, statistics, weights)),
            strict=True,
        ):
            if kept is not None and own is not None and weight is not None:
                weight[...] = np.array(mixed(count))[:, None]
                layer.norm = BatchNorm(layer.norms, kept, own, layer.rows_z, layer.rows_delta)
        return move_running(running, statistics, weights)

    def _forward(self, *, training: bool) -> list[Step]:
        """All but the first product, whose operand is the batch."""
        steps: list[Step] = []
        below: LayerPass | None = None
        for layer in self.passes:
            if below is not None:
                steps.append(product(layer.weights_t, below.a, layer.rows_z))
            if layer is self.last:
                break
            steps += layer.forward(training=training)
            if layer.layer.residual:
                past = (layer.unit_a, below.unit_a, layer.unit_a) if below else self.past_first
                steps.append((np.add, past))
            if layer.layer.silent:
                steps.append((setitem, (layer.unit_a, layer.silent, 0)))
            below = layer
        return steps

    def _slopes(self) -> list[Step]:
        """The slopes of all hidden layers: neighbours with the same activation in one go."""
        steps: list[Step] = []
        layers = enumerate(self.hidden)
        for (activation, separate), same in groupby(
            layers, key=lambda item: (item[1].activation, item[1].separate)
        ):
            members = [index for index, _ in same]
            if activation.rows == 1 and not isinstance(activation, Linear):
                names = ("z", "f" if separate else "a", "slope")
                parts = [self.buffers.stretch(name, members[0], members[-1]) for name in names]
                steps.append((activation.slope_, parts))
        return steps

    def _backward(self) -> list[Step]:
        """All from the derivative by the outputs on, but for the last product."""
        steps = self._slopes()
        above = self.last
        for layer in reversed(self.hidden):
            steps.append(product(layer.a, above.rows_delta_t, above.gradient))
            steps.append(product(above.weights, above.rows_delta, layer.delta))
            if above.carry is not None:
                steps.append((np.add, (layer.unit_delta, above.carry, layer.unit_delta)))
            if layer.layer.silent:
                steps.append((setitem, (layer.unit_delta, layer.silent, 0)))
            steps += layer.backward()
            above = layer
        return steps

    def forward_(self, x: Array, *, training: bool = False, masks: Masks | None = None) -> Array:
        """Pass (..., features + 1, count) inputs, last row ones, through all layers.

        training: whether batch normalization takes the batch's own statistics, and moves its
        running averages. Returns z of the output layer, (..., outputs, count): a buffer,
        overwritten by the next pass. The head is not applied.
        """
        first = self.first
        for index, layer in self.dropped:
            mask = None if masks is None else masks[index]
            layer.drop[1] = layer.drop_delta[1] = scalar(1.0, x.dtype) if mask is None else mask
        if first.layer.residual:
            self.past_first[1] = x[..., :-1, :]
        for function, operands in self.turning:
            function(*operands)
        if self.lone:
            first.weights_t.dot(x, first.rows_z)
        else:
            np.matmul(first.weights_t, x, first.rows_z)
        run_(self.training if training else self.inference)
        return self.last.rows_z

    def gradient_(self, x: Array, encoded: Array, masks: Masks | None = None) -> None:
        """Write the gradient of the mean loss over the batch into the network's `gradient`.

        x: as in `forward_`; encoded: (..., outputs, count) targets as the head encodes them.
        """
        z = self.forward_(x, training=True, masks=masks)
        self.head.delta_(z, encoded, self.scale, self.last.rows_delta)
        run_(self.backward)
        first = self.first
        if self.lone:
            x.dot(first.rows_delta_t, first.gradient)
        else:
            np.matmul(x, first.rows_delta_t, first.gradient)


CHUNK = 640
"""Most points that are evaluated at once: their activations then stay in the cache."""


class Evaluation:
    """Passes of a network over the same (..., features + 1, N) points again and again.

    The points are cut into even chunks, whose widths do not depend on the number of runs: BLAS
    may round a product differently when it is wider.
    """

    def __init__(self, network: Network, x: Array) -> None:
        points = x.shape[-1]
        width = -(-points // -(-points // CHUNK))
        self.places = [slice(i, min(i + width, points)) for i in range(0, points, width)]
        self.chunks = [np.ascontiguousarray(x[..., place]) for place in self.places]
        rest = self.chunks[-1].shape[-1]
        self.whole = Workspace(network, width, keep=False)
        self.rest = self.whole if rest == width else Workspace(network, rest, keep=False)
        outputs = network.architecture.units[-1]
        self.z = np.empty((*network.theta.shape[:-1], outputs, points), network.theta.dtype)

    def outputs(self) -> Array:
        """z of the output layer at all points, (..., outputs, N): a buffer, soon overwritten."""
        *chunks, last = self.chunks
        for x, place in zip(chunks, self.places, strict=False):
            self.z[..., place] = self.whole.forward_(x)
        z = self.rest.forward_(last)
        if not chunks:
            return z
        self.z[..., self.places[-1]] = z
        return self.z
