"""What the presets say is what happens."""

import json
from pathlib import Path

import numpy as np
import pytest

from app.lane import with_seeds
from app.presets import PRESETS, Preset
from engine import RunSpec, View, advance, render, start
from engine.arrays import Array
from engine.diagnostics import LayerStatistics
from engine.facts import estimate_cost
from tests.app.server import Server

ROOT = Path(__file__).parents[2]


def preset(id: str) -> Preset:
    return next(preset for preset in PRESETS if preset.id == id)


def trained(id: str, epochs: int) -> dict[str, dict[str, Array]]:
    """Of each run, by name: each metric (seeds, epochs)."""
    found = preset(id)
    members = [
        member
        for run, count in zip(found.runs, found.seeds, strict=True)
        for member in with_seeds(run, count)
    ]
    _, frames = advance(start(members), epochs)
    names = np.array([member.name for member in members])
    return {
        run.name: {
            metric: rows[names == run.name]
            for metric, rows in frames.history.items()
            if metric != "epoch"
        }
        for run in found.runs
    }


def test_presets_open_and_differ_only_where_they_say(server: Server) -> None:
    presets = server.http.get("/api/presets").json()
    assert len({one["id"] for one in presets}) == len({one["title"] for one in presets}) == 20
    assert sum(one["group"] == "start" for one in presets) == 12
    for one in presets:
        lab = server.create(*one["runs"], seeds=one["seeds"])
        assert [run["spec"] for run in lab.created["runs"]] == one["runs"]
        assert len({run["name"] for run in one["runs"]}) == len(one["runs"])
        assert (len(one["runs"]) == 1) == (one["group"] == "start")
        # Nothing that a visitor has to wait for.
        assert (
            estimate_cost([RunSpec.model_validate(run) for run in one["runs"]]).seconds_per_epoch
            < 0.1
        )
        points = {run["fingerprints"]["points"] for run in lab.created["runs"]}
        assert len(points) == (2 if one["id"] == "overfitting" else 1)


def alone(id: str, epochs: int) -> tuple[dict[str, Array], LayerStatistics]:
    """Of a preset with one run: each metric (epochs,), and the statistics afterwards."""
    checkpoint, frames = advance(start(preset(id).runs), epochs)
    (picture,) = render(checkpoint, View(cells=2))
    return {name: rows[0] for name, rows in frames.history.items() if name != "epoch"}, (
        picture.statistics
    )


@pytest.mark.parametrize(
    ("id", "least"),
    [("circle", 0.95), ("xor-hidden", 0.95), ("features", 0.99), ("spiral", 0.9), ("classes", 0.9)],
)
def test_these_learn(id: str, least: float) -> None:
    assert alone(id, 300)[0]["test_accuracy"][-1] > least


def test_no_line_parts_xor() -> None:
    accuracy = alone("xor-linear", 300)[0]["train_accuracy"]
    assert accuracy.max() < 0.75
    assert 0.4 < accuracy[-1] < 0.6


def test_the_waves_are_found() -> None:
    assert alone("regression", 300)[0]["test_r2"][-1] > 0.8


def with_rate(run: RunSpec, rate: float) -> RunSpec:
    return RunSpec.model_validate(
        run.model_dump() | {"optimizer": {"kind": "sgd", "learning_rate": rate}}
    )


def test_a_high_rate_overshoots_more_and_more() -> None:
    runs = preset("rate-too-high").runs
    checkpoint, frames = advance(start(runs), 20)
    loss = frames.history["train_loss"][0]
    assert checkpoint.runs[0].status == "diverged"
    assert len(loss) > 4  # it can be watched
    assert (np.diff(loss) > 0).all()
    cured = [with_rate(run, 0.0006) for run in runs]
    assert advance(start(cured), 100)[1].history["train_loss"][0, -1] < 0.01


def test_the_gradient_vanishes() -> None:
    history, statistics = alone("vanishing-sigmoid", 200)
    assert history["train_loss"][-1] > 0.69
    assert statistics.gradient_norm[0] < 0.01 * statistics.gradient_norm[-1]


def test_relus_die() -> None:
    history, statistics = alone("dead-relu", 100)
    assert statistics.dead[:-1].max() == 1
    assert history["test_accuracy"][-1] < 0.6


def test_overfitting_and_its_cure() -> None:
    sick, cured = alone("learned-by-heart", 300)[0], alone("cured", 300)[0]
    assert sick["train_loss"][-1] < 0.1
    assert sick["test_loss"][-1] > 2 * sick["test_loss"].min()
    assert cured["test_loss"][-1] < 1.1 * cured["test_loss"].min()
    assert cured["test_accuracy"][-1] > sick["test_accuracy"][-1]


def test_somebody_wins_the_optimizer_race() -> None:
    best = {
        name: float(rows["test_loss"].min())
        for name, rows in trained("optimizer-race", 300).items()
    }
    assert min(best.values()) < 0.3 < max(best.values())


def test_standardized_inputs_make_the_valley_round() -> None:
    rows = {
        name: found["train_loss"][0, -1] for name, found in trained("ill-conditioned", 200).items()
    }
    assert rows["SGD, standardized"] < 0.1 * rows["SGD"]
    assert rows["Momentum"] < rows["SGD"]


def test_the_sigmoid_passes_less_than_a_thousandth_of_the_gradient() -> None:
    found = preset("activations")
    pictures = render(start(found.runs), View(cells=2))
    passed = {
        run.name: picture.statistics.gradient_norm[0] / picture.statistics.gradient_norm[-1]
        for run, picture in zip(found.runs, pictures, strict=True)
    }
    assert passed.pop("Sigmoid") < 1e-3
    assert min(passed.values()) > 1e-2


def test_zeros_and_tiny_weights_learn_nothing() -> None:
    rows = {
        name: found["train_loss"][0, -1] for name, found in trained("initializations", 200).items()
    }
    assert min(rows["Zeros"], rows["Small random"]) > 0.69
    assert max(rows["Xavier"], rows["He"]) < 0.3


def test_small_batches_win_by_epochs() -> None:
    rows = {name: found["train_loss"][0, 50] for name, found in trained("batch-size", 51).items()}
    assert rows["1"] < rows["16"] < rows["Full"]


def test_the_cures_cure() -> None:
    rows = trained("overfitting", 300)
    final = {name: float(np.median(found["test_loss"][:, -1])) for name, found in rows.items()}
    lowest = np.median(rows["No cure"]["test_loss"].min(axis=1))
    assert final["No cure"] > 2 * lowest
    assert final["Ten times the data"] < final["L2"] < final["Dropout"] < final["No cure"]


@pytest.mark.parametrize(("name", "broken"), [("Plain, 1", True), ("Normalized, 1", False)])
def test_batch_normalization_bears_high_rates(name: str, broken: bool) -> None:
    finals = trained("batch-norm", 200)[name]["test_loss"][:, -1]
    assert (np.median(finals) > 0.5) == broken


def test_a_rate_that_falls_ends_lower() -> None:
    rows = {
        name: np.median(found["train_loss"][:, -1])
        for name, found in trained("schedules", 300).items()
    }
    assert rows["One cycle"] < rows["Constant"]
    assert rows["Inverse time"] < rows["Constant"]


def test_every_preset_has_its_picture() -> None:
    pictures = json.loads((ROOT / "static/presets.json").read_text())
    assert pictures.keys() == {one.id for one in PRESETS}, "python -m tests.make_preset_pictures"
    for one in PRESETS:
        assert len(pictures[one.id]["maps"]) == min(4, len(one.runs))
        assert ("points" in pictures[one.id]) == (one.group == "start")
