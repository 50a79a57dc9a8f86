"""A run's history in a few numbers, by which runs are compared."""

from collections.abc import Mapping
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


def summarize(history: Mapping[str, Array], target: float, diverged: Array) -> Summary:
    """Sum up a history from epoch 0 on.

    history: "test_loss", "test_accuracy", "test_r2" as (S, E); "updates" and "milliseconds" (of
    each epoch) as (E,). diverged: (S,) which seeds have. Rows after a run's end are NaN.
    """
    losses = history["test_loss"].astype(np.float64)
    hits = losses <= target
    reached = hits.any(axis=1)
    first = np.where(reached, hits.argmax(axis=1), np.inf)
    epoch = _median(first)
    at = None if epoch is None else int(np.ceil(epoch))
    spent = np.nancumsum(history["milliseconds"])
    comparable = np.where(np.isfinite(losses), losses, np.inf)
    best = comparable.argmin(axis=1)
    tail = losses[:, -max(10, losses.shape[1] // 10) :]
    return Summary(
        reached=float(reached.mean()),
        epochs_to_target=epoch,
        updates_to_target=None if at is None else _number(history["updates"][at]),
        milliseconds_to_target=None if at is None else _number(spent[at]),
        best=_median(comparable.min(axis=1)),
        best_epoch=_median(best.astype(np.float64)),
        final=_median(np.where(diverged, np.inf, _last(losses))),
        stability=_median(np.array([_deviation(row) for row in tail])),
        accuracy=_median(_last(history["test_accuracy"])),
        r2=_median(_last(history["test_r2"])),
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
