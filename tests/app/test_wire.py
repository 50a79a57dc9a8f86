"""Frames there and back."""

import numpy as np
import pytest

from app.wire import DTYPES, Array, decode, encode


def test_frames_there_and_back() -> None:
    arrays: list[tuple[str, int | None, Array]] = [
        (name, run, (np.arange(15).reshape(3, 5) * 3).astype(dtype)[:, ::2])
        for run, (name, dtype) in enumerate(DTYPES.items())
    ]
    arrays.append(("empty", None, np.empty((3, 0))))
    frame = encode({"type": "frame", "name": "η ≤ 1"}, arrays)
    header, decoded = decode(frame)
    assert header["name"] == "η ≤ 1"
    assert len(frame) % 8 == 0
    for name, run, values in arrays:
        np.testing.assert_array_equal(decoded[name, run], values)
        assert decoded[name, run].dtype == values.dtype
    start = 8 + int.from_bytes(frame[4:8], "little")
    assert start % 8 == 0


def test_no_nan_in_json() -> None:
    with pytest.raises(ValueError, match="JSON"):
        encode({"scale": float("nan")}, [])


@pytest.mark.parametrize("frame", [b"", b"NPG", b"NPG2\0\0\0\0", b"NPG1\2\0\0\0{"])
def test_not_a_frame(frame: bytes) -> None:
    with pytest.raises(ValueError, match=r"not a frame|Expecting"):
        decode(frame)
