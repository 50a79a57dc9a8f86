"""The members of a family, read from its union: tests over a family need no list of their own."""

from functools import cache
from types import UnionType
from typing import Any, Union, get_args, get_origin

import numpy as np

from engine import store_data
from engine.datasets import Custom
from engine.option import Option


def members(union: Any) -> list[type[Option]]:
    """The classes of an annotated union of options."""
    inner = get_args(union)[0]
    return list(get_args(inner)) if get_origin(inner) in (Union, UnionType) else [inner]


def kinds(union: Any) -> set[str]:
    return {member.model_fields["kind"].default for member in members(union)}


def example(member: type[Option]) -> Option:
    """The member with its defaults; data of the user's own are some that are stored for this."""
    return Custom(id=stored()) if member is Custom else member()


@cache
def stored() -> str:
    """Id of 90 points of the plane, of three classes."""
    rng = np.random.default_rng(0)
    points = rng.uniform(-5, 5, (90, 2))
    return store_data(points, np.digitize(points[:, 0], [-1.5, 1.5]), title="Stripes")


@cache
def stored_table() -> str:
    """Id of a table of 40 rows of three numbers, with a value each."""
    rng = np.random.default_rng(1)
    rows = rng.normal(0, [1, 10, 0.1], (40, 3))
    return store_data(rows, rows @ [0.5, 0.05, 0], columns=["height", "width", "weight"])
