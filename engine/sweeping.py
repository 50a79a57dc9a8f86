"""Sweeps: every optimizer at every learning rate with every seed, and who wins at its best rate.

The rate of each optimizer is chosen on validation points that no run trains on; only then are the
chosen runs, and no others, evaluated on the test points.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import inf, isfinite, log10

import numpy as np

from engine.arrays import Array, Floats
from engine.checkpoint import Checkpoint, RunState, start
from engine.data import held_out, inputs, with_ones
from engine.facts import MAX_STACK, estimate_cost
from engine.metrics import METRICS, evaluate
from engine.network import Network
from engine.passes import Workspace
from engine.ranking import needed_seeds, quartiles, rank
from engine.stack import Stack
from engine.sweep_result import OptimizerResult, RateResult, SafeZone, SweepResult
from engine.sweep_spec import SweepSpec, at_rate
from engine.training import advance

EPOCH_SECONDS = 0.2
"""Estimated time of one epoch of a chunk above which chunks hold fewer runs."""
SAFE_SHARE = 0.9
"""A rate is safe when it brings this share of what the best rate gains over no training."""
TEST_LOSS = METRICS.index("test_loss")


@dataclass(frozen=True)
class Outcome:
    """A finished run of a sweep."""

    index: int
    loss: float
    """Validation loss at the end; infinite when the run diverged."""
    theta: Array
    running: Array


@dataclass(frozen=True)
class Chunk:
    """Some runs of a sweep, and how far they are: plain data that any process can advance."""

    sweep: SweepSpec
    first: int
    last: int
    """Runs `first` to `last` (exclusive)."""
    checkpoint: Checkpoint | None = None
    """None before the first slice and after the last."""
    outcomes: tuple[Outcome, ...] = ()
    """One per run, once all have ended."""

    @property
    def epoch(self) -> int:
        """Completed epochs; all of them once every run has ended."""
        if self.outcomes:
            return self.sweep.epochs
        return 0 if self.checkpoint is None else self.checkpoint.epoch


def chunks(sweep: SweepSpec, workers: int = 1) -> tuple[Chunk, ...]:
    """Cut a sweep into independent parts of almost equal size, as large as stacking pays.

    workers: how many will share the parts; each gets the same number of them.
    """
    seconds = estimate_cost([sweep.run(0)]).seconds_per_epoch
    size = max(1, min(MAX_STACK, int(EPOCH_SECONDS / seconds)))
    count = -(-sweep.count // size)
    count = min(sweep.count, -(-count // workers) * workers)
    ends = [sweep.count * index // count for index in range(count + 1)]
    return tuple(Chunk(sweep, *bounds) for bounds in pairwise(ends))


def advance_chunk(chunk: Chunk, epochs: int) -> Chunk:
    """Train a chunk's runs further, to the end of the sweep at most. Pure, as `advance`."""
    checkpoint = chunk.checkpoint or start(
        [chunk.sweep.run(index) for index in range(chunk.first, chunk.last)]
    )
    checkpoint, _ = advance(checkpoint, min(epochs, chunk.sweep.epochs - checkpoint.epoch))
    if checkpoint.epoch < chunk.sweep.epochs and checkpoint.status == "training":
        return Chunk(chunk.sweep, chunk.first, chunk.last, checkpoint)
    outcomes = tuple(
        Outcome(chunk.first + place, loss, run.theta, run.running)
        for place, (run, loss) in enumerate(
            zip(checkpoint.runs, validation_losses(checkpoint.runs), strict=True)
        )
    )
    return Chunk(chunk.sweep, chunk.first, chunk.last, None, outcomes)


def run_chunk(chunk: Chunk) -> Chunk:
    """Train a chunk's runs to their end."""
    return advance_chunk(chunk, chunk.sweep.epochs)


def validation_losses(runs: Sequence[RunState]) -> list[float]:
    """Loss of each run on the points it is tested on; infinite where it has diverged."""
    losses = []
    with np.errstate(all="ignore"):
        for run in runs:
            loss = float(Stack([run]).evaluate()[0, TEST_LOSS])
            losses.append(loss if run.status != "diverged" and isfinite(loss) else inf)
    return losses


def conclude(sweep: SweepSpec, outcomes: Iterable[Outcome]) -> SweepResult:
    """Choose the rates, evaluate the chosen runs on the test points, and rank the optimizers.

    outcomes: those of all runs, in any order. Raises ValueError when some are missing.

    The best rate has the smallest median over seeds of the final validation loss, in which a
    diverged run counts as infinite; of equal ones the smallest rate is taken. A rate at which half
    of the seeds diverge is never chosen.
    """
    ordered = sorted(outcomes, key=lambda outcome: outcome.index)
    if [outcome.index for outcome in ordered] != list(range(sweep.count)):
        raise ValueError("there must be one outcome of each run")
    shape = len(sweep.optimizers), len(sweep.rates), sweep.seeds
    losses = np.array([outcome.loss for outcome in ordered]).reshape(shape)
    seeds = [sweep.run(index) for index in range(sweep.seeds)]
    _, untrained, _ = quartiles(np.array(validation_losses(start(seeds).runs)))
    results, test_losses = [], np.full((shape[0], shape[2]), inf)
    for number in range(shape[0]):
        rates = [
            _rate_result(rate, row) for rate, row in zip(sweep.rates, losses[number], strict=True)
        ]
        medians = [quartiles(row)[1] for row in losses[number]]
        best = int(np.argmin(medians))
        if isfinite(medians[best]):
            first = (number * shape[1] + best) * shape[2]
            tests = [_test_numbers(sweep, one) for one in ordered[first : first + shape[2]]]
            test_losses[number] = [loss for loss, _ in tests]
            safe = _safe_zone(sweep.rates, medians, best, untrained)
            results.append(_optimizer_result(sweep, number, rates, rates[best], safe, tests))
        else:
            results.append(_optimizer_result(sweep, number, rates, None, None, []))
    ranking = rank(sweep.titles, test_losses)
    return SweepResult(
        spec=sweep,
        seeds=tuple(sweep.seed(index) for index in range(sweep.seeds)),
        score="r2" if sweep.base.data.task.kind == "regression" else "accuracy",
        untrained_loss=finite(untrained),
        optimizers=tuple(results),
        ranking=ranking,
        verdict=ranking.verdict,
        notes=tuple(_notes(sweep, results)),
    )


def sweep(
    spec: SweepSpec,
    executor_map: Callable[..., Iterable[Chunk]] = map,
    progress: Callable[[int, int], object] | None = None,
    workers: int = 1,
) -> SweepResult:
    """Run a whole sweep.

    executor_map: `map`, or the `map` of any `concurrent.futures.Executor`, over `workers` of them.
    progress: called with the runs that have ended, and all there are, now and then.
    """
    parts = chunks(spec, workers)
    outcomes: list[Outcome] = []
    for chunk in executor_map(run_chunk, parts):
        outcomes += chunk.outcomes
        if progress is not None:
            progress(len(outcomes), spec.count)
    return conclude(spec, outcomes)


def finite(value: float) -> float | None:
    """None for what JSON cannot say."""
    return value if isfinite(value) else None


def _rate_result(rate: float, losses: Floats) -> RateResult:
    lower, median, upper = quartiles(losses)
    return RateResult(
        learning_rate=rate,
        validation_losses=tuple(finite(loss) for loss in losses.tolist()),
        lower=finite(lower),
        median=finite(median),
        upper=finite(upper),
        diverged=int(np.count_nonzero(~np.isfinite(losses))),
    )


def _safe_zone(
    rates: Sequence[float], medians: Sequence[float], best: int, untrained: float
) -> SafeZone:
    """Where the curve of medians stays near its minimum."""
    gain = max(untrained - medians[best], 0.0) if isfinite(untrained) else 0.0
    limit = medians[best] + (1 - SAFE_SHARE) * gain
    low, high = (_crossing(rates, medians, limit, best, step) for step in (-1, 1))
    return SafeZone(low=low, high=high, decades=log10(high / low), limit=limit)


def _crossing(
    rates: Sequence[float], medians: Sequence[float], limit: float, place: int, step: int
) -> float:
    """The rate at which the curve leaves `limit`, going by `step`; the last one if it stays."""
    while 0 <= place + step < len(rates):
        here, there = medians[place], medians[place + step]
        if there > limit:
            return float(
                rates[place]
                * (rates[place + step] / rates[place]) ** ((limit - here) / (there - here))
            )
        place += step
    return rates[place]


def _test_numbers(sweep: SweepSpec, outcome: Outcome) -> tuple[float, float]:
    """Loss, and accuracy or R², of a chosen run on the test points proper."""
    if not isfinite(outcome.loss):
        return inf, inf
    run = sweep.run(outcome.index)
    points, targets = held_out(run.data)
    network = Network(run.architecture, outcome.theta, outcome.running)
    dtype, head = outcome.theta.dtype, run.head
    with np.errstate(all="ignore"):
        z = Workspace(network, len(points)).forward_(with_ones(inputs(points, run), dtype))
        row = evaluate(head, z, head.encode(targets).astype(dtype), train=0)[0]
    scored = "test_r2" if run.data.task.kind == "regression" else "test_accuracy"
    loss, score = (float(row[METRICS.index(name)]) for name in ("test_loss", scored))
    return loss if isfinite(loss) else inf, score if isfinite(score) else inf


def _optimizer_result(
    sweep: SweepSpec,
    number: int,
    rates: Sequence[RateResult],
    best: RateResult | None,
    safe: SafeZone | None,
    tests: Sequence[tuple[float, float]],
) -> OptimizerResult:
    losses, scores = zip(*tests, strict=True) if tests else ((), ())
    lower, median, upper = quartiles(np.array(losses)) if tests else (inf, inf, inf)
    kept = [score for score in scores if isfinite(score)]
    optimizer = sweep.optimizers[number]
    return OptimizerResult(
        title=sweep.titles[number],
        optimizer=optimizer if best is None else at_rate(optimizer, best.learning_rate),
        rates=tuple(rates),
        best_rate=None if best is None else best.learning_rate,
        safe_zone=safe,
        test_losses=tuple(finite(loss) for loss in losses),
        test_scores=tuple(finite(score) for score in scores),
        test_lower=finite(lower),
        test_median=finite(median),
        test_upper=finite(upper),
        test_score=float(np.median(kept)) if kept else None,
    )


def _notes(sweep: SweepSpec, results: Sequence[OptimizerResult]) -> Iterable[str]:
    """What a reader of the result must know."""
    rates = sweep.rates
    for result in results:
        if result.best_rate is None:
            yield f"{result.title} diverged at every learning rate in at least half of the runs"
        elif len(rates) > 1 and result.best_rate in (rates[0], rates[-1]):
            yield (
                f"{result.title} did best at {result.best_rate:g}, the smallest rate tried: "
                "a smaller one may be better still"
                if result.best_rate == rates[0]
                else f"{result.title} did best at {result.best_rate:g}, the largest rate tried: "
                "a larger one may be better still"
            )
    needed = needed_seeds(len(results))
    if sweep.seeds < needed:
        yield (
            f"With {sweep.seeds} seeds no difference between {len(results)} optimizers can be "
            f"clear: it takes at least {needed}"
        )
