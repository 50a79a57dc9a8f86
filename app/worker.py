"""What runs in a worker process. Imports the engine and nothing else of ours.

Pure functions on plain data, so that any `concurrent.futures.Executor` can run them.
"""

import ctypes
import os
import signal
import sys
import threading
import traceback
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from multiprocessing import connection, parent_process
from time import perf_counter, thread_time
from typing import Any, Literal, NamedTuple, TypeVar, get_args

import numpy as np

from engine import (
    Checkpoint,
    Fingerprints,
    Frames,
    Picture,
    Retuning,
    RunSpec,
    Spread,
    SweepResult,
    SweepSpec,
    View,
    WeightEdit,
    advance,
    edit_weights,
    fingerprints,
    render,
    render_spread,
    replay,
    start,
)
from engine.arrays import Array
from engine.batches import UpdateBatch, batch_of, batches_per_epoch
from engine.data import plane, split
from engine.datasets import DOMAIN, Custom, Dataset, DatasetOption, PlanarOption
from engine.replay import Position
from engine.sweeping import Chunk, Outcome, advance_chunk, conclude

T = TypeVar("T")

THUMBNAIL_POINTS = 120
MOST_VALUES = 20_000
SPREAD_CELLS = 50
"""Less than a boundary's: it takes as many passes as there are seeds."""
Groups = tuple[tuple[int, ...], ...]
"""Runs that differ in their seeds, by number."""
Drawn = tuple[dict[int, Picture], dict[int, Spread]]
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
    rows: tuple[list[list[float]], list[list[float]]] | None
    """Values of a table's columns, of the training and the test points, unless there are more than
    MOST_VALUES."""


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


def serve(pipe: connection.Connection) -> None:
    """Do the calls that come through the pipe, until it ends.

    Answers each with (exception or None, result). A call that cannot be read ends the worker.
    """
    prepare()
    while True:
        try:
            function, args, kwargs = pipe.recv()
        except (EOFError, OSError):
            return
        error: Exception | None = None
        result = None
        try:
            result = function(*args, **kwargs)
        except Exception as raised:
            raised.add_note(traceback.format_exc())  # it does not travel with it
            error = raised
        with suppress(OSError):  # the server is gone: the next turn ends this
            pipe.send((error, result))


def timed(function: Callable[..., T], *args: Any, **kwargs: Any) -> tuple[T, float]:
    """Its result, and the CPU seconds it took."""
    began = thread_time()
    result = function(*args, **kwargs)
    return result, thread_time() - began


def process_id() -> int:
    """The worker's process id."""
    return os.getpid()


def open_runs(
    specs: list[RunSpec], view: View, weights: Mapping[int, Sequence[WeightEdit]]
) -> tuple[Checkpoint, Frames, list[Fingerprints], Drawn]:
    """Start the runs: epoch 0, its losses, what tells if they are comparable, and pictures.

    weights: those of a run that are set by hand, by its number.
    """
    checkpoint = start(specs)
    for run, edits in weights.items():
        checkpoint = edit_weights(checkpoint, run, edits)
    checkpoint, frames = advance(checkpoint, epochs=0)
    marks = [fingerprints(run.spec, run.theta) for run in checkpoint.runs]
    return checkpoint, frames, marks, draw(checkpoint, view, ())


def tune(checkpoint: Checkpoint, retuning: Retuning) -> Checkpoint:
    """Give runs new settings and weights, with which they go on."""
    return retuning.made(checkpoint)


def train_slice(
    checkpoint: Checkpoint, epochs: int, batches: int, view: View | None, groups: Groups
) -> tuple[Checkpoint, Frames, Drawn | None, float]:
    """One slice of training; pictures of where it ends if there is a view, and their seconds."""
    checkpoint, frames = advance(checkpoint, epochs=epochs, batches=batches)
    began = perf_counter()
    drawn = None if view is None else draw(checkpoint, view, groups)
    return checkpoint, frames, drawn, perf_counter() - began


def last_batch(spec: RunSpec, epoch: int, batch: int) -> UpdateBatch:
    """What the update before a place learned from; a run with fewer batches waits at the end."""
    count = batches_per_epoch(spec)
    if batch:
        return batch_of(spec, epoch, min(batch, count) - 1)
    return batch_of(spec, epoch - 1, count - 1)


def draw(checkpoint: Checkpoint, view: View, groups: Groups) -> Drawn:
    """The pictures of a checkpoint by run, and where groups of runs disagree by the first."""
    runs = range(len(checkpoint.runs)) if view.runs is None else view.runs
    pictures = dict(zip(runs, render(checkpoint, view), strict=True))
    coarse = replace(view, cells=min(SPREAD_CELLS, view.cells))
    return pictures, {group[0]: render_spread(checkpoint, group, coarse) for group in groups}


def travel(
    checkpoint: Checkpoint, position: Position, retunings: list[Retuning]
) -> tuple[Checkpoint, dict[str, Array], float]:
    """Train on to a place, with the changes on the way: checkpoint, history, seconds."""
    began = perf_counter()
    checkpoint, history = replay(checkpoint, position, retunings)
    return checkpoint, history, perf_counter() - began


def sweep_slice(chunk: Chunk, epochs: int) -> tuple[Chunk, float]:
    """One slice of a sweep: the chunk further on, and the seconds it took."""
    began = perf_counter()
    return advance_chunk(chunk, epochs), perf_counter() - began


def sweep_result(spec: SweepSpec, outcomes: Sequence[Outcome]) -> SweepResult:
    """What a sweep found, once all of its runs have ended."""
    return conclude(spec, outcomes)


def points(spec: RunSpec) -> RunData:
    """The points of a run, before features."""
    parts = split(spec.data)
    flat, task = plane(spec.data), spec.data.task
    values = parts.train_points.size + parts.test_points.size
    told = spec.data.columns is not None and values <= MOST_VALUES
    return RunData(
        domain=flat.domain,
        task=task.kind,
        classes=task.classes,
        class_names=list(spec.data.class_names),
        columns=None if spec.data.columns is None else list(spec.data.columns),
        train=(flat.place(parts.train_points).tolist(), parts.train_targets.tolist()),
        test=(flat.place(parts.test_points).tolist(), parts.test_targets.tolist()),
        rows=(parts.train_points.tolist(), parts.test_points.tolist()) if told else None,
    )


def thumbnails() -> dict[str, tuple[str, Points]]:
    """Title and a few points of every kind of data that has some of its own."""
    choices, *_ = get_args(Dataset)
    result = {}
    for option in get_args(choices):
        if option is Custom:
            continue  # by itself it has no points
        planar = issubclass(option, PlanarOption)
        data = option(samples=THUMBNAIL_POINTS) if planar else option()
        result[data.kind] = (option.model_config["title"], thumbnail(data))
    return result


def thumbnail(data: DatasetOption) -> Points:
    """A few points of a data set, in the plane [-6, 6]²."""
    positions, targets = data.points()
    flat = plane(data)
    # A table's plane has units of its own: scaled to that of the others.
    scale = DOMAIN[1] / flat.domain[1]
    count = min(THUMBNAIL_POINTS, len(targets))
    chosen = np.linspace(0, len(targets) - 1, count).astype(int)
    return (scale * flat.place(positions)[chosen]).tolist(), targets[chosen].tolist()
