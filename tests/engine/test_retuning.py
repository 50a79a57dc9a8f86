"""New settings for a run that has begun: what goes on, and what starts anew."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from engine import Checkpoint, RunSpec, advance, retune, start
from engine.retuning import restarting_settings

BASE = RunSpec.model_validate({"data": {"kind": "xor", "samples": 50}, "layers": [{"units": 3}]})


def changed(**changes: Any) -> RunSpec:
    return RunSpec.model_validate(BASE.model_dump() | changes)


@pytest.fixture
def trained() -> Checkpoint:
    return advance(start([BASE, BASE]), 4)[0]


@pytest.mark.parametrize(
    "changes",
    [
        {"optimizer": {"kind": "adam", "learning_rate": 0.2}},
        {"regularization": {"l2": 0.1}},
        {"batch_size": 5},
        {"data": {"kind": "spiral", "samples": 80, "noise": 0.4}},
        {"loss": "squared"},
        {"layers": [{"units": 3, "activation": "relu"}]},
        {"name": "faster"},
        {"regularization": {"dropout": 0.3, "max_norm": 1.0}},
        {"schedule": {"kind": "cosine", "epochs": 40}},
        {"gradient_clip": "norm"},
        {"scaling": "standardize"},
        {"early_stopping": {"patience": 5}},
    ],
    ids=str,
)
def test_goes_on_from_the_same_weights(trained: Checkpoint, changes: dict[str, Any]) -> None:
    tuned, restarted = retune(trained, 1, changed(**changes))
    assert restarted == ()
    assert tuned.epoch == 4
    assert tuned.runs[0] is trained.runs[0]
    old, new = trained.runs[1], tuned.runs[1]
    assert new.spec == changed(**changes)
    np.testing.assert_array_equal(new.theta, old.theta)
    np.testing.assert_array_equal(new.optimizer_state, old.optimizer_state)
    assert (new.updates, new.optimizer_updates) == (old.updates, old.optimizer_updates)
    assert advance(tuned, 2)[0].epoch == 6


def test_another_optimizer_starts_with_fresh_state_on_the_same_weights(trained: Checkpoint) -> None:
    tuned, restarted = retune(trained, 0, changed(optimizer="momentum"))
    assert restarted == ()
    new = tuned.runs[0]
    np.testing.assert_array_equal(new.theta, trained.runs[0].theta)
    assert new.optimizer_state.shape == (1, len(new.theta))
    assert not new.optimizer_state.any()
    assert (new.updates, new.optimizer_updates) == (12, 0)


def test_precision_is_cast(trained: Checkpoint) -> None:
    tuned, restarted = retune(trained, 0, changed(precision="float64"))
    assert restarted == ()
    assert tuned.runs[0].theta.dtype == np.float64
    np.testing.assert_array_equal(tuned.runs[0].theta, trained.runs[0].theta)


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"seed": 7}, "seed"),
        ({"features": ["x1", "x1*x2"]}, "features"),
        ({"layers": [{"units": 4}]}, "layers"),
        ({"layers": []}, "layers"),
        ({"layers": [{"units": 3, "batch_norm": True}]}, "layers"),
        ({"layers": [{"units": 3, "activation": "maxout"}]}, "layers"),
        ({"data": "iris"}, "data.kind"),
        ({"init": "he_normal"}, "init"),
        ({"layers": [{"units": 3, "init": "zeros"}]}, "init"),
    ],
    ids=str,
)
def test_starts_anew_and_says_why(trained: Checkpoint, changes: dict[str, Any], path: str) -> None:
    tuned, restarted = retune(trained, 0, changed(**changes))
    assert path in restarted
    fresh = start([changed(**changes)]).runs[0]
    assert tuned.runs[0].theta.tobytes() == fresh.theta.tobytes()
    assert tuned.runs[0].updates == 0


def test_before_the_first_update_every_change_is_just_another_start() -> None:
    tuned, restarted = retune(start([BASE]), 0, changed(seed=7, layers=[{"units": 9}]))
    assert restarted == ()
    fresh = start([changed(seed=7, layers=[{"units": 9}])])
    assert tuned.runs[0].theta.tobytes() == fresh.runs[0].theta.tobytes()


def test_a_diverged_run_can_go_on() -> None:
    wild = changed(
        data="plane",
        loss="auto",
        optimizer={"kind": "sgd", "learning_rate": 90.0},
        layers=[{"units": 3, "activation": "relu"}],
        init="he_normal",
    )
    end, _ = advance(start([wild]), 50)
    assert end.status == "diverged"
    calm = wild.model_copy(update={"optimizer": BASE.optimizer})
    tuned, _ = retune(end, 0, calm)
    assert tuned.status == "training"
    assert advance(tuned, 3)[0].epoch == end.epoch + 3


WHOLE: dict[str, Any] = {
    "data": {"kind": "blobs", "samples": 50},
    "layers": [{"units": 2}, {"units": 2, "init": "zeros"}],
}


def settings(schema: Any, defs: Any, path: str = "") -> Iterator[tuple[str, Any, str]]:
    """Path, schema and kind of the choice around it, of every setting; of layers those of one."""
    for key, raw in schema["properties"].items():
        node = raw | defs.get(raw.get("$ref", "").rpartition("/")[2], {}) | raw
        if "const" in node:
            continue
        if "properties" in node and "oneOf" not in node and "kind" not in node["properties"]:
            yield from settings(node, defs, f"{path}{key}.")
            continue
        yield path + key, node, schema["properties"].get("kind", {}).get("const", "")
        choices = [node, *node.get("anyOf", [])]
        for one in [one for choice in choices for one in choice.get("oneOf", [])]:
            yield from settings(defs[one["$ref"].rpartition("/")[2]], defs, f"{path}{key}.")
        if key == "layers":
            yield from settings(defs["LayerSpec"], defs, "layers.1.")


def other_values(node: Any, now: Any) -> list[Any]:
    """Of a setting, others than its present one."""
    choices = [node, *node.get("anyOf", [])]
    kinds = [kind for one in choices for kind in one.get("discriminator", {}).get("mapping", {})]
    if kinds:
        return [kind for kind in kinds if kind not in ("custom", (now or {}).get("kind"))]
    values = next((one["enum"] for one in choices if "enum" in one), [False, True])
    for one in choices:
        if one.get("type") in ("number", "integer"):
            low = one.get("minimum", one.get("exclusiveMinimum", 0))
            values = [low + 1, low + 2] if one["type"] == "integer" else [low + 0.2, low + 0.3]
            values = [min(value, one.get("maximum", value)) for value in values]
    if node.get("type") == "string" and "enum" not in node:
        values = ["one", "another"]
    return [value for value in values if value != now]


def within(whole: Any, path: list[str]) -> Any:
    for key in path:
        whole = whole[int(key) if isinstance(whole, list) else key]
    return whole


OTHERS: dict[str, Any] = {
    "features": ["x1"],
    "layers": [{"units": 3}, {"units": 3}],
    "frozen": [{"layer": 1}],
    "ablated": [{"layer": 1, "unit": 0}],
}
"""Other values of what is a list."""
SCHEMA = RunSpec.model_json_schema()
SETTINGS = [
    setting
    for setting in settings(SCHEMA, SCHEMA["$defs"])
    if setting[2] != "custom" and not setting[0].startswith("data.id")
]


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: f"{setting[0]} {setting[2]}")
def test_every_setting_says_whether_it_restarts(setting: tuple[str, Any, str]) -> None:
    path, node, kind = setting
    *above, key = path.split(".")
    whole = RunSpec.model_validate(WHOLE).model_dump(mode="json")
    if kind:
        within(whole, above[:-1])[above[-1]] = {"kind": kind}
    base = RunSpec.model_validate(whole)
    whole = base.model_dump(mode="json")
    part = within(whole, above)
    values = [OTHERS[path]] if path in OTHERS else other_values(node, part[key])
    outcomes = set()
    for part[key] in values:
        outcomes.add(restarting_settings(base, RunSpec.model_validate(whole)) != ())
    says = node["x-control"].get("restarts", False)
    assert outcomes == ({False, True} if isinstance(says, str) else {says})
