"""Checkpoints as files: npz without pickle, with the specs, a version and the machine's mark."""

import hashlib
import json
import warnings
import zipfile
import zlib
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from pydantic import ValidationError

from engine.arrays import Array
from engine.checkpoint import Best, Checkpoint, RunState, initial_state
from engine.spec import RunSpec

FORMAT = "neural-playground-checkpoint"
VERSION = 1
LARGEST = 2**30
"""Bytes that a file may unpack to."""


class CheckpointError(ValueError):
    """The file is no checkpoint, is damaged, or is of a version that is not known here."""


@lru_cache
def machine_fingerprint() -> str:
    """A mark of this machine's arithmetic: equal marks continue a run to the same bits.

    Kinds of processors differ in the last bits of NumPy's functions and of BLAS.
    """
    digest = hashlib.sha256()
    for dtype in (np.float32, np.float64):
        x = np.linspace(-3, 3, 1001, dtype=dtype)
        for function in (np.tanh, np.exp, np.sin, np.log1p):
            digest.update(function(np.abs(x)).tobytes())
        for width in (3, 8, 33, 64):
            block = np.resize(x, (width, width + 7))
            digest.update(np.dot(block, block.T).tobytes())
    return digest.hexdigest()[:16]


def save_checkpoint(
    checkpoint: Checkpoint, file: str | Path | BinaryIO, *, compressed: bool = True
) -> None:
    """Write a checkpoint. The same checkpoint always gives the same arrays and header.

    compressed: takes up to thirty times as long and saves a tenth, as weights hardly shrink.
    """
    arrays: dict[str, Array] = {}
    runs = []
    for index, run in enumerate(checkpoint.runs):
        arrays |= {f"{index}/{name}": getattr(run, name) for name in _ARRAYS}
        entry: dict[str, Any] = {name: getattr(run, name) for name in _PLAIN}
        entry["spec"] = run.spec.model_dump(mode="json")
        if run.best is not None:
            entry["best"] = {"loss": run.best.loss, "epoch": run.best.epoch}
            arrays[f"{index}/best_theta"] = run.best.theta
            arrays[f"{index}/best_running"] = run.best.running
        runs.append(entry)
    header = {
        "format": FORMAT,
        "version": VERSION,
        "machine": machine_fingerprint(),
        "epoch": checkpoint.epoch,
        "batch": checkpoint.batch,
        "runs": runs,
    }
    arrays["header"] = np.frombuffer(json.dumps(header).encode(), np.uint8)
    save = np.savez_compressed if compressed else np.savez
    save(file, allow_pickle=False, **arrays)


_ARRAYS = ("theta", "optimizer_state", "running")
_PLAIN = ("updates", "optimizer_updates", "status", "message")


def load_checkpoint(file: str | Path | BinaryIO) -> Checkpoint:
    """Read a checkpoint. Raises CheckpointError; warns when it comes from another machine."""
    checkpoint, here = read_checkpoint(file)
    if not here:
        warnings.warn(
            "this checkpoint was saved on another kind of processor: it goes on from the same "
            "numbers, but not to the same bits",
            stacklevel=2,
        )
    return checkpoint


def read_checkpoint(file: str | Path | BinaryIO) -> tuple[Checkpoint, bool]:
    """A checkpoint, and whether it goes on to the same bits here. Raises CheckpointError."""
    try:
        arrays = _read(file)
        header = json.loads(arrays["header"].tobytes().decode())
        if header["format"] != FORMAT:
            raise CheckpointError("this is a file of another program")
        if header["version"] != VERSION:
            raise CheckpointError(f"version {header['version']} is not known here")
        runs = tuple(_run(entry, str(index), arrays) for index, entry in enumerate(header["runs"]))
        checkpoint = Checkpoint(runs, _count(header["epoch"]), _count(header["batch"]))
    except CheckpointError:
        raise
    except ValidationError as error:
        complaints = [f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors()]
        raise CheckpointError(f"its settings are not valid: {'; '.join(complaints)}") from error
    except (KeyError, TypeError, AttributeError, ValueError, EOFError) as error:
        raise CheckpointError(f"this is not a whole checkpoint file: {error}") from error
    except (zipfile.BadZipFile, zlib.error, NotImplementedError) as error:
        raise CheckpointError(f"the file is damaged: {error}") from error
    if not checkpoint.runs:
        raise CheckpointError("there are no runs in it")
    return checkpoint, header["machine"] == machine_fingerprint()


def _read(file: str | Path | BinaryIO) -> dict[str, Array]:
    with zipfile.ZipFile(file) as archive:
        if sum(entry.file_size for entry in archive.infolist()) > LARGEST:
            raise CheckpointError("it is too large")
    if not isinstance(file, str | Path):
        file.seek(0)
    with np.load(file, allow_pickle=False) as loaded:
        return {name: loaded[name] for name in loaded.files}


def _count(value: object) -> int:
    if not isinstance(value, int) or value < 0:
        raise CheckpointError(f"{value!r} is no count")
    return value


def _run(entry: dict[str, Any], prefix: str, arrays: dict[str, Array]) -> RunState:
    spec = RunSpec.model_validate(entry["spec"])
    fresh = initial_state(spec)
    best = None
    if "best" in entry:
        best = Best(
            float(entry["best"]["loss"]),
            _count(entry["best"]["epoch"]),
            _alike(arrays[f"{prefix}/best_theta"], fresh.theta),
            _alike(arrays[f"{prefix}/best_running"], fresh.running),
        )
    if entry["status"] not in ("training", "finished", "diverged"):
        raise CheckpointError(f"there is no status {entry['status']!r}")
    if not np.isfinite(arrays[f"{prefix}/theta"]).all():
        raise CheckpointError("it holds weights that are not finite")
    theta, optimizer_state, running = (
        _alike(arrays[f"{prefix}/{name}"], getattr(fresh, name)) for name in _ARRAYS
    )
    return replace(
        fresh,
        theta=theta,
        optimizer_state=optimizer_state,
        running=running,
        updates=_count(entry["updates"]),
        optimizer_updates=_count(entry["optimizer_updates"]),
        status=entry["status"],
        message=str(entry["message"]),
        best=best,
    )


def _alike(array: Array, model: Array) -> Array:
    """The array, if it has the shape and type that the spec asks for."""
    if array.shape != model.shape or array.dtype != model.dtype:
        raise CheckpointError("its arrays do not belong to its settings")
    return array
