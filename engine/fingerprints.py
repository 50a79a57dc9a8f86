"""What runs must have in common for a comparison to be fair, in a few digits each."""

from dataclasses import dataclass
from hashlib import sha256

import numpy as np

from engine.arrays import Array
from engine.batches import Batches
from engine.checkpoint import initial_state
from engine.data import point_tables, split
from engine.spec import RunSpec


@dataclass(frozen=True)
class Fingerprints:
    """Eight hexadecimal digits each; equal digits mean equal numbers."""

    points: str
    """The points, their targets, and which are for training."""
    weights: str
    """The initial weights."""
    batches: str
    """The order of the training points, as far as the first epochs go, and the batch size."""


def fingerprints(spec: RunSpec, theta: Array | None = None) -> Fingerprints:
    """The fingerprints of a run before its first update.

    theta: (P,) what it begins with, if other than drawn.
    """
    parts = split(spec.data)
    batches = Batches([spec], [point_tables(spec)[0]])
    return Fingerprints(
        points=_digits(
            parts.train_points, parts.train_targets, parts.test_points, parts.test_targets
        ),
        weights=_digits(initial_state(spec).theta if theta is None else theta),
        batches=_digits(
            np.array(batches.size), *(batches.epoch_orders(epoch)[0] for epoch in range(2))
        )
        if batches.count > 1
        else "full",
    )


def _digits(*arrays: Array) -> str:
    digest = sha256()
    for array in arrays:
        digest.update(repr((array.dtype.str, array.shape)).encode())
        digest.update(array.tobytes())
    return digest.hexdigest()[:8]
