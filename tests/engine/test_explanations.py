"""Every setting says what it is and what turning it up does, every option its formula and source.

Exempt from an effect: texts that are names. From a source: what is as old as mathematics, and
what is our own.
"""

from collections.abc import Iterator
from typing import Any

import pytest

from engine import RunSpec

SCHEMA = RunSpec.model_json_schema()
PLACES = {"FrozenPart", "AblatedUnit"}  # in the diagram, where they are pointed at
NAMES = {"RunSpec.name", "Custom.id"}
NO_SOURCE = {
    *("Linear", "Zeros", "Constant", "Normal", "Auto", "Unscaled", "MinMax", "NoClip"),
    *("ConstantRate", "Step", "Exponential"),
    *("Checkerboard", "Heart", "Spirals", "Hills", "Waves", "Custom"),
}


def models() -> Iterator[tuple[str, dict[str, Any]]]:
    yield "RunSpec", SCHEMA
    yield from SCHEMA["$defs"].items()


FIELDS = [
    pytest.param(f"{model}.{name}", field, id=f"{model}.{name}")
    for model, definition in models()
    for name, field in definition.get("properties", {}).items()
    if name != "kind" and model not in PLACES
]
OPTIONS = [
    pytest.param(name, definition, id=name)
    for name, definition in models()
    if "kind" in definition.get("properties", {})
]


@pytest.mark.parametrize(("path", "field"), FIELDS)
def test_a_setting_says_what_it_does(path: str, field: dict[str, Any]) -> None:
    assert field.get("title") or field["$ref"]  # of its class, where they are the same
    assert len(field["description"]) > 10
    assert field["description"].endswith((".", ")"))
    effect = field["x-control"].get("effect", "")
    assert effect.endswith(".") or path in NAMES


@pytest.mark.parametrize(("name", "option"), OPTIONS)
def test_an_option_has_a_formula_and_a_source(name: str, option: dict[str, Any]) -> None:
    assert option["x-formula"]
    assert bool(option.get("x-source")) != (name in NO_SOURCE)
