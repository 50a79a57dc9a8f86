"""What the presets say is what happens."""

import numpy as np
import pytest

from app.lane import with_seeds
from app.presets import PRESETS, Preset
from engine import RunSpec, View, advance, render, start
from engine.arrays import Array
from engine.facts import estimate_cost
from tests.app.server import Server


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
    assert len({one["id"] for one in presets}) == len(presets) == 8
    for one in presets:
        lab = server.create(*one["runs"], seeds=one["seeds"])
        assert [run["spec"] for run in lab.created["runs"]] == one["runs"]
        assert len({run["name"] for run in one["runs"]}) == len(one["runs"]) > 1
        # Nothing that a visitor has to wait for.
        assert (
            estimate_cost([RunSpec.model_validate(run) for run in one["runs"]]).seconds_per_epoch
            < 0.1
        )
        points = {run["fingerprints"]["points"] for run in lab.created["runs"]}
        assert len(points) == (2 if one["id"] == "overfitting" else 1)


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
