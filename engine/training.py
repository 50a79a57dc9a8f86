"""Training: `advance` and `train`, functional outside, in place inside."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from time import perf_counter

import numpy as np

from engine.arrays import Array, Floats
from engine.checkpoint import Checkpoint, RunState, start
from engine.picture import Picture, View, render
from engine.spec import RunSpec
from engine.stack import METRICS, Stack, batches_per_epoch, groups


@dataclass(frozen=True)
class Frames:
    """What `advance` saw on its way."""

    history: dict[str, Array]
    """"epoch" (E,) int64, and each metric (R, E) float64: a row per completed epoch.

    NaN where a metric does not apply, and for runs that have diverged."""
    pictures: tuple[Picture, ...]
    """One per run, of the state at the end; empty when no view was asked for."""
    seconds: float
    """Time spent."""


@dataclass(frozen=True)
class TrainResult:
    """A finished run."""

    history: dict[str, Array]
    """name -> (epochs + 1,) array: from epoch 0, before the first update, to the last."""
    checkpoint: Checkpoint


@dataclass(frozen=True)
class _Span:
    """From (epoch, batch) to (epoch, batch)."""

    epoch: int
    batch: int
    last_epoch: int
    last_batch: int


def _advance_stack(states: Sequence[RunState], span: _Span) -> tuple[list[RunState], Floats]:
    """Train one stack over a span. Returns the states and (R, epochs, metrics) numbers.

    A run whose numbers stop being finite is taken back to its last finite epoch by training it
    again up to there, alone: that gives the same bits and costs nothing while all goes well.
    """
    stack = Stack(states)
    rows: list[Floats] = []
    bad: dict[int, int] = {}
    batch = min(span.batch, stack.batches)
    for epoch in range(span.epoch, span.last_epoch):
        stack.train_(epoch, batch, stack.batches)
        batch = 0
        row = stack.evaluate()
        for run, finite in enumerate(stack.finite() & np.isfinite(row[:, 0])):
            if not finite:
                bad.setdefault(run, epoch + 1)
        rows.append(row)
        if len(bad) == len(states):
            break
    else:
        if span.last_batch:
            stack.train_(span.last_epoch, batch, min(span.last_batch, stack.batches))
            for run, finite in enumerate(stack.finite()):
                if not finite:
                    bad.setdefault(run, span.last_epoch + 1)
    results = stack.result()
    numbers = np.full((len(states), span.last_epoch - span.epoch, len(METRICS)), np.nan)
    if rows:
        numbers[:, : len(rows)] = np.stack(rows, axis=1)
    for run, epoch in bad.items():
        numbers[run, epoch - 1 - span.epoch :] = np.nan
        results[run] = _diverged(states[run], replace(span, last_epoch=epoch - 1, last_batch=0))
    return results, numbers


def _diverged(state: RunState, finite_span: _Span) -> RunState:
    """The run as it was at the end of `finite_span`, marked as diverged in the next epoch."""
    if finite_span.last_epoch > finite_span.epoch:
        ((state,), _) = _advance_stack([state], finite_span)
    rate = state.spec.optimizer.learning_rate
    return replace(
        state,
        status="diverged",
        message=(
            f"Training diverged in epoch {finite_span.last_epoch + 1}: the numbers grew beyond all "
            f"bounds. The weights are those of epoch {finite_span.last_epoch}. "
            f"Try a smaller learning rate than {rate:g}, such as {rate / 10:g}."
        ),
    )


def _no_rows(runs: int) -> Floats:
    return np.empty((runs, 0, len(METRICS)))


def _evaluate(runs: Sequence[RunState]) -> Floats:
    """(R, 1, metrics) numbers of the runs as they are."""
    result = np.full((len(runs), 1, len(METRICS)), np.nan)
    with np.errstate(all="ignore"):
        for members in groups(runs):
            result[members, 0] = Stack([runs[i] for i in members]).evaluate()
    return result


def advance(
    checkpoint: Checkpoint, epochs: int = 1, *, batches: int = 0, view: View | None = None
) -> tuple[Checkpoint, Frames]:
    """Train all runs on to the `epochs`-th next end of an epoch, then `batches` updates further.

    Pure: the same input gives the same bits, in one call or in many; the input is not changed.
    With epochs = batches = 0 at epoch 0, the frames hold the numbers before the first update.
    Runs with fewer batches in an epoch wait for the others at its end. Raises ValueError for
    negative counts.
    """
    if epochs < 0 or batches < 0:
        raise ValueError("epochs and batches must not be negative")
    began = perf_counter()
    runs = checkpoint.runs
    longest = max(batches_per_epoch(run.spec) for run in runs)
    more, last_batch = divmod((0 if epochs else checkpoint.batch) + batches, longest)
    span = _Span(checkpoint.epoch, checkpoint.batch, checkpoint.epoch + epochs + more, last_batch)
    first_epoch = span.epoch + 1
    if (epochs, batches, span.epoch, span.batch) == (0, 0, 0, 0):
        result, numbers, first_epoch = checkpoint, _evaluate(runs), 0
    elif epochs == batches == 0:
        result, numbers = checkpoint, _no_rows(len(runs))
    else:
        result, numbers = _advance(checkpoint, span)
    history: dict[str, Array] = {"epoch": np.arange(first_epoch, first_epoch + numbers.shape[1])}
    history |= {name: numbers[:, :, index] for index, name in enumerate(METRICS)}
    pictures = render(result, view) if view is not None else ()
    return result, Frames(history, pictures, perf_counter() - began)


def _advance(checkpoint: Checkpoint, span: _Span) -> tuple[Checkpoint, Floats]:
    """The runs at the end of the span, and (R, epochs, metrics) numbers."""
    states = list(checkpoint.runs)
    numbers = np.full((len(states), span.last_epoch - span.epoch, len(METRICS)), np.nan)
    with np.errstate(all="ignore"):
        for members in groups(states):
            new, numbers[members] = _advance_stack([states[i] for i in members], span)
            for index, state in zip(members, new, strict=True):
                states[index] = state
    result = Checkpoint(tuple(states), span.last_epoch, span.last_batch)
    if result.status == "diverged":  # stop where the last one was still finite
        kept = int(np.isfinite(numbers[:, :, 0]).any(axis=0).sum())
        result = replace(result, epoch=span.epoch + kept, batch=0)
        numbers = numbers[:, :kept]
    return result, numbers


def train(spec: RunSpec, epochs: int) -> TrainResult:
    """Train one run from its beginning; stops early only if it diverges."""
    checkpoint = start([spec])
    _, before = advance(checkpoint, 0)
    checkpoint, frames = advance(checkpoint, epochs) if epochs else (checkpoint, None)
    history = {
        name: np.concatenate([values, frames.history[name]], axis=-1) if frames else values
        for name, values in before.history.items()
    }
    return TrainResult({name: values.reshape(-1) for name, values in history.items()}, checkpoint)
