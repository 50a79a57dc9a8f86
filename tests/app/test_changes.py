"""Merging partial specs. The paths of refused fields are tested through the API."""

from typing import Any

import pytest

from app.changes import changed, merge
from engine import RunSpec
from engine.optimizers import Adam

ADAM = {"kind": "adam", "learning_rate": 0.1}


@pytest.mark.parametrize(
    ("whole", "part", "merged"),
    [
        ({"a": 1, "b": {"c": 2, "d": 3}}, {"b": {"c": 4}}, {"a": 1, "b": {"c": 4, "d": 3}}),
        ({"a": [1, 2]}, {"a": [3]}, {"a": [3]}),
        ({"o": ADAM}, {"o": {"kind": "sgd"}}, {"o": {"kind": "sgd"}}),
        ({"o": ADAM}, {"o": {"kind": "adam", "beta1": 0}}, {"o": {**ADAM, "beta1": 0}}),
        ({"o": ADAM}, {"o": "adam"}, {"o": "adam"}),
        ({"o": ADAM}, {"o": None}, {"o": None}),
        ({"a": 1}, {"b": {"c": 1}}, {"a": 1, "b": {"c": 1}}),
    ],
)
def test_merge(whole: Any, part: Any, merged: Any) -> None:
    assert merge(whole, part) == merged


def test_a_shorthand_takes_the_defaults_of_its_kind() -> None:
    spec = RunSpec.model_validate({"optimizer": ADAM})
    assert changed(spec, {"optimizer": "adam"}).optimizer == Adam()
