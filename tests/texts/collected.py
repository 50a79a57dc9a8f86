"""All texts that the page and the API can show."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic_core import PydanticKnownError

from app.glossary import glossary
from app.presets import PRESETS
from app.translation import OR
from engine import RunSpec
from engine.datasets import TABLES, load_table
from tests.texts import Text, javascript, python

ROOT = Path(__file__).parents[2]
OPERATORS = {"archive", "assets", "executors", "logs", "main", "metrics", "settings", "store"}
"""Modules of the server that say nothing to those who look at the page."""
LISTED = {"glossary", "marks", "presets"}
"""Modules whose texts are taken from what they list."""
ENGINE_ALONE = {"checkpoint_file", "gradient_check"}
PYDANTIC: dict[Any, dict[str, Any]] = {
    "greater_than": {"gt": 0},
    "greater_than_equal": {"ge": 0},
    "less_than": {"lt": 0},
    "less_than_equal": {"le": 0},
    "finite_number": {},
    "int_type": {},
    "int_parsing": {},
    "int_parsing_size": {},
    "int_from_float": {},
    "float_type": {},
    "float_parsing": {},
    "bool_type": {},
    "bool_parsing": {},
    "string_type": {},
    "string_too_long": {"max_length": 1},
    "string_too_short": {"min_length": 1},
    "string_pattern_mismatch": {"pattern": "a"},
    "list_type": {},
    "tuple_type": {},
    "dict_type": {},
    "model_attributes_type": {},
    "model_type": {"class_name": "Option"},
    "too_short": {"field_type": "List", "min_length": 1, "actual_length": 0},
    "too_long": {"field_type": "List", "max_length": 1, "actual_length": 2},
    "literal_error": {"expected": "a"},
    "none_required": {},
}
"""What pydantic can complain about in our messages, with contexts that it takes."""


def collected() -> list[Text]:
    """Each once, in the order of the places where they are said."""
    found: dict[str, Text] = {}
    parts = (_of_page, _of_schema, _of_glossary, _of_presets, _of_tables, _of_server)
    for text in (one for part in parts for one in part()):
        known = found.setdefault(text.english, text)
        if text.plural and not known.plural:
            found[text.english] = text
        # The server knows its own sentences by where they are from.
        elif text.path.endswith(".py") and not known.path.endswith(".py"):
            found[text.english] = Text(text.english, text.path, known.plural)
    return list(found.values())


def modules() -> list[Path]:
    """The page's own."""
    return sorted((ROOT / "static/js").rglob("*.js"))


def _of_page() -> Iterator[Text]:
    for file in modules():
        path = file.relative_to(ROOT).as_posix()
        for english, plural in javascript.keys(file.read_text("utf-8")):
            yield Text(english, path, plural)
    for file in sorted((ROOT / "templates").iterdir()):
        for english in re.findall(r'\bt\("([^"]+)"', file.read_text("utf-8")):
            yield Text(english, file.relative_to(ROOT).as_posix())


def _of_schema() -> Iterator[Text]:
    """What static/js/schema.js reads out of it."""
    schema = RunSpec.model_json_schema()
    definitions = schema.get("$defs", {})
    seen: dict[int, dict[str, Any]] = {}  # kept, so that no other has its id

    def resolved(node: dict[str, Any]) -> dict[str, Any]:
        reference = node.get("$ref", "").rpartition("/")[2]
        return {**resolved(definitions[reference]), **node} if reference else node

    def properties(node: dict[str, Any]) -> Iterator[str]:
        for name, raw in node.get("properties", {}).items():
            below = resolved(raw)
            if "const" not in below:
                yield below.get("title", name)
                yield from words(below)

    def words(node: dict[str, Any]) -> Iterator[str]:
        """All but the title, with what is inside."""
        if id(node) in seen:
            return
        seen[id(node)] = node
        hints = node.get("x-control", {})
        yield node.get("description", "")
        yield hints.get("effect", "")
        if isinstance(restarts := hints.get("restarts"), str):
            yield restarts
        yield from hints.get("titles", {}).values()
        for variant in map(resolved, node.get("oneOf", [])):
            yield variant.get("title", "")
            yield from words(variant)
        for inner in map(resolved, [*node.get("anyOf", []), *filter(None, [node.get("items")])]):
            if inner.get("type") != "string" or "enum" in inner:
                yield from words(inner)
        yield from properties(node)

    for english in properties(schema):
        if english:
            yield Text(english, "schema")


def _of_glossary() -> Iterator[Text]:
    for term in glossary():
        for english in (term.group, term.title, term.description, term.effect, term.restarts):
            if isinstance(english, str) and english:
                yield Text(english, "glossary")


def _of_presets() -> Iterator[Text]:
    for preset in PRESETS:
        names = [run.name for run in preset.runs if re.search("[A-Za-z]", run.name)]
        for english in (preset.title, preset.description, *names):
            yield Text(english, "presets")


def _of_tables() -> Iterator[Text]:
    """Classes that go by names rather than numbers."""
    for table in TABLES:
        for english in load_table(table.name).classes:
            if english.isalpha():
                yield Text(english, "tables")


def _of_server() -> Iterator[Text]:
    for folder, left_out in (("engine", ENGINE_ALONE), ("app", OPERATORS | LISTED)):
        for file in sorted((ROOT / folder).rglob("*.py")):
            if "cli" in file.parts or file.stem in left_out:
                continue
            path = file.relative_to(ROOT).as_posix()
            for english in python.sentences(file.read_text("utf-8")):
                yield Text(english, path)
    yield Text("Is missing", "app/changes.py")
    yield Text(OR, "app/changes.py")
    for kind, context in PYDANTIC.items():
        english = PydanticKnownError(kind, context).message_template
        yield Text(english.replace("Input should", "Should"), "app/changes.py")
