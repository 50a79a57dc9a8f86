"""Timing by turns: what shares a machine with others is compared pair by pair."""

from collections.abc import Callable
from statistics import median
from time import perf_counter

ROUNDS = 7


def seconds(work: Callable[[], object]) -> float:
    """Wall time of one call."""
    began = perf_counter()
    work()
    return perf_counter() - began


def by_turns(*works: Callable[[], object], rounds: int = ROUNDS) -> list[list[float]]:
    """Seconds of each work in each round: A B C A B C ..., after one round that is not counted."""
    for work in works:
        work()
    times = [[seconds(work) for work in works] for _ in range(rounds)]
    return [list(column) for column in zip(*times, strict=True)]


def median_ratio(ours: list[float], theirs: list[float]) -> float:
    """Median over the rounds of theirs / ours."""
    return median(b / a for a, b in zip(ours, theirs, strict=True))


def verdict(figure: float, goal: float | None, *, at_least: bool = True, unit: str = "x") -> str:
    """The figure, beside its goal where it has one. The unit is a ratio's unless given."""
    if goal is None:
        return f"{figure:6.1f}{unit}"
    reached = figure >= goal if at_least else figure <= goal
    words = "at least" if at_least else "at most"
    return f"{figure:6.1f}{unit}   ({words} {goal:g}{unit}: {'reached' if reached else 'MISSED'})"
