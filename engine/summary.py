"""A run's history in a few numbers, by which runs are compared."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from engine.arrays import Array, Floats


@dataclass(frozen=True)
class Summary:
    """Numbers of one setting, trained with S seeds. None where there is no number."""

    reached: float
    """Share of the seeds whose test loss has reached the target."""
    epochs_to_target: float | None
    """Median over the seeds of the first epoch there; None when most have not reached it."""
    updates_to_target: float | None
    milliseconds_to_target: float | None
    best: float | None
    """Median over the seeds of the smallest test loss."""
    best_epoch: float | None
    """Median over the seeds of its epoch."""
    final: float | None
    """Median over the seeds of the last test loss; a diverged seed's is infinite."""
    stability: float | None
    """Median over the seeds of the standard deviation of the test loss over the last tenth of the
    epochs (at least ten): small is steady."""
    accuracy: float | None
    """Median of the last test accuracy."""
    r2: float | None


def summarize(
    history: Mapping[str, Array], target: float, diverged: Sequence[bool] | None = None
) -> Summary:
    """Sum up a history: that of `train`, of `replay`, or of several seeds.

    history: "test_loss", "test_accuracy", "test_r2" as (S, E) or (E,), NaN after a run's end;
    "updates" and "milliseconds" (since the row before) as (E,) or as (S, E), of which the first
    row counts; "epoch" as (E,), ascending, maybe with gaps, from 0 on when missing. diverged:
    which seeds have; none if absent.
    """
    losses, accuracy, r2 = (
        np.atleast_2d(history[f"test_{name}"]).astype(np.float64)
        for name in ("loss", "accuracy", "r2")
    )
    updates, spent = (np.atleast_2d(history[name])[0] for name in ("updates", "milliseconds"))
    seeds, rows = losses.shape
    epochs = history.get("epoch", np.arange(rows))
    hits = losses <= target
    reached = hits.any(axis=1)
    epoch = _median(np.where(reached, epochs[hits.argmax(axis=1)], np.inf))
    at = None if epoch is None else int(np.searchsorted(epochs, epoch))
    comparable = np.where(np.isfinite(losses), losses, np.inf)
    lost = np.zeros(seeds, bool) if diverged is None else np.asarray(diverged, bool)
    span = int(epochs[-1]) - int(epochs[0]) + 1
    tail = losses[:, epochs > epochs[-1] - max(10, span // 10)]
    return Summary(
        reached=float(reached.mean()),
        epochs_to_target=epoch,
        updates_to_target=None if at is None else _number(updates[at]),
        milliseconds_to_target=None if at is None else _number(np.nancumsum(spent)[at]),
        best=_median(comparable.min(axis=1)),
        best_epoch=_median(epochs[comparable.argmin(axis=1)].astype(np.float64)),
        final=_median(np.where(lost, np.inf, _last(losses))),
        stability=_median(np.array([_deviation(row) for row in tail])),
        accuracy=_median(_last(accuracy)),
        r2=_median(_last(r2)),
    )


def _last(rows: Array) -> Floats:
    """(S,) the last finite number of each row; NaN where there is none."""
    finite = np.isfinite(rows)
    place = rows.shape[1] - 1 - finite[:, ::-1].argmax(axis=1)
    last: Floats = np.where(finite.any(axis=1), rows[np.arange(len(rows)), place], np.nan)
    return last


def _deviation(row: Array) -> float:
    finite = row[np.isfinite(row)]
    return float(finite.std()) if len(finite) else np.nan


def _median(values: Floats) -> float | None:
    known = values[~np.isnan(values)]
    if len(known) == 0:
        return None
    with np.errstate(invalid="ignore"):  # between two infinities
        return _number(np.median(known))


def _number(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None
