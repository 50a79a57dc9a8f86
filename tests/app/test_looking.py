"""What viewers look at besides the usual: a part of the plane, answers, what a layer sees."""

import json
from contextlib import ExitStack
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from app.clients import Client
from app.experiment import Experiment
from app.framing import LEVELS, shot
from app.opening import begin, first_look
from app.settings import Settings
from app.viewing import MOST_CLOSER, MOST_WARPS, Drawing, Looking, Viewer, Wanted
from app.worker import draw, open_runs
from engine import RunSpec, View, advance, render, start
from tests.app.server import Frame, Server, Watcher

SPEC = {"data": {"kind": "xor", "samples": 100}, "layers": [{"units": 3}]}
DOMAIN = (-1.0, 2.0, 0.5, 3.5)


def look(watcher: Watcher, **asked: Any) -> None:
    watcher.send(json.dumps({"type": "view", **asked}))


def until(watcher: Watcher, found: Any) -> Frame:
    return watcher.until(lambda watcher: watcher.frames and found(watcher.frames[-1])).frames[-1]


def test_a_viewer_gets_what_it_looks_at(server: Server) -> None:
    lab = server.create(SPEC, {**SPEC, "seed": 1})
    lab.post("step", epochs=3)
    spec = RunSpec.model_validate({**SPEC, "seed": 1})
    state, _ = advance(start([spec]), 3)
    view = View(closer=((0, DOMAIN),), answers=(0,), warps=((0, 1, (2, 0)),))
    (picture,) = render(state, view)
    with lab.watch() as watcher:
        look(watcher, run=1, domain=DOMAIN, points=True, warp={"layer": 1, "units": [2, 0]})
        frame = until(
            watcher,
            lambda frame: ("closer", 1) in frame.arrays and frame.header["coarseness"] == 0,
        )
        assert frame.header["closer"] == list(DOMAIN)
        np.testing.assert_array_equal(frame.arrays["closer", 1], picture.closer[DOMAIN])
        assert picture.answers is not None
        for name in ("values", "chosen", "losses"):
            expected = getattr(picture.answers, name)
            np.testing.assert_array_equal(frame.arrays[f"answer_{name}", 1], expected)
        warp = picture.warps[1, (2, 0)]
        assert frame.header["warp"]["units"] == [2, 0]
        np.testing.assert_array_equal(frame.arrays["warp_grid", 1], warp.grid)
        np.testing.assert_array_equal(frame.arrays["warp_points", 1], warp.points)
        assert all(run != 0 for name, run in frame.arrays if name in ("closer", "warp_grid"))
        look(watcher, run=1)
        usual = until(watcher, lambda frame: frame.header["closer"] is None and frame.arrays)
        assert not {"closer", "answer_values", "warp_grid"} & {name for name, _ in usual.arrays}


def test_each_viewer_sees_its_own_part_of_the_plane(server: Server) -> None:
    lab = server.create(SPEC)
    domains = [[-1.0 - k, 1.0, -1.0, 1.0 + k] for k in range(2)]
    with ExitStack() as stack:
        watchers = [stack.enter_context(lab.watch()) for _ in domains]
        for watcher, domain in zip(watchers, domains, strict=True):
            look(watcher, domain=domain)
        for watcher, domain in zip(watchers, domains, strict=True):
            found = until(watcher, lambda frame: ("closer", 0) in frame.arrays)
            assert found.header["closer"] == domain


@pytest.fixture
def experiment() -> Experiment:
    """One lane at epoch 0, which nobody serves."""
    specs = [RunSpec.model_validate(SPEC)]
    made = Experiment(Client("somebody", "127.0.0.1"), 10**6, Settings().bounds, 0.0)
    wanted = first_look(specs, [1])
    begin(made, specs, [1], [[]], open_runs(specs, wanted.view, {}), wanted)
    return made


def test_all_viewers_together_get_a_few_parts_of_the_plane(experiment: Experiment) -> None:
    looks = [Looking(domain=(-2.0, 0.1 * k, -1.0, 1.0), warp=(1, (0, k))) for k in range(1, 9)]
    experiment.viewers = {Viewer(looking=one) for one in looks}
    experiment.look()
    view = experiment.wanted.view
    assert len(view.closer) == MOST_CLOSER
    assert len(view.warps) == MOST_WARPS
    assert set(view.closer) <= {(0, one.domain) for one in looks}


def test_a_slow_viewer_gets_less_of_it(experiment: Experiment) -> None:
    viewer = Viewer(looking=Looking(domain=DOMAIN, points=True, warp=(1, None)))
    experiment.viewers = {viewer}
    experiment.look()
    key = experiment.picture_key
    drawing = Drawing(key, *draw(experiment.checkpoint, key.wanted.view, ()))
    shots = [shot(experiment, viewer, drawing, level) for level in LEVELS]
    sizes = [one.size for one in shots]
    assert sizes == sorted(sizes, reverse=True)
    usual = shot(experiment, Viewer(), drawing, LEVELS[0])
    names = [{name for name, _, _ in one.arrays} for one in (*shots, usual)]
    exact = {"answer_values", "warp_grid", "warp_points"}
    assert [("closer" in found, exact <= found) for found in names] == [
        *[(True, level.inside) for level in LEVELS],
        (False, False),
    ]


def test_more_to_look_at_is_drawn_coarser() -> None:
    spec = RunSpec.model_validate({"layers": [{"units": 64}] * 8})
    view = View(runs=(0,), detailed=(0,))
    closer = replace(view, closer=tuple((0, (-1.0, 0.1 * k, 0.0, 1.0)) for k in range(1, 5)))
    cells = [Wanted(one).sized([spec]).view.cells for one in (view, closer)]
    assert cells[1] < cells[0]
    asked = replace(view, answers=(0,), warps=((0, 1, None),))
    assert Wanted(asked).sized([spec]).view.answers == (0,)
    huge = RunSpec.model_validate({"layers": [{"units": 256}] * 16})
    assert Wanted(asked).sized([huge]).view.warps == ()
