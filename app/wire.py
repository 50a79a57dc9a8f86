"""Binary frames: a JSON header and aligned little-endian arrays. Pure, both ways.

Layout: 4 bytes "NPG1", the header's length as u32, the header, then the arrays. The header is
padded with spaces and each array with zeros, so that every array starts on a multiple of 8 bytes
and a browser can put a typed array on it without copying.

A viewer that asks for it, by `deflate=1` in the stream's address, may get any message deflated:
4 bytes "NPGZ", then a zlib stream of the frame, or of a text message's UTF-8.
"""

import json
import struct
import zlib
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

MAGIC = b"NPG1"
DEFLATED = b"NPGZ"
FAST = 1
"""zlib's level: a few milliseconds for the largest message that is worth it."""
PREFIX = struct.Struct("<4sI")
DTYPES = {"f8": np.float64, "f4": np.float32, "i4": np.int32, "i1": np.int8, "u1": np.uint8}
CODES = {np.dtype(dtype): code for code, dtype in DTYPES.items()}

Array = NDArray[Any]


def encode(header: Mapping[str, Any], arrays: Sequence[tuple[str, int | None, Array]]) -> bytes:
    """A frame of `header` and of arrays (name, run or None for all runs, values).

    Raises ValueError for a number that JSON cannot hold, KeyError for a dtype not in DTYPES.
    """
    entries = []
    parts: list[bytes | memoryview] = []
    offset = 0
    for name, run, values in arrays:
        entries.append(
            {
                "name": name,
                "run": run,
                "dtype": CODES[values.dtype],
                "shape": values.shape,
                "offset": offset,
            }
        )
        contiguous = np.ascontiguousarray(values)
        # A memoryview cannot be cast when a dimension is 0.
        parts.append(contiguous.data.cast("B") if contiguous.size else b"")
        padding = -contiguous.nbytes % 8
        parts.append(bytes(padding))
        offset += contiguous.nbytes + padding
    text = json.dumps({**header, "arrays": entries}, separators=(",", ":"), allow_nan=False)
    encoded = text.encode()
    encoded += b" " * (-(PREFIX.size + len(encoded)) % 8)
    return b"".join([PREFIX.pack(MAGIC, len(encoded)), encoded, *parts])


def deflate(message: bytes) -> bytes:
    """The same in fewer bytes."""
    return DEFLATED + zlib.compress(message, FAST)


def inflate(message: bytes) -> bytes:
    """The message that `deflate` was given; one that is not deflated as it is."""
    return zlib.decompress(message[4:]) if message[:4] == DEFLATED else message


def decode(frame: bytes) -> tuple[dict[str, Any], dict[tuple[str, int | None], Array]]:
    """Header and arrays by (name, run). Raises ValueError for what is not a frame."""
    if len(frame) < PREFIX.size:
        raise ValueError("not a frame: too short")
    magic, length = PREFIX.unpack_from(frame)
    if magic != MAGIC:
        raise ValueError("not a frame: wrong first bytes")
    start = PREFIX.size + length
    header: dict[str, Any] = json.loads(frame[PREFIX.size : start])
    arrays: dict[tuple[str, int | None], Array] = {}
    for entry in header["arrays"]:
        dtype = np.dtype(DTYPES[entry["dtype"]])
        shape = tuple(entry["shape"])
        count = int(np.prod(shape, dtype=np.int64))
        values = np.frombuffer(frame, dtype, count, start + entry["offset"])
        arrays[entry["name"], entry["run"]] = values.reshape(shape)
    return header, arrays
