"""Every setting, option and mark with its explanation, out of the texts that the page shows."""

from collections.abc import Iterator
from functools import cache
from typing import Any

from pydantic import BaseModel, ConfigDict

from app.formulas import explained_schema, mathml
from app.marks import MARKS

GROUPS = {"data": "Data", "model": "Model", "training": "Training"}
"""Titles of the groups of settings, in their order."""


class Term(BaseModel):
    """One explanation. Texts are in English; `translate` has the others."""

    model_config = ConfigDict(frozen=True)

    id: str
    """A setting's path without the numbers of layers ("layers.units"), an option's choice and kind
    ("optimizer:adam"), a mark's own ("marks.test_loss")."""
    group: str
    title: str
    description: str
    effect: str = ""
    """What turning it up does; of what is not a number, what it tells, or when to use which."""
    turns: bool = False
    """It is a number that can be turned up."""
    formula: str = ""
    """LaTeX, one equation a line"""
    mathml: str = ""
    source: str = ""
    shortcut: str = ""
    """Of a button: what to press instead, as the list of keys spells it."""
    restarts: bool | str | None = None
    """Of a setting: changing it starts the run afresh, or a sentence that says when."""


@cache
def glossary() -> tuple[Term, ...]:
    """All terms, group by group; ids are distinct."""
    terms = [*_Walk().settings(), *_marks()]
    order = {term.group: None for term in terms}
    return tuple(term for group in order for term in terms if term.group == group)


def _marks() -> Iterator[Term]:
    for group, marks in MARKS.items():
        for mark in marks:
            yield Term(
                id=mark.id,
                group=group,
                title=mark.title,
                description=mark.description,
                effect=mark.effect,
                formula=mark.formula,
                mathml=mathml(mark.formula),
                source=mark.source,
                shortcut=mark.shortcut,
            )


class _Walk:
    """Reads terms off the schema."""

    def __init__(self) -> None:
        self._defs: dict[str, Any] = explained_schema()["$defs"]

    def settings(self) -> Iterator[Term]:
        """All of a run's, group by group; what lies inside a setting follows it."""
        whole: dict[str, Any] = explained_schema()["properties"]
        for key, title in GROUPS.items():
            own = {name: one for name, one in whole.items() if one["x-control"]["group"] == key}
            yield from self._fields("", {"properties": own}, title)

    def _fields(self, path: str, node: dict[str, Any], group: str) -> Iterator[Term]:
        for name, raw in node["properties"].items():
            field = self._resolved(raw)
            if "x-control" not in field:
                continue
            term = self._field(path + name, field, group)
            yield term
            # What is set in the diagram is pointed at there: its places are no settings.
            if not field["x-control"].get("elsewhere"):
                yield from self._inside(path + name, field, term.title)

    def _inside(self, path: str, field: dict[str, Any], group: str) -> Iterator[Term]:
        for main in [field, *map(self._resolved, field.get("anyOf", ()))]:
            # A layer's own initialization offers what that of all layers does.
            if "oneOf" in main and path != "layers.init":
                yield from self._options(path, [*map(self._resolved, main["oneOf"])], group)
            for whole in (self._resolved(main.get("items", {})), main):
                if "properties" in whole:
                    yield from self._fields(f"{path}.", whole, group)

    def _options(self, path: str, options: list[dict[str, Any]], group: str) -> Iterator[Term]:
        """The options of a choice, then their settings: one term for all that share it."""
        seen: dict[str, Term] = {}
        ids = [f"{path}:{one['properties']['kind']['const']}" for one in options]
        for id, option in zip(ids, options, strict=True):
            yield _option(id, option, group)
        for id, option in zip(ids, options, strict=True):
            for term in self._fields(f"{path}.", option, group):
                known = seen.setdefault(term.id, term)
                if known is term:
                    yield term
                elif known.description != term.description:
                    yield term.model_copy(update={"id": id + term.id.removeprefix(path)})

    def _field(self, id: str, field: dict[str, Any], group: str) -> Term:
        hints = field["x-control"]
        types = [field, *field.get("anyOf", ())]
        return Term(
            id=id,
            group=group,
            title=field["title"],
            description=field["description"],
            effect=hints.get("effect", ""),
            turns=any(one.get("type") in ("number", "integer") for one in types),
            formula=field.get("x-formula", ""),
            mathml=field.get("x-mathml", ""),
            source=hints.get("source", ""),
            restarts=hints.get("restarts", False),
        )

    def _resolved(self, node: dict[str, Any]) -> dict[str, Any]:
        """Without its $ref; what stands beside it wins."""
        if "$ref" not in node:
            return node
        name = node["$ref"].rpartition("/")[2]
        return {**self._resolved(self._defs[name]), **node}


def _option(id: str, option: dict[str, Any], group: str) -> Term:
    return Term(
        id=id,
        group=group,
        title=option["title"],
        description=option["description"],
        formula=option["x-formula"],
        mathml=option["x-mathml"],
        source=option.get("x-source", ""),
    )
