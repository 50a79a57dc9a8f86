"""What the parts print, and the sums behind it."""

from collections.abc import Sequence

import numpy as np

from tests.bench.timing import verdict


def line(title: str, figure: float, goal: float | None = None, unit: str = "") -> None:
    """A figure that should be at most its goal."""
    print(f"    {title:44}{verdict(figure, goal, at_least=False, unit=unit)}", flush=True)


def at_least(title: str, figure: float, goal: float, unit: str = "") -> None:
    """A figure that should be at least its goal."""
    words = "reached" if figure >= goal else "MISSED"
    print(f"    {title:44}{figure:6.3f}{unit}   (at least {goal:g}{unit}: {words})", flush=True)


def none_of(title: str, found: Sequence[object]) -> None:
    """Things of which there should be none; the first few are shown."""
    line(title, len(found), 0)
    for one in sorted({str(one) for one in found})[:5]:
        print(f"        {one[:200]}", flush=True)


def percentile(values: Sequence[float], share: float) -> float:
    """NaN for no values."""
    return float(np.percentile(values, share)) if len(values) else float("nan")


def jain(values: Sequence[float]) -> float:
    """Jain's index of fairness: 1 when all are equal, 1/n when one has everything."""
    x = np.asarray(values)
    square = float(np.sum(x**2))
    return float(np.sum(x)) ** 2 / (len(x) * square) if square else 1.0


def slope(times: Sequence[float], values: Sequence[float]) -> float:
    """Of the line through the points that fits best."""
    return float(np.polyfit(times, values, 1)[0])
