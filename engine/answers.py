"""What a run answers at its own points, exactly."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.arrays import Array
from engine.checkpoint import RunState
from engine.data import point_tables, split
from engine.network import Network
from engine.passes import Workspace
from engine.spec import RunSpec

MOST_POINTS = 2000
"""Of each part; beyond, points have no answers."""


@dataclass(frozen=True)
class Answers:
    """The first points of the training part, then the first of the test part: n altogether."""

    values: NDArray[np.float32]
    """(n,) the probability of class 1, or of the class chosen among several; the value"""
    chosen: NDArray[np.uint8]
    """(n,) index of the class chosen; 0 for values"""
    losses: NDArray[np.float32]
    """(n,) of each point, without penalties"""
    train: int
    """How many of them are training points."""


def first_points(spec: RunSpec) -> tuple[Array, Array, int]:
    """The points that are looked at one by one, at most MOST_POINTS of each part.

    Inputs (features + 1, n) with a last row of ones, encoded targets (outputs, n), and how many of
    them are training points.
    """
    _, every = point_tables(spec)
    parts = split(spec.data)
    learned, tested = len(parts.train_targets), len(parts.test_targets)
    train, test = min(learned, MOST_POINTS), min(tested, MOST_POINTS)
    chosen = np.r_[0:train, learned : learned + test]
    features = spec.units[0] + 1
    return np.ascontiguousarray(every[:features, chosen]), every[features:, chosen], train


def answers(run: RunState) -> Answers:
    """What a run answers at the first of its points."""
    x, encoded, train = first_points(run.spec)
    head = run.spec.head
    network = Network(run.spec.architecture, run.theta, run.running)
    z = Workspace(network, x.shape[1], keep=False).forward_(x)
    predicted = head.predict(z)
    classes = run.spec.data.task.classes
    chosen = head.decide(z).astype(np.uint8) if classes else np.zeros(x.shape[1], np.uint8)
    values = predicted.max(axis=0)  # of one output, that one
    return Answers(
        values.astype(np.float32), chosen, head.losses(z, encoded).astype(np.float32), train
    )
