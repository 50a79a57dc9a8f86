"""The members of a family, read from its union: tests over a family need no list of their own."""

from types import UnionType
from typing import Any, Union, get_args, get_origin

from engine.option import Option


def members(union: Any) -> list[type[Option]]:
    """The classes of an annotated union of options."""
    inner = get_args(union)[0]
    return list(get_args(inner)) if get_origin(inner) in (Union, UnionType) else [inner]


def kinds(union: Any) -> set[str]:
    return {member.model_fields["kind"].default for member in members(union)}
