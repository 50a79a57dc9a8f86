"""Reverse-mode differentiation of plain Python floats: slow, obvious, nothing of the engine's."""

import math
from collections.abc import Iterable
from typing import Union

Number = Union["Scalar", float]


class Scalar:
    """A number that remembers what it was made of."""

    def __init__(self, value: float, parents: tuple[tuple["Scalar", float], ...] = ()) -> None:
        self.value = value
        self.parents = parents
        """(parent, derivative of this by the parent)"""
        self.gradient = 0.0

    def __add__(self, other: Number) -> "Scalar":
        other = lift(other)
        return Scalar(self.value + other.value, ((self, 1.0), (other, 1.0)))

    def __mul__(self, other: Number) -> "Scalar":
        other = lift(other)
        return Scalar(self.value * other.value, ((self, other.value), (other, self.value)))

    def __neg__(self) -> "Scalar":
        return self * -1.0

    def __sub__(self, other: Number) -> "Scalar":
        return self + -lift(other)

    def __rsub__(self, other: float) -> "Scalar":
        return lift(other) - self

    def __truediv__(self, other: Number) -> "Scalar":
        other = lift(other)
        quotient = self.value / other.value
        return Scalar(quotient, ((self, 1 / other.value), (other, -quotient / other.value)))

    def __rtruediv__(self, other: float) -> "Scalar":
        return lift(other) / self

    __radd__ = __add__
    __rmul__ = __mul__

    def differentiate(self) -> None:
        """Write the derivative of this number by every number it was made of."""
        order: list[Scalar] = []
        seen: set[int] = set()
        waiting = [(self, False)]
        while waiting:
            node, done = waiting.pop()
            if done:
                order.append(node)
            elif id(node) not in seen:
                seen.add(id(node))
                waiting.append((node, True))
                waiting += [(parent, False) for parent, _ in node.parents]
        for node in order:
            node.gradient = 0.0
        self.gradient = 1.0
        for node in reversed(order):
            for parent, slope in node.parents:
                parent.gradient += slope * node.gradient


def lift(value: Number) -> Scalar:
    return value if isinstance(value, Scalar) else Scalar(float(value))


def exp(x: Scalar) -> Scalar:
    value = math.exp(x.value)
    return Scalar(value, ((x, value),))


def log(x: Scalar) -> Scalar:
    return Scalar(math.log(x.value), ((x, 1 / x.value),))


def sqrt(x: Scalar) -> Scalar:
    value = math.sqrt(x.value)
    return Scalar(value, ((x, 0.5 / value),))


def tanh(x: Scalar) -> Scalar:
    value = math.tanh(x.value)
    return Scalar(value, ((x, 1 - value * value),))


def sin(x: Scalar) -> Scalar:
    return Scalar(math.sin(x.value), ((x, math.cos(x.value)),))


def absolute(x: Scalar) -> Scalar:
    """|x|, with slope 0 at 0."""
    sign = (x.value > 0) - (x.value < 0)
    return Scalar(abs(x.value), ((x, float(sign)),))


def largest(values: Iterable[Number]) -> Scalar:
    """The first of the largest gets all of the gradient."""
    lifted = [lift(value) for value in values]
    best = max(range(len(lifted)), key=lambda i: lifted[i].value)
    return Scalar(lifted[best].value, ((lifted[best], 1.0),))


def total(values: Iterable[Number]) -> Scalar:
    result = lift(0.0)
    for value in values:
        result = result + value
    return result
