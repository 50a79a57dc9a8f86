"""The user's own points: one npz file each, without pickle, named by a digest of what is in it.

An id stands for the same points on every machine that has the file, so that a run which names it
stays a pure function of its settings.
"""

import hashlib
import json
import os
import sys
import tempfile
import zipfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from engine.arrays import Array, Floats
from engine.features import FEATURES

MIN_ROWS, MAX_ROWS = 2, 10_000
MAX_COLUMNS = 100
MIN_CLASSES, MAX_CLASSES = 2, 10
MAX_NAME = 80
"""Characters of a title, and of the name of a column or a class."""
LARGEST = 1e9
"""Of the numbers, either sign: their squares stay far from the end of float32."""
EDGE = 6.0
"""Planar points lie within this distance of both axes: the part of the plane that is shown."""
ID = r"^[0-9a-f]{16}$"
_FORMAT = "neural-playground-data-1"


class DataError(ValueError):
    """Points that cannot be stored, or read. `field` names the argument at fault, if one is."""

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field


@dataclass(frozen=True)
class Description:
    """What is known of a data set without reading its points."""

    title: str
    rows: int
    columns: tuple[str, ...] | None
    """Names of a table's columns; None for points in the plane."""
    class_names: tuple[str, ...]
    """Empty where the targets are values."""


@dataclass(frozen=True)
class CustomData:
    """A data set as it was stored. Read-only."""

    description: Description
    points: Floats
    """(N, columns)"""
    targets: Floats
    """(N,) class indices or values"""


def folder() -> Path:
    """Where the files lie: NEURAL_PLAYGROUND_DATA, or a folder of the user's."""
    if given := os.environ.get("NEURAL_PLAYGROUND_DATA"):
        return Path(given)
    home = Path.home()
    if sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA") or home / "AppData" / "Local")
    else:
        base = Path(os.environ.get("XDG_DATA_HOME") or home / ".local" / "share")
    return base / "neural-playground" / "data"


def store_data(
    points: ArrayLike,
    targets: ArrayLike,
    *,
    columns: Sequence[str] | None = None,
    class_names: Sequence[str] | None = None,
    title: str = "",
) -> str:
    """Keep a data set; returns its id, which is the same whenever all of this is.

    points: (N, columns), within [-6, 6]² unless `columns` are named.
    targets: (N,) class indices where they are integers or `class_names` are given, else values.
    Raises DataError, a ValueError.
    """
    x = _numbers(points, "points")
    if x.ndim != 2:
        raise DataError("Points need rows of equal length", "points")
    names = None if columns is None else _names(columns, "columns")
    _check_points(x, names)
    y = _numbers(targets, "targets")
    if y.shape != (len(x),):
        raise DataError(f"There are {len(x)} points, but {y.size} targets", "targets")
    classes: tuple[str, ...] = ()
    if class_names is not None or np.asarray(targets).dtype.kind in "iub":
        classes = _classes(y, class_names)
    description = Description(_name(title, "title", empty=True), len(x), names, classes)
    id = _digest(description, x, y)
    _write(id, description, x, y)
    return id


def _numbers(values: ArrayLike, field: str) -> Floats:
    try:
        array = np.array(values, np.float64) + 0.0  # there is one zero only
    except (TypeError, ValueError):
        raise DataError("There must be numbers only, and in rows of equal length", field) from None
    bad = np.argwhere(~(np.abs(array) <= LARGEST))
    if len(bad):
        place = ", ".join(
            f"{axis} {k + 1}" for axis, k in zip(("row", "column"), bad[0], strict=False)
        )
        value = array[tuple(bad[0])]
        raise DataError(
            f"{value:g} in {place}: numbers must be finite, and at most {LARGEST:g}", field
        )
    return array


def _check_points(x: Floats, columns: tuple[str, ...] | None) -> None:
    rows, width = x.shape
    if not MIN_ROWS <= rows <= MAX_ROWS:
        raise DataError(
            f"{rows:,} points were given; {MIN_ROWS} to {MAX_ROWS:,} can be taken", "points"
        )
    if not 1 <= width <= MAX_COLUMNS:
        raise DataError(f"{width} columns were given; 1 to {MAX_COLUMNS} can be taken", "points")
    if not (x != x[0]).any():
        raise DataError("All points are the same", "points")
    if columns is None:
        if width != 2:
            raise DataError(f"There are {width} columns: a table needs names for them", "columns")
        if np.abs(x).max() > EDGE:
            raise DataError(
                f"Points of the plane lie within -{EDGE:g} and {EDGE:g}; "
                "with names for the columns they are a table, and may lie anywhere",
                "points",
            )
        return
    if len(columns) != width:
        raise DataError(f"There are {width} columns, but {len(columns)} names", "columns")
    if taken := next((name for name in columns if name in FEATURES), None):
        raise DataError(
            f"A column cannot be called {taken!r}: that is a function of the plane", "columns"
        )


def _classes(y: Floats, class_names: Sequence[str] | None) -> tuple[str, ...]:
    if (y != np.floor(y)).any() or y.min() < 0:
        raise DataError("Classes are counted from 0: 0, 1, 2, ...", "targets")
    found = np.unique(y)
    if len(found) < MIN_CLASSES:
        raise DataError("All points are of one class; there must be two at least", "targets")
    if found[-1] >= MAX_CLASSES:
        raise DataError(f"At most {MAX_CLASSES} classes can be told apart", "targets")
    count = int(found[-1]) + 1
    names = _names(class_names or [f"class {k}" for k in range(count)], "class_names")
    if len(names) < count:
        raise DataError(f"There are {count} classes, but {len(names)} names", "class_names")
    if missing := set(range(len(names))) - set(found):
        raise DataError(f"No point is of class {min(missing)}, {names[min(missing)]!r}", "targets")
    return names


def _names(names: Sequence[str], field: str) -> tuple[str, ...]:
    result = tuple(_name(name, field) for name in names)
    if twice := next((name for name in result if result.count(name) > 1), None):
        raise DataError(f"Two are called {twice!r}", field)
    return result


def _name(name: str, field: str, *, empty: bool = False) -> str:
    name = " ".join(name.split())
    if not name and not empty:
        raise DataError("A name is empty", field)
    if len(name) > MAX_NAME or not name.isprintable():
        raise DataError(f"A name has at most {MAX_NAME} printable characters", field)
    return name


def _digest(description: Description, x: Floats, y: Floats) -> str:
    digest = hashlib.sha256(_header(description))
    for array in (x, y):
        digest.update(np.ascontiguousarray(array, "<f8").tobytes())
    return digest.hexdigest()[:16]


def _header(description: Description) -> bytes:
    return json.dumps({"format": _FORMAT, **asdict(description)}, sort_keys=True).encode()


def _path(id: str) -> Path:
    return folder() / f"{id}.npz"


def _write(id: str, description: Description, x: Floats, y: Floats) -> None:
    """Readers see the whole file or none."""
    path = _path(id)
    path.parent.mkdir(parents=True, exist_ok=True)
    header: Array = np.frombuffer(_header(description), np.uint8)
    handle, unfinished = tempfile.mkstemp(dir=path.parent, prefix=f".{id}-")
    try:
        with os.fdopen(handle, "wb") as file:
            np.savez(file, allow_pickle=False, header=header, points=x, targets=y)
        Path(unfinished).replace(path)
    except BaseException:
        Path(unfinished).unlink(missing_ok=True)
        raise


def exists(id: str) -> bool:
    """Whether this machine has the file."""
    return _path(id).is_file()


@lru_cache(maxsize=256)
def describe(id: str) -> Description:
    """A data set without its points. Raises DataError."""
    return _description(_read(id, "header"))


@lru_cache(maxsize=16)
def load(id: str) -> CustomData:
    """A data set. Raises DataError when it is not here, or is not what its id promises."""
    content = _read(id, "header", "points", "targets")
    description, x, y = _description(content), content["points"], content["targets"]
    if _digest(description, x, y) != id:
        raise DataError(f"The file of data set {id} was changed")
    for array in (x, y):
        array.flags.writeable = False
    return CustomData(description, x, y)


def _read(id: str, *names: str) -> dict[str, Array]:
    try:
        with np.load(_path(id), allow_pickle=False) as file:
            return {name: file[name] for name in names}
    except FileNotFoundError:
        raise DataError(f"This machine does not have the data set {id}") from None
    except (OSError, EOFError, KeyError, ValueError, zipfile.BadZipFile) as error:
        raise DataError(f"The file of data set {id} is damaged: {error}") from error


def _description(content: dict[str, Array]) -> Description:
    header: dict[str, Any] = json.loads(content["header"].tobytes())
    columns = header["columns"]
    return Description(
        header["title"],
        header["rows"],
        None if columns is None else tuple(columns),
        tuple(header["class_names"]),
    )
