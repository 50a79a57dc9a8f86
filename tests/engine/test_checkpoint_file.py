"""Checkpoints as files: they continue bit for bit, and what is no checkpoint is refused."""

import io
import json
import warnings
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import (
    Checkpoint,
    CheckpointError,
    RunSpec,
    advance,
    load_checkpoint,
    save_checkpoint,
    start,
)
from tests.engine.strategies import specs
from tests.engine.test_training import same


def some_checkpoint() -> Checkpoint:
    runs = [
        RunSpec(name="one", early_stopping={"patience": 50}),  # type: ignore[arg-type]
        RunSpec.model_validate(
            {"optimizer": "nadam", "layers": [{"units": 3, "batch_norm": True}]}
        ),
    ]
    return advance(start(runs), 3, batches=2)[0]


def in_bytes(checkpoint: Checkpoint) -> bytes:
    file = io.BytesIO()
    save_checkpoint(checkpoint, file)
    return file.getvalue()


@given(st.lists(specs(), min_size=1, max_size=3), st.integers(0, 2), st.integers(0, 2))
@settings(max_examples=40, deadline=None)
def test_continues_bit_for_bit(some: list[RunSpec], epochs: int, batches: int) -> None:
    """An Adam restored by numpy-ml starts empty; here every optimizer goes on."""
    checkpoint, _ = advance(start(some), epochs, batches=batches)
    loaded = load_checkpoint(io.BytesIO(in_bytes(checkpoint)))
    assert same(loaded, checkpoint)
    if checkpoint.status == "training":
        assert same(advance(loaded, 2)[0], advance(checkpoint, 2)[0])


def test_a_path_will_do(tmp_path: Path) -> None:
    checkpoint = some_checkpoint()
    save_checkpoint(checkpoint, tmp_path / "run.npz")
    assert same(load_checkpoint(tmp_path / "run.npz"), checkpoint)
    best = load_checkpoint(tmp_path / "run.npz").runs[0].best
    assert best is not None
    assert best.theta.any()


def rewritten(change: dict[str, Any], arrays: dict[str, Any] | None = None) -> bytes:
    """A checkpoint with another header entry or other arrays."""
    with np.load(io.BytesIO(in_bytes(some_checkpoint()))) as file:
        content = dict(file)
    header = json.loads(content["header"].tobytes())
    header |= change
    content["header"] = np.frombuffer(json.dumps(header).encode(), np.uint8)
    out = io.BytesIO()
    np.savez_compressed(out, allow_pickle=False, **(content | (arrays or {})))
    return out.getvalue()


GOOD = in_bytes(some_checkpoint())
DAMAGED: dict[str, bytes] = {
    "empty": b"",
    "text": b"not a checkpoint",
    "cut short": GOOD[: len(GOOD) // 2],
    "flipped bytes": GOOD[:200] + bytes(b ^ 0xFF for b in GOOD[200:400]) + GOOD[400:],
    "other format": rewritten({"format": "something else"}),
    "newer version": rewritten({"version": 99}),
    "negative epoch": rewritten({"epoch": -1}),
    "no runs": rewritten({"runs": []}),
    "runs of another kind": rewritten({"runs": ["x"]}),
    "bad settings": rewritten({"runs": [{"spec": {"seed": -5}}]}),
    "wrong shape": rewritten({}, {"0/theta": np.zeros(3, np.float32)}),
    "wrong type": rewritten({}, {"0/theta": np.zeros(25, np.int8)}),
    "not finite": rewritten({}, {"0/theta": np.full(25, np.nan, np.float32)}),
}


@pytest.mark.parametrize("content", DAMAGED.values(), ids=DAMAGED)
def test_what_is_no_checkpoint_is_refused(content: bytes) -> None:
    with pytest.raises(CheckpointError):
        load_checkpoint(io.BytesIO(content))


def test_pickles_are_not_opened() -> None:
    class Trap:
        def __reduce__(self) -> tuple[Any, ...]:
            return (pytest.fail, ("a pickle was run",))

    out = io.BytesIO()
    np.savez(out, header=np.array([Trap()], dtype=object))
    with pytest.raises(CheckpointError):
        load_checkpoint(io.BytesIO(out.getvalue()))


def test_a_bomb_is_not_unpacked() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for index in range(20):
            archive.writestr(f"{index}.npy", bytes(2**26))
    with pytest.raises(CheckpointError, match="too large"):
        load_checkpoint(io.BytesIO(out.getvalue()))


def test_another_machine_is_named() -> None:
    content = rewritten({"machine": "0" * 16})
    with pytest.warns(UserWarning, match="not to the same bits"):
        load_checkpoint(io.BytesIO(content))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        load_checkpoint(io.BytesIO(GOOD))
