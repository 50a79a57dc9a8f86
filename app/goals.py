"""Training until something is reached."""

from collections.abc import Mapping

import numpy as np

from app.lane_history import MIDDLE, quantile
from app.messages import Until
from engine.arrays import Array

LOSSES, ACCURACIES = ("train_loss", "test_loss"), ("train_accuracy", "test_accuracy")


def reached(until: Until, history: Mapping[str, Array], members: range) -> int | None:
    """The first epoch of a slice's history at which any of the goals is reached.

    members: the runs whose numbers count: as everywhere, their median without those that diverged.
    """
    epochs = history["epoch"]
    found = np.zeros(len(epochs), bool)
    if until.epoch is not None:
        found |= epochs >= until.epoch
    for name in (*LOSSES, *ACCURACIES):
        goal = getattr(until, name)
        if goal is not None:
            values = quantile(history[name][members.start : members.stop], MIDDLE)
            found |= values <= goal if name in LOSSES else values >= goal
    return int(epochs[found.argmax()]) if found.any() else None
