"""Tables from CSV files: numbers in all columns but one, which is what is to be learned."""

import csv
import io
import re
from dataclasses import dataclass
from typing import Literal

from engine.custom_data import EDGE, MAX_CLASSES
from engine.features import FEATURES

TARGETS = ("class", "label", "target", "y")
"""Names of the column to be learned, the first that is there; without any it is the last."""
CLASSES = ("class", "label")
"""What is called so is never a value."""
DELIMITERS = ",;\t"
PLANE = ["x1", "x2"]

TaskKind = Literal["classification", "regression"]


class CsvError(ValueError):
    """What is wrong with a file, with row and column; rows are counted as in the file, from 1."""


@dataclass(frozen=True)
class CsvTable:
    """What `store_data` takes."""

    x: list[list[float]]
    y: list[float]
    class_names: list[str] | None
    """None for values."""
    columns: list[str] | None
    """None where x1 and x2 are points of the plane."""


def read_csv(content: bytes, task: TaskKind | None = None) -> CsvTable:
    """Read a table. Raises CsvError.

    task: without it, texts are classes, and so are whole numbers of at most ten kinds that each
    come twice at least on average, and whatever is called class or label.
    """
    text = _decode(content)
    delimiter = _delimiter(text)
    rows = _rows(text, delimiter)
    if not rows:
        raise CsvError("The file is empty")
    header: list[str] | None = None
    if not any(_is_number(cell, delimiter) for cell in rows[0][1]):
        (_, header), *rows = rows
    if len(rows) < 2:
        raise CsvError("At least two rows of numbers are needed")
    width = len(header or rows[0][1])
    if width < 2:
        raise CsvError(
            "At least two columns are needed, apart by commas, semicolons or tabs: "
            "numbers, and what is to be learned"
        )
    names = [name or f"column {k}" for k, name in enumerate(header or [""] * width, 1)]
    lower = [name.casefold() for name in names]
    target = next((lower.index(name) for name in TARGETS if name in lower), width - 1)
    x: list[list[float]] = []
    cells: list[str] = []
    for number, row in rows:
        if len(row) != width:
            raise CsvError(f"Row {number} has {len(row)} cells, where the first has {width}")
        if not row[target]:
            raise CsvError(f"Row {number}, column {names[target]!r} is empty")
        cells.append(row[target])
        x.append(
            [
                _number(cell, delimiter, number, names[k])
                for k, cell in enumerate(row)
                if k != target
            ]
        )
    if task is None:
        task = _task(cells, delimiter, lower[target])
    columns = _columns(names[:target] + names[target + 1 :], x)
    if task == "classification":
        return CsvTable(x, *_classes(cells, delimiter, names[target]), columns)
    values = [
        _number(cell, delimiter, number, names[target])
        for cell, (number, _) in zip(cells, rows, strict=True)
    ]
    return CsvTable(x, values, None, columns)


def _decode(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise CsvError("This is no text file in UTF-8") from None


def _delimiter(text: str) -> str:
    first = next((line for line in text.splitlines() if line.strip()), "")
    return max(DELIMITERS, key=first.count)


def _rows(text: str, delimiter: str) -> list[tuple[int, list[str]]]:
    """(number, cells) of each row that is not empty."""
    reader = csv.reader(io.StringIO(text), delimiter=delimiter, skipinitialspace=True)
    try:
        stripped = ((reader.line_num, [cell.strip() for cell in row]) for row in reader)
        return [(number, row) for number, row in stripped if any(row)]
    except csv.Error as error:
        raise CsvError(f"Row {reader.line_num}: {error}") from None


def _parsed(cell: str, delimiter: str) -> float:
    """Raises ValueError. Where the delimiter is no comma, a comma may stand for the point."""
    if "_" in cell:
        raise ValueError  # Python's own
    return float(cell if delimiter == "," else cell.replace(",", "."))


def _is_number(cell: str, delimiter: str) -> bool:
    try:
        _parsed(cell, delimiter)
    except ValueError:
        return False
    return True


def _number(cell: str, delimiter: str, row: int, column: str) -> float:
    try:
        value = _parsed(cell, delimiter)
    except ValueError:
        if not cell:
            raise CsvError(f"Row {row}, column {column!r} is empty") from None
        raise CsvError(f"Row {row}, column {column!r}: {cell[:40]!r} is no number") from None
    if value - value != 0:
        raise CsvError(f"Row {row}, column {column!r}: {cell!r} is no finite number")
    return value


def _task(cells: list[str], delimiter: str, name: str) -> TaskKind:
    kinds = set(cells)
    if name in CLASSES or not all(_is_number(kind, delimiter) for kind in kinds):
        return "classification"
    whole = all(re.fullmatch(r"[-+]?\d+(\.0*)?", kind) for kind in kinds)
    few = len(kinds) <= min(MAX_CLASSES, len(cells) // 2)
    return "classification" if whole and few else "regression"


def _classes(cells: list[str], delimiter: str, column: str) -> tuple[list[float], list[str]]:
    """Index of each row's class, and the names of the classes: in order, numbers by size."""
    kinds = set(cells)
    if all(_is_number(kind, delimiter) for kind in kinds):
        value = {kind: _parsed(kind, delimiter) for kind in kinds}
        place = {number: k for k, number in enumerate(sorted(set(value.values())))}
        index, names = {kind: place[value[kind]] for kind in kinds}, [f"{n:g}" for n in place]
    else:
        names = sorted(kinds)
        index = {kind: k for k, kind in enumerate(names)}
    if len(names) > MAX_CLASSES:
        raise CsvError(
            f"Column {column!r} has {len(names)} different classes; "
            f"at most {MAX_CLASSES} can be told apart"
        )
    return [float(index[cell]) for cell in cells], names


def _columns(names: list[str], x: list[list[float]]) -> list[str] | None:
    if names == PLANE and all(abs(value) <= EDGE for row in x for value in row):
        return None
    # Functions of the plane have such names.
    return [f"column {name}" if name in FEATURES else name for name in names]
