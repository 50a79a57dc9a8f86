"""Training: `advance` and `train`, functional outside, in place inside."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from time import perf_counter

import numpy as np

from engine.arrays import Array, Floats
from engine.batches import batches_per_epoch
from engine.checkpoint import Best, Checkpoint, RunState, start
from engine.diagnostics import STATISTICS, LayerStatistics, layer_statistics, no_statistics
from engine.metrics import METRICS
from engine.picture import Picture, View, render
from engine.spec import RunSpec
from engine.stack import Stack, groups

TRAIN_LOSS, TEST_LOSS = METRICS.index("train_loss"), METRICS.index("test_loss")
RATE, MILLISECONDS = METRICS.index("learning_rate"), METRICS.index("milliseconds")


@dataclass(frozen=True)
class Frames:
    """What `advance` saw on its way."""

    history: dict[str, Array]
    """"epoch" (E,) int64, and each metric (R, E) float64: a row per completed epoch.

    NaN where a metric does not apply, and for runs that have ended."""
    pictures: tuple[Picture, ...]
    """One per run, of the state at the end; empty when no view was asked for."""
    seconds: float
    """Time spent."""
    statistics: tuple[dict[str, Array], ...] = ()
    """One per run: each of `STATISTICS` by epoch and layer, (E, L, ...), NaN once it has ended.

    Empty unless asked for."""


@dataclass(frozen=True)
class TrainResult:
    """A finished run."""

    history: dict[str, Array]
    """name -> (epochs + 1,) array: from epoch 0, before the first update, to the last."""
    checkpoint: Checkpoint
    statistics: dict[str, Array]
    """name -> (epochs + 1, layers, ...) of each of `STATISTICS`; empty unless asked for."""


@dataclass(frozen=True)
class Span:
    """From (epoch, batch) to (epoch, batch)."""

    epoch: int
    batch: int
    last_epoch: int
    last_batch: int


class _Course:
    """What happens to the runs of one stack over a span: their rows, and who ends where."""

    def __init__(self, states: Sequence[RunState], span: Span, *, statistics: bool = False) -> None:
        self.states = states
        self.span = span
        self.watch = statistics
        self.statistics: list[list[LayerStatistics]] = [[] for _ in states]
        self.stack = Stack(states)
        self.numbers = np.full((len(states), span.last_epoch - span.epoch, len(METRICS)), np.nan)
        self.best = [state.best for state in states]
        self.ended: dict[int, RunState] = {}
        self.over = np.zeros(len(states), bool)
        self.judged = [
            run for run, state in enumerate(states) if state.spec.early_stopping.patience
        ]

    def run(self) -> tuple[list[RunState], Floats]:
        """The states at the end, and (R, epochs, metrics) numbers."""
        stack, span = self.stack, self.span
        batch = min(span.batch, stack.batches.count)
        for epoch in range(span.epoch, span.last_epoch):
            began = perf_counter()
            rates = stack.learning_rates(epoch)
            stack.train_(epoch, batch, stack.batches.count)
            batch = 0
            row = stack.evaluate()
            row[:, RATE] = rates
            row[:, MILLISECONDS] = (perf_counter() - began) * 1e3 / len(self.states)
            self._take(epoch + 1, row)
            if self.watch:
                self._watch(epoch + 1)
            if len(self.ended) == len(self.states):
                break
        else:
            if span.last_batch:
                stack.train_(span.last_epoch, batch, min(span.last_batch, stack.batches.count))
                for run, finite in enumerate(stack.finite()):
                    if not finite and run not in self.ended:
                        self._end(run, self._diverged(run, span.last_epoch + 1))
        results = stack.result()
        return [
            self.ended.get(run, replace(result, best=self.best[run]))
            for run, result in enumerate(results)
        ], self.numbers

    def _take(self, epoch: int, row: Floats) -> None:
        """Note the numbers of an epoch, and which runs end with it."""
        finite = self.stack.finite() & np.isfinite(row[:, TRAIN_LOSS])
        row[self.over] = np.nan
        if not finite.all():
            for run in np.flatnonzero(~finite & ~self.over).tolist():
                self._end(run, self._diverged(run, epoch))
                row[run] = np.nan
        self.numbers[:, epoch - 1 - self.span.epoch] = row
        for run in self.judged:
            if not self.over[run]:
                self._judge(run, epoch, float(row[run, TEST_LOSS]))

    def _watch(self, epoch: int) -> None:
        """Note the statistics of the layers of the runs whose numbers were noted."""
        seen = np.isfinite(self.numbers[:, epoch - 1 - self.span.epoch, TRAIN_LOSS])
        for rows, state, noted in zip(self.statistics, self.stack.result(), seen, strict=True):
            if noted:
                rows.append(layer_statistics(state, epoch))

    def _end(self, run: int, state: RunState) -> None:
        self.ended[run] = state
        self.over[run] = True

    def _judge(self, run: int, epoch: int, loss: float) -> None:
        """Early stopping: keep the best weights, or end the run with them."""
        state, best = self.states[run], self.best[run]
        rule = state.spec.early_stopping
        if best is None or loss < best.loss - rule.min_delta:
            self.best[run] = Best(loss, epoch, *self.stack.snapshot(run))
        elif epoch - best.epoch >= rule.patience:
            message = (
                f"Stopped early in epoch {epoch}: the test loss had not fallen for "
                f"{rule.patience} epochs. The weights are those of epoch {best.epoch}, "
                f"with a test loss of {best.loss:.4g}."
            )
            ended = replace(self.stack.result()[run], theta=best.theta, running=best.running)
            self._end(run, replace(ended, best=best, status="finished", message=message))

    def _diverged(self, run: int, epoch: int) -> RunState:
        """A run whose numbers ceased to be finite in `epoch`, as it was at the end of the last.

        It is trained again up to there, alone: that gives the same bits, and costs nothing while
        all goes well.
        """
        state = self.states[run]
        finite = replace(self.span, last_epoch=epoch - 1, last_batch=0)
        if finite.last_epoch > finite.epoch:
            ((state,), _) = _Course([state], finite).run()
        rate = state.spec.optimizer.learning_rate
        norm = _largest_gradient(state, epoch - 1)
        return replace(
            state,
            status="diverged",
            message=(
                f"Training diverged in epoch {epoch}: the numbers grew beyond all bounds. The "
                f"weights are those of epoch {epoch - 1}; from there the norm of the gradient "
                f"reaches {norm:.3g}. "
                f"Try a smaller learning rate than {rate:g}, such as {rate / 10:g}, clip the "
                "gradient by norm, or standardize the inputs."
            ),
        )


def _largest_gradient(state: RunState, epoch: int) -> float:
    """Largest norm of the gradient over the batches of the next epoch, at the present weights."""
    stack = Stack([state])
    stack.batches.prepare_(epoch)
    largest = 0.0
    for batch in stack.batches.every:
        stack.gradient_(batch)
        largest = max(largest, float(np.linalg.norm(stack.network.gradient.astype(np.float64))))
    return largest


def _evaluate(runs: Sequence[RunState]) -> Floats:
    """(R, 1, metrics) numbers of the runs as they are."""
    result = np.full((len(runs), 1, len(METRICS)), np.nan)
    with np.errstate(all="ignore"):
        for members in groups(runs):
            stack = Stack([runs[i] for i in members])
            result[members, 0] = stack.evaluate()
            result[members, 0, RATE] = stack.learning_rates(0)
    result[:, 0, MILLISECONDS] = 0.0
    return result


def advance(
    checkpoint: Checkpoint,
    epochs: int = 1,
    *,
    batches: int = 0,
    view: View | None = None,
    statistics: bool = False,
) -> tuple[Checkpoint, Frames]:
    """Train all runs on to the `epochs`-th next end of an epoch, then `batches` updates further.

    Pure: the same input gives the same bits, in one call or in many; the input is not changed.
    With epochs = batches = 0 at epoch 0, the frames hold the numbers before the first update.
    Runs with fewer batches in an epoch wait for the others at its end. `statistics` asks for those
    of each layer after every epoch, which cost more than the training of a small network. Raises
    ValueError for negative counts.
    """
    if epochs < 0 or batches < 0:
        raise ValueError("epochs and batches must not be negative")
    began = perf_counter()
    runs = checkpoint.runs
    longest = max(batches_per_epoch(run.spec) for run in runs)
    more, last_batch = divmod((0 if epochs else checkpoint.batch) + batches, longest)
    span = Span(checkpoint.epoch, checkpoint.batch, checkpoint.epoch + epochs + more, last_batch)
    first_epoch = span.epoch + 1
    if (epochs, batches, span.epoch, span.batch) == (0, 0, 0, 0):
        result, numbers, first_epoch = checkpoint, _evaluate(runs), 0
        with np.errstate(all="ignore"):
            watched = [[layer_statistics(run, 0)] for run in runs] if statistics else []
    elif epochs == batches == 0:
        result, numbers = checkpoint, np.empty((len(runs), 0, len(METRICS)))
        watched = [[] for _ in runs] if statistics else []
    else:
        result, numbers, watched = advance_over(checkpoint, span, statistics=statistics)
    history: dict[str, Array] = {"epoch": np.arange(first_epoch, first_epoch + numbers.shape[1])}
    history |= {name: numbers[:, :, index] for index, name in enumerate(METRICS)}
    pictures = render(result, view) if view is not None else ()
    tables = tuple(
        _by_epoch(rows, len(run.spec.architecture.layers), numbers.shape[1])
        for run, rows in zip(runs, watched, strict=bool(watched))
    )
    return result, Frames(history, pictures, perf_counter() - began, tables)


def _by_epoch(rows: Sequence[LayerStatistics], layers: int, epochs: int) -> dict[str, Array]:
    """name -> (epochs, layers, ...), NaN after the last of the rows."""
    nothing = no_statistics(layers)
    every = [*rows, *[nothing] * (epochs + 1 - len(rows))]
    return {name: np.stack([getattr(row, name) for row in every])[:epochs] for name in STATISTICS}


def advance_over(
    checkpoint: Checkpoint, span: Span, *, statistics: bool = False
) -> tuple[Checkpoint, Floats, list[list[LayerStatistics]]]:
    """The runs at the end of the span, or where the last ended; (R, epochs, metrics) numbers; and
    the statistics of each run, when asked for."""
    states = list(checkpoint.runs)
    watched: list[list[LayerStatistics]] = [[] for _ in states] if statistics else []
    numbers = np.full((len(states), span.last_epoch - span.epoch, len(METRICS)), np.nan)
    with np.errstate(all="ignore"):
        for members in groups(states):
            course = _Course([states[i] for i in members], span, statistics=statistics)
            new, numbers[members] = course.run()
            for index, state, rows in zip(members, new, course.statistics, strict=True):
                states[index] = state
                if statistics:
                    watched[index] = rows
    result = Checkpoint(tuple(states), span.last_epoch, span.last_batch)
    if result.status != "training":  # stop where the last run ended
        kept = int(np.isfinite(numbers[:, :, TRAIN_LOSS]).any(axis=0).sum())
        result = replace(result, epoch=span.epoch + kept, batch=0)
        numbers = numbers[:, :kept]
    return result, numbers, watched


def train(spec: RunSpec, epochs: int, *, statistics: bool = False) -> TrainResult:
    """Train one run from its beginning; ends before its time if it diverges or stops early."""
    checkpoint, before = advance(start([spec]), 0, statistics=statistics)
    parts = [before]
    if epochs:
        checkpoint, frames = advance(checkpoint, epochs, statistics=statistics)
        parts.append(frames)
    return TrainResult(
        {
            name: np.concatenate([part.history[name].reshape(-1) for part in parts])
            for name in before.history
        },
        checkpoint,
        {
            name: np.concatenate([part.statistics[0][name] for part in parts])
            for name in (STATISTICS if statistics else ())
        },
    )
