"""`neural-playground sweep`."""

import argparse
import csv
import os
from collections.abc import Sequence
from concurrent.futures import BrokenExecutor
from pathlib import Path

from app.cli.failure import Failure
from app.cli.progress import end_progress, show_progress
from app.cli.specs import read_spec
from app.executors import worker_processes
from engine import SweepResult, SweepSpec, sweep


def run_sweep(options: argparse.Namespace) -> None:
    """Run a sweep over worker processes, and print what was found."""
    if options.output and options.output.suffix not in (".csv", ".json"):
        raise Failure(f"{options.output}: the result is written as .csv or .json")
    workers = (os.cpu_count() or 1) if options.workers is None else options.workers
    if workers < 1:
        raise Failure("--workers: at least one is needed")
    spec = read_spec(SweepSpec, options.spec, options.set)
    try:
        result = _run(spec, workers)
    except BrokenExecutor:
        raise Failure("a worker process was killed, perhaps for want of memory") from None
    _show(result)
    if options.output:
        _write(options.output, result)


def _run(spec: SweepSpec, workers: int) -> SweepResult:
    """Run it, with its progress printed. Raises BrokenExecutor when a worker dies."""
    executor = worker_processes(workers)
    last = 0

    def progress(done: int, total: int) -> None:
        nonlocal last
        show_progress(last, done, total, f"{done} of {total} runs")
        last = done

    try:
        return sweep(spec, executor.map, progress, workers)
    finally:
        end_progress()
        executor.shutdown(wait=False, cancel_futures=True)


def _show(result: SweepResult) -> None:
    """Print the ranking, the losses by rate, and what to mind."""
    found = result.optimizers
    score = "R²" if result.score == "r2" else "accuracy"
    print(f"\n{result.verdict}.\n")
    rows = [["rank", "optimizer", "rate", "safe zone", "test loss", "quartiles", score]]
    for place in result.ranking.places:
        one = found[place.competitor]
        zone = one.safe_zone
        rows.append(
            [
                str(place.rank),
                one.title,
                "-" if one.best_rate is None else f"{one.best_rate:g}",
                "-" if zone is None else f"{zone.low:.2g} to {zone.high:.2g}",
                _number(one.test_median),
                f"{_number(one.test_lower)} to {_number(one.test_upper)}",
                _number(one.test_score),
            ]
        )
    _print_table(rows)
    for place in result.ranking.places[1:]:
        print(f"{place.verdict}.")
    print("\nMedian validation loss by learning rate; * the best\n")
    rows = [["", *(f"{rate.learning_rate:g}" for rate in found[0].rates)]]
    for one in found:
        best = one.best_rate
        cells = [
            _number(rate.median) + ("*" if rate.learning_rate == best else "") for rate in one.rates
        ]
        rows.append([one.title, *cells])
    _print_table(rows)
    for note in result.notes:
        print(f"{note}.")


def _number(value: float | None) -> str:
    return "diverged" if value is None else f"{value:.4g}"


def _print_table(rows: Sequence[Sequence[str]]) -> None:
    """Columns as wide as they need to be, then an empty line."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        print("  ".join(cells).rstrip())
    print()


def _write(file: Path, result: SweepResult) -> None:
    """Everything as .json, or a row per run as .csv."""
    if file.suffix == ".json":
        file.write_text(result.model_dump_json(indent=1))
    else:
        with file.open("w", newline="") as stream:
            csv.writer(stream).writerows(result.rows())
