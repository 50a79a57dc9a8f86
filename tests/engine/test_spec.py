"""RunSpec: defaults, shorthand, refusals that name the field, and a schema that draws a page."""

from typing import Any

import pytest
from pydantic import ValidationError

from engine import LayerSpec, RunSpec


def test_the_default_is_valid_and_round_trips() -> None:
    spec = RunSpec()
    assert RunSpec.model_validate_json(spec.model_dump_json()) == spec
    assert spec.units == (2, 4, 2, 1)


def test_a_bare_string_is_the_kind_with_its_defaults() -> None:
    short = RunSpec.model_validate(
        {
            "data": "spiral",
            "optimizer": "adam",
            "loss": "squared",
            "init": "zeros",
            "layers": [{"units": 3, "activation": "relu", "init": "he_normal"}],
        }
    )
    long = RunSpec.model_validate(
        {
            "data": {"kind": "spiral"},
            "optimizer": {"kind": "adam"},
            "loss": {"kind": "squared"},
            "init": {"kind": "zeros"},
            "layers": [{"units": 3, "activation": {"kind": "relu"}, "init": {"kind": "he_normal"}}],
        }
    )
    assert short == long


NAN, INFINITY = float("nan"), float("inf")
REFUSED: list[tuple[dict[str, Any], tuple[str | int, ...]]] = [
    ({"optimizer": {"kind": "adam", "learning_rate": -1}}, ("optimizer", "adam", "learning_rate")),
    ({"optimizer": {"kind": "adam", "learning_rate": NAN}}, ("optimizer", "adam", "learning_rate")),
    (
        {"optimizer": {"kind": "sgd", "learning_rate": INFINITY}},
        ("optimizer", "sgd", "learning_rate"),
    ),
    ({"optimizer": {"kind": "sgd", "momentun": 0.9}}, ("optimizer", "sgd", "momentun")),
    ({"optimizer": "adm"}, ("optimizer",)),
    ({"regularization": {"l1": NAN}}, ("regularization", "l1")),
    ({"layers": [{"units": 4}, {"units": 0}]}, ("layers", 1, "units")),
    ({"layers": [{"units": 4}] * 17}, ("layers",)),
    ({"layers": [{"activation": "relo"}]}, ("layers", 0, "activation")),
    ({"features": []}, ("features",)),
    ({"features": ["x1", "x1"]}, ("features",)),
    ({"features": ["x3"]}, ("features", 0)),
    ({"data": {"kind": "circle", "samples": 10**9}}, ("data", "circle", "samples")),
    ({"data": {"kind": "circle", "noise": -0.1}}, ("data", "circle", "noise")),
    ({"data": "plane", "loss": "cross_entropy"}, ("loss",)),
    ({"data": "hills", "loss": "hinge"}, ("loss",)),
    ({"data": "iris", "features": ["petal width", "alcohol"]}, ("features",)),
    ({"features": ["petal width"]}, ("features",)),
    ({"layers": [{"units": 3, "residual": True}]}, ("layers",)),
    ({"layers": [{"units": 3}, {"units": 4, "residual": True}]}, ("layers",)),
    ({"loss": "hinge", "regularization": {"label_smoothing": 0.1}}, ("regularization",)),
    ({"data": "plane", "regularization": {"label_smoothing": 0.1}}, ("regularization",)),
    ({"data": {"kind": "blobs", "classes": 9}}, ("data", "blobs", "classes")),
    (
        {"init": {"kind": "he_normal", "gain": "big"}},
        ("init", "he_normal", "gain", "constrained-float"),
    ),
    ({"layers": [{"dropout": 1.0}]}, ("layers", 0, "dropout")),
    ({"batch_size": 0}, ("batch_size", "constrained-int")),
    ({"seed": -1}, ("seed",)),
    ({"precision": "float16"}, ("precision",)),
    ({"learning_rate": 0.1}, ("learning_rate",)),
    ({"frozen": [{"layer": 0}]}, ("frozen", 0, "layer")),
    ({"frozen": [{"layer": 4}]}, ("frozen",)),
    ({"frozen": [{"layer": 3, "unit": 1}]}, ("frozen",)),
    ({"frozen": [{"layer": 1, "unit": 3, "input": 2}]}, ("frozen",)),
    ({"frozen": [{"layer": 1, "unit": 3, "input": -2}]}, ("frozen", 0, "input")),
    ({"frozen": [{"layer": 1, "input": 0}]}, ("frozen", 0, "input")),
    ({"ablated": [{"layer": 3, "unit": 0}]}, ("ablated",)),
    ({"ablated": [{"layer": 2, "unit": 2}]}, ("ablated",)),
    ({"ablated": [{"layer": 2}]}, ("ablated", 0, "unit")),
    ({"layers": [], "ablated": [{"layer": 1, "unit": 0}]}, ("ablated",)),
]


@pytest.mark.parametrize(("bad", "path"), REFUSED, ids=str)
def test_a_bad_value_is_refused_by_its_path(
    bad: dict[str, Any], path: tuple[str | int, ...]
) -> None:
    with pytest.raises(ValidationError) as caught:
        RunSpec.model_validate(bad)
    assert caught.value.errors()[0]["loc"] == path


def test_every_field_has_title_help_default_and_place() -> None:
    schema = RunSpec.model_json_schema()
    for name, field in schema["properties"].items():
        named = schema["$defs"][field["$ref"].rsplit("/", 1)[1]] if "$ref" in field else {}
        assert (named | field)["title"], name  # pydantic leaves out a title equal to the class's
        assert field["description"].endswith("."), name
        assert "default" in field, name
        assert field["x-control"]["group"] in ("data", "training", "model"), name
    for name, field in LayerSpec.model_json_schema()["properties"].items():
        assert field["title"], name
        assert field["description"], name
