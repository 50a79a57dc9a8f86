"""What runs in a worker process. Imports the engine and nothing else of ours.

Pure functions on plain data, so that any `concurrent.futures.Executor` can run them.
"""

import ctypes
import os
import signal
import sys
import threading
from multiprocessing import connection, parent_process
from typing import Literal, NamedTuple, get_args

import numpy as np

from engine import Checkpoint, Frames, Picture, RunSpec, View, advance, render, retune, start
from engine.data import plane, split
from engine.datasets import DOMAIN, Dataset, PlanarOption

THUMBNAIL_POINTS = 120
Points = tuple[list[list[float]], list[float]]
"""Positions in the plane, and class indices or values."""


class RunData(NamedTuple):
    """What `points` gives."""

    domain: tuple[float, float, float, float]
    task: Literal["binary", "multiclass", "regression"]
    classes: int
    class_names: list[str]
    columns: list[str] | None
    train: Points
    test: Points


def prepare() -> None:
    """Make this process a worker: it dies with its server, leaves Ctrl+C to it and gives way."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if sys.platform == "linux":
        # Also kills a worker that is stopped or hangs. Tied to the fork server, which itself
        # ends when the server is gone.
        pr_set_pdeathsig = 1
        ctypes.CDLL(None).prctl(pr_set_pdeathsig, signal.SIGKILL)
    threading.Thread(target=_follow_parent, daemon=True).start()
    if hasattr(os, "nice"):
        os.nice(5)  # the server's event loop goes first


def _follow_parent() -> None:
    parent = parent_process()
    if parent is not None:
        connection.wait([parent.sentinel])
        os._exit(1)


def process_id() -> int:
    """The worker's process id."""
    return os.getpid()


def open_runs(specs: list[RunSpec], view: View | None) -> tuple[Checkpoint, Frames]:
    """Start the runs: epoch 0 with its losses and pictures."""
    return advance(start(specs), epochs=0, view=view)


def tune(
    checkpoint: Checkpoint, run: int, spec: RunSpec, view: View | None
) -> tuple[Checkpoint, tuple[str, ...], Frames | None]:
    """Give a run new settings: the checkpoint, what restarted it, and frames if all began again.

    At epoch 0 nothing has been learned yet, so the runs simply start with the new settings.
    """
    tuned, restarted = retune(checkpoint, run, spec)
    if not restarted and (checkpoint.epoch, checkpoint.batch) != (0, 0):
        return tuned, (), None
    specs = [state.spec for state in checkpoint.runs]
    specs[run] = spec
    fresh, frames = open_runs(specs, view)
    return fresh, restarted, frames


def train_slice(
    checkpoint: Checkpoint, epochs: int, batches: int, view: View | None
) -> tuple[Checkpoint, Frames]:
    """One slice of training."""
    return advance(checkpoint, epochs=epochs, batches=batches, view=view)


def pictures(checkpoint: Checkpoint, view: View) -> tuple[Picture, ...]:
    """The pictures of a checkpoint, without training."""
    return render(checkpoint, view)


def points(spec: RunSpec) -> RunData:
    """The points of a run, before features."""
    parts = split(spec.data)
    flat, task = plane(spec.data), spec.data.task
    return RunData(
        domain=flat.domain,
        task=task.kind,
        classes=task.classes,
        class_names=list(spec.data.class_names),
        columns=None if spec.data.columns is None else list(spec.data.columns),
        train=(flat.place(parts.train_points).tolist(), parts.train_targets.tolist()),
        test=(flat.place(parts.test_points).tolist(), parts.test_targets.tolist()),
    )


def thumbnails() -> dict[str, tuple[str, Points]]:
    """Title and a few points of every kind of data."""
    choices, *_ = get_args(Dataset)
    result = {}
    for option in get_args(choices):
        planar = issubclass(option, PlanarOption)
        data = option(samples=THUMBNAIL_POINTS) if planar else option()
        positions, targets = data.points()
        flat = plane(data)
        # A table's plane has units of its own: scaled to that of the others.
        scale = DOMAIN[1] / flat.domain[1]
        chosen = np.linspace(0, len(targets) - 1, THUMBNAIL_POINTS).astype(int)
        placed = scale * flat.place(positions)[chosen]
        result[data.kind] = (
            option.model_config["title"],
            (placed.tolist(), targets[chosen].tolist()),
        )
    return result
