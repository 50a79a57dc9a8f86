"""The settings of a run as its schema describes them, read apart from the page's own reading."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

Node = dict[str, Any]


@dataclass(frozen=True)
class Setting:
    """One setting that a person can change."""

    path: str
    title: str
    node: Node
    advanced: bool
    kind: str = ""
    """The kind of the choice around it, where only that has it."""

    @property
    def kinds(self) -> dict[str, str]:
        """Titles of the kinds of a choice, by kind."""
        return {kind["properties"]["kind"]["const"]: kind["title"] for kind in self.node["kinds"]}

    @property
    def nullable(self) -> bool:
        return any(one.get("type") == "null" for one in self.node.get("anyOf", []))

    @property
    def items(self) -> list[str]:
        """What a set is taken from."""
        items: list[str] = self.node["items"]["anyOf"][0]["enum"]
        return items

    @property
    def is_choice(self) -> bool:
        return "kinds" in self.node

    @property
    def is_number(self) -> bool:
        return self.node.get("type") in ("number", "integer")

    def another(self, value: float) -> float:
        """Another value that is allowed."""
        node: dict[str, float] = self.node
        low = node.get("minimum", node.get("exclusiveMinimum", 0))
        high = node.get("maximum", node.get("exclusiveMaximum", 0))
        if self.node["type"] == "integer":
            return int(value + 1 if value < high else value - 1)
        values = [round(low + share * (high - low), 4) for share in (0.001, 0.4)]
        return next(other for other in values if low < other != value)


def settings(schema: Node) -> Iterator[Setting]:
    """Every setting, below choices those of every kind."""
    yield from _properties(schema, schema["$defs"], "", False, "")


def _properties(node: Node, defs: Node, path: str, advanced: bool, kind: str) -> Iterator[Setting]:
    for key, raw in node["properties"].items():
        if "const" in raw:
            continue
        whole = _resolved(raw, defs)
        if whole.get("x-control", {}).get("elsewhere"):
            continue  # set in the diagram
        here = f"{path}{key}"
        rare = advanced or whole.get("x-control", {}).get("advanced", False)
        if whole.get("type") == "object" and "kinds" not in whole:
            yield from _properties(whole, defs, f"{here}.", rare, kind)
            continue
        yield Setting(here, whole["title"], whole, rare, kind)
        for variant in whole.get("kinds", []):
            own = variant["properties"]["kind"]["const"]
            yield from _properties(variant, defs, f"{here}.", rare, own)
        if "items" in whole and "$ref" in whole["items"]:
            item = _resolved(whole["items"], defs)
            yield from _properties(item, defs, f"{here}.0.", rare, kind)


def _resolved(raw: Node, defs: Node) -> Node:
    """A property with what it refers to, alternatives to null and words left aside."""
    inner = [raw] + [one for one in raw.get("anyOf", []) if one.get("type") != "null"]
    node: Node = {}
    for part in reversed([part for part in inner if "const" not in part]):
        if "$ref" in part:
            node |= defs[part["$ref"].rpartition("/")[2]]
        node |= part
    variants = [defs[one["$ref"].rpartition("/")[2]] for one in node.get("oneOf", [])]
    if not variants and "kind" in node.get("properties", {}):
        variants = [{key: node[key] for key in ("title", "properties")}]
    return node | {"kinds": variants} if variants else node
