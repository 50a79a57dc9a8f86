"""`neural-playground train`."""

import argparse
import csv
import json
import sys
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from app.cli.failure import Failure
from app.cli.progress import end_progress, show_progress
from app.cli.specs import read_spec
from app.csv_table import read_csv
from engine import (
    Checkpoint,
    CheckpointError,
    Frames,
    RunSpec,
    advance,
    load_checkpoint,
    save_checkpoint,
    start,
    store_data,
)
from engine.arrays import Array


def train(options: argparse.Namespace) -> None:
    """Train one run, and write down what was asked for."""
    _check_outputs(options)
    checkpoint = _resume(options) if options.resume else _begin(options)
    parts: list[Frames] = []
    if checkpoint.epoch == checkpoint.batch == 0:
        checkpoint, frames = advance(checkpoint, epochs=0, statistics=options.statistics)
        parts.append(frames)
    stride = max(1, options.epochs // 100)
    while checkpoint.epoch < options.epochs and checkpoint.status == "training":
        epochs = min(stride, options.epochs - checkpoint.epoch)
        checkpoint, frames = advance(checkpoint, epochs=epochs, statistics=options.statistics)
        parts.append(frames)
        losses = frames.history["train_loss"][0]
        done, text = checkpoint.epoch, f"epoch {checkpoint.epoch} of {options.epochs}"
        if len(losses):
            text += f": training loss {losses[-1]:.4g}"
        show_progress(done - len(losses), done, options.epochs, text)
    end_progress()
    if message := checkpoint.runs[0].message:
        print(message)
    for file in options.output:
        try:
            _write(file, checkpoint, parts)
        except OSError as error:
            raise Failure(f"{file}: {error.strerror}") from None


def _check_outputs(options: argparse.Namespace) -> None:
    """Raises Failure before there is anything to lose."""
    for file in options.output:
        if file.suffix not in (".csv", ".json", ".npz"):
            raise Failure(f"{file}: the history is written as .csv or .json, a checkpoint as .npz")
        if not file.parent.is_dir():
            raise Failure(f"{file}: there is no folder {file.parent}")
    if options.statistics and not any(file.suffix == ".json" for file in options.output):
        raise Failure("--statistics needs a .json file as --output")


def _begin(options: argparse.Namespace) -> Checkpoint:
    if options.spec is None:
        raise Failure("name a SPEC.json to begin with, or a checkpoint to --resume")
    data = {"data": _store(options.data)} if options.data else None
    return start([read_spec(RunSpec, options.spec, options.set, data)])


def _resume(options: argparse.Namespace) -> Checkpoint:
    """The checkpoint to go on from. Raises Failure when there is nothing to go on with."""
    if options.spec is not None or options.set or options.data:
        raise Failure("--resume goes on with the settings in the checkpoint: give no others")
    try:
        with warnings.catch_warnings(record=True) as notes:
            warnings.simplefilter("always")
            checkpoint = load_checkpoint(options.resume)
    except OSError as error:
        raise Failure(f"{options.resume}: {error.strerror}") from None
    except CheckpointError as error:
        raise Failure(f"{options.resume}: {error}") from None
    for note in notes:
        print(f"{options.resume}: {note.message}", file=sys.stderr)
    if len(checkpoint.runs) > 1:
        raise Failure(f"{options.resume} holds {len(checkpoint.runs)} runs: only one can go on")
    if checkpoint.status != "training":
        raise Failure(f"{options.resume}: the run has ended. {checkpoint.runs[0].message}")
    if checkpoint.epoch >= options.epochs:
        raise Failure(
            f"{options.resume} is at epoch {checkpoint.epoch} already: give more --epochs"
        )
    return checkpoint


def _store(file: Path) -> dict[str, str]:
    """The settings of data that are the table in a CSV file."""
    try:
        table = read_csv(file.read_bytes())
        id = store_data(
            table.x,
            table.y,
            columns=table.columns,
            class_names=table.class_names,
            title=file.stem[:80],
        )
    except OSError as error:
        raise Failure(f"{file}: {error.strerror}") from None
    except ValueError as error:
        raise Failure(f"{file}: {error}") from None
    print(f"{file} is stored: data.kind=custom data.id={id}")
    return {"kind": "custom", "id": id}


def _write(file: Path, checkpoint: Checkpoint, parts: Sequence[Frames]) -> None:
    """What the file's name asks for."""
    if file.suffix == ".npz":
        save_checkpoint(checkpoint, file)
        return
    history = {
        name: np.concatenate([part.history[name].reshape(-1) for part in parts])
        for name in parts[0].history
    }
    with file.open("w", newline="") as stream:
        if file.suffix == ".json":
            content: dict[str, Any] = {name: _plain(values) for name, values in history.items()}
            if parts[0].statistics:
                content["statistics"] = {
                    name: _plain(np.concatenate([part.statistics[0][name] for part in parts]))
                    for name in parts[0].statistics[0]
                }
            json.dump(content, stream, allow_nan=False)
        else:
            writer = csv.writer(stream)
            writer.writerow(history)
            writer.writerows(zip(*(values.tolist() for values in history.values()), strict=True))


def _plain(values: Array) -> list[Any]:
    """Nested lists, with None for NaN, which JSON does not know."""
    numbers = values.astype(object)
    numbers[np.isnan(values)] = None
    plain: list[Any] = numbers.tolist()
    return plain
