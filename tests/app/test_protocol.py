"""The stream's protocol: whatever happens, every viewer gets each epoch once, in order.

A state machine of hypothesis drives a real server with real workers: learners click, connections
break, workers die. The model of a timeline is the exact list of its epochs with their numbers; it
must be the same for each viewer, for GET history, and for the engine left alone.

The long form: `SOAK_EXAMPLES=50 SOAK_SEED=7 pytest tests/app/test_protocol.py`.
"""

import os
import signal
from collections.abc import Iterator
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, note, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from app.changes import changed
from app.link import WINDOW
from app.record import UNCLEAN
from engine import Retuning, RunSpec, WeightEdit, advance, edit_weights, replay, start
from engine.batches import batches_per_epoch
from engine.metrics import EXACT
from engine.replay import Position
from tests.app.process import ServerProcess, server_process
from tests.app.viewer import Rows, Viewer, numbers

EXAMPLES = int(os.environ.get("SOAK_EXAMPLES", "0"))
SEED = int(os.environ.get("SOAK_SEED", "0"))
STEPS = 30
MOST_EPOCHS = 3000
"""Beyond, training is reset, so that the engine's own run does not take long."""
SIGNALS = (signal.SIGKILL, signal.SIGSEGV, signal.SIGTERM)
RATES = (0.001, 0.003, 0.01, 0.03)

Made = tuple[Position, dict[str, Any], list[dict[str, Any]]]
"""A change of settings, or of weights, and where it was made."""


def made_changes(state: dict[str, Any]) -> list[Made]:
    return [
        ((one["epoch"], one["batch"]), one["changes"], one.get("weights", []))
        for one in state["changes"]
    ]


def opening(changes: list[Made]) -> list[Made]:
    """Weights that were set before the first update."""
    return [made for made in changes if made[0] == (0, 0)]


class Protocol(RuleBasedStateMachine):
    """One experiment, its clicks and its viewers."""

    viewers = Bundle("viewers")
    dropped = Bundle("dropped")

    def __init__(self, process: ServerProcess) -> None:
        super().__init__()
        self._process = process
        self._server = process.client()
        self._random = Random(0)
        self._all: list[Viewer] = []

    # The model: what has been acknowledged

    @initialize(
        kind=st.sampled_from(["xor", "spiral"]),
        optimizer=st.sampled_from(["sgd", "adam", "momentum"]),
        dropout=st.sampled_from([0, 0.2]),
        number=st.integers(0, 1000),
    )
    def create(self, kind: str, optimizer: str, dropout: float, number: int) -> None:
        spec = {
            "seed": number,
            "data": {"kind": kind, "samples": 100},
            "layers": [{"units": 8}],
            "optimizer": optimizer,
            "regularization": {"dropout": dropout},
        }
        self.lab = self._server.create(spec)
        self.base = RunSpec.model_validate(self.lab.created["runs"][0]["spec"])
        self.batches = batches_per_epoch(self.base)
        self.changes: list[Made] = []
        self.made = 0
        self.timeline = 0
        self.playing = False
        self.position: Position = (0, 0)
        """Where it is, or at least is when it plays."""
        self.last = 0
        """Last epoch of the history, or at least that."""

    def heard(self, state: dict[str, Any], playing: bool = False) -> None:
        """An answer must be what the model says."""
        position = state["epoch"], state["batch"]
        assert state["message"] == ""
        assert state["status"] == ("playing" if playing else "paused")
        assert state["timeline"] == self.timeline
        assert state["last"] >= max(self.last, position[0])
        made = made_changes(state)
        self.made = len(made)
        assert made == self.changes[: self.made]
        assert playing or all(place >= position for place, *_ in self.changes[self.made :])
        self.position, self.last, self.playing = position, state["last"], playing

    def settle(self) -> None:
        """Pause: nothing moves any more."""
        before = self.position
        self.heard(self.lab.post("pause"))
        assert self.position >= before

    def begin_anew(self, base: RunSpec) -> None:
        """The same network: weights that were set at the beginning are set again."""
        self.base, self.changes = base, opening(self.changes)
        self.made = len(self.changes)
        self.timeline += 1
        self.position, self.last = (0, 0), 0

    def spec(self, count: int, changes: list[Made] | None = None) -> RunSpec:
        """The settings after so many changes."""
        spec = self.base
        for _, part, _ in (self.changes if changes is None else changes)[:count]:
            spec = changed(spec, part)
        return spec

    def expected(self) -> Rows:
        """What the engine brings when nothing happens to it."""
        retunings, begin = [], start([self.base])
        for number, (place, _, weights) in enumerate(self.changes, 1):
            edits = [WeightEdit.model_validate(one) for one in weights]
            if place == (0, 0):
                begin = edit_weights(begin, 0, edits)
            else:
                retunings.append(Retuning(place, {0: self.spec(number)}, {0: edits}))
        _, history = replay(begin, (self.last, 0), retunings)
        columns = {name: history[name][0] for name in EXACT}
        _, beginning = advance(begin, 0)
        rows = {0: numbers({name: beginning.history[name][0] for name in EXACT}, 0)}
        return rows | {epoch: numbers(columns, epoch - 1) for epoch in range(1, self.last + 1)}

    # Clicks

    @precondition(lambda self: self.last < MOST_EPOCHS)
    @rule(speed=st.sampled_from([None, None, 200]))
    def play(self, speed: float | None) -> None:
        self.heard(self.lab.post("play", epochs_per_second=speed), playing=True)

    @rule()
    def pause(self) -> None:
        self.settle()

    @precondition(lambda self: self.last < MOST_EPOCHS)
    @rule(epochs=st.integers(1, 60), batches=st.integers(0, 3))
    def step(self, epochs: int, batches: int) -> None:
        self.settle()
        epoch, _ = self.position
        state = self.lab.post("step", epochs=epochs, batches=batches)
        assert (state["epoch"], state["batch"]) == (epoch + epochs, batches)
        self.heard(state)

    @rule(batches=st.integers(1, 9))
    def step_batches(self, batches: int) -> None:
        self.settle()
        epoch, batch = self.position
        state = self.lab.post("step", batches=batches)
        more, batch = divmod(batch + batches, self.batches)
        assert (state["epoch"], state["batch"]) == (epoch + more, batch)
        self.heard(state)

    @rule(rate=st.sampled_from(RATES))
    def tune(self, rate: float) -> None:
        part = {"optimizer": {"learning_rate": rate}}
        state = self.lab.patch(optimizer={"learning_rate": rate})
        note(f"tuned at {state['epoch'], state['batch']}: {state['changes']}")
        made = made_changes(state)
        if state["timeline"] > self.timeline and made == opening(self.changes):
            assert self.position == (0, 0)  # nothing has been trained yet: it begins anew
            self.begin_anew(changed(self.base, part))
        elif made != self.changes[: len(made)]:
            place, *what = made[-1]
            assert what == [part, []]
            assert place >= self.position if self.playing else place == self.position
            assert made[:-1] == self.changes[: len(made) - 1]
            assert self.spec(len(made) - 1, made) != self.spec(len(made), made)
            self.changes = made  # what was to come, is not any more
            if self.last > place[0]:
                self.timeline, self.last = self.timeline + 1, place[0]
        else:
            assert changed(self.spec(len(made)), part) == self.spec(len(made))
        self.heard(state, self.playing)

    @rule(unit=st.integers(0, 7), value=st.floats(-2, 2))
    def set_weight(self, unit: int, value: float) -> None:
        edit = {"layer": 1, "unit": unit, "input": 0, "value": value}
        path = f"{self.lab.path}/runs/0/weights"
        answer = self._server.http.patch(path, json={"weights": [edit]})
        assert answer.status_code == 200, answer.text
        state = answer.json()
        note(f"weight set at {state['epoch'], state['batch']}: {state['changes']}")
        made = made_changes(state)
        place, part, weights = made[-1]
        assert part == {}
        assert edit in weights
        assert place >= self.position if self.playing else place == self.position
        # It may have taken in the one before it.
        assert made[:-1] == self.changes[: len(made) - 1]
        self.changes = made
        if place == (0, 0):
            self.timeline, self.last = self.timeline + 1, 0
        elif self.last > place[0]:
            self.timeline, self.last = self.timeline + 1, place[0]
        self.heard(state, self.playing)

    @rule()
    def reset(self) -> None:
        state = self.lab.post("reset")
        # While it plays, it may have come to more of the changes before.
        passed = len(self.changes) if self.playing else self.made
        base = RunSpec.model_validate(state["runs"][0]["base"])
        assert base in [self.spec(count) for count in range(self.made, passed + 1)]
        self.begin_anew(base)
        self.heard(state, self.playing)

    @rule(share=st.floats(0, 1), batch=st.integers(0, 4))
    def seek(self, share: float, batch: int) -> None:
        self.settle()
        epoch = int(share * self.last)
        batch = batch if epoch < self.last else 0
        state = self.lab.post("seek", epoch=epoch, batch=batch)
        assert (state["epoch"], state["batch"]) == (epoch, batch)
        self.position = epoch, batch
        self.heard(state)

    @rule()
    def seek_too_far(self) -> None:
        self.settle()
        body = {"epoch": self.last + 1}
        answer = self._server.http.post(f"{self.lab.path}/seek", json=body)
        assert answer.status_code == 422
        assert answer.json()["path"] == "epoch"
        self.heard(self.lab.state())

    # Viewers

    @precondition(lambda self: len(self._all) < 6)
    @rule(target=viewers)
    def connect(self) -> Viewer:
        viewer = Viewer(self.lab)
        self._all.append(viewer)
        return viewer

    @rule(target=dropped, viewer=consumes(viewers), how=st.sampled_from(["close", "end", "reset"]))
    def drop(self, viewer: Viewer, how: str) -> Viewer:
        viewer.drop(how)
        return viewer

    @rule(target=viewers, viewer=consumes(dropped))
    def resume(self, viewer: Viewer) -> Viewer:
        viewer.connect()
        return viewer

    @rule(viewer=viewers)
    def read(self, viewer: Viewer) -> None:
        viewer.read_what_is_there()

    @rule(viewer=viewers, count=st.integers(1, WINDOW))
    def acknowledge(self, viewer: Viewer, count: int) -> None:
        viewer.acknowledge(count)

    @rule(viewer=viewers)
    def catch_up(self, viewer: Viewer) -> None:
        viewer.follow(self.timeline, self.last)
        assert viewer.timeline == self.timeline

    @precondition(lambda self: self.playing)
    @rule(viewer=viewers, epochs=st.integers(1, 100))
    def follow(self, viewer: Viewer, epochs: int) -> None:
        viewer.follow(self.timeline, self.last + epochs)
        self.last = viewer.epoch

    # Misfortune

    @rule(how=st.sampled_from(SIGNALS))
    def kill_worker(self, how: signal.Signals) -> None:
        workers = self._process.workers()
        if workers:
            os.kill(self._random.choice(workers), how)
        # A command has its turn once what was lost has been done again: an experiment is never
        # left with three dead workers in a row, for which it would be set aside.
        self.lab.patch()

    @rule()
    def kill_server(self) -> None:
        """What was acknowledged is still there; viewers get all anew."""
        self._process.kill()
        self._process.start()
        for viewer in self._all:
            if viewer.open:
                viewer.drop("end")
                viewer.connect()
        if self.playing:  # what viewers have seen since may have to be trained again
            self.last = self.position[0]
        self.timeline += UNCLEAN
        self.heard(self.lab.state(), self.playing)

    # What must hold

    @invariant()
    def nobody_is_forgotten(self) -> None:
        """Who takes nothing for very long is dropped, and rightly so: that is not the test here."""
        for viewer in self._all:
            viewer.stay()

    @invariant()
    def nothing_said(self) -> None:
        assert "Traceback" not in self._process.log()

    def teardown(self) -> None:
        try:
            if hasattr(self, "lab"):
                self.compare()
        finally:
            for viewer in self._all:
                if viewer.open:
                    viewer.drop("end")
            if hasattr(self, "lab"):
                self._server.http.delete(self.lab.path)
            self._server.http.close()

    def compare(self) -> None:
        """Viewers, GET history and the engine alone must have the same rows."""
        self.settle()
        expected = self.expected()
        table = self.lab.history()
        rows = {epoch: numbers(table["runs"][0], k) for k, epoch in enumerate(table["epoch"])}
        assert rows == expected
        for viewer in self._all:
            if not viewer.open:
                viewer.connect()
            viewer.follow(self.timeline, self.last)
            assert viewer.rows == expected


@pytest.fixture(scope="module")
def process() -> Iterator[ServerProcess]:
    with server_process(workers=2) as running:
        yield running


def test_every_viewer_gets_every_epoch_once(process: ServerProcess) -> None:
    def protocol() -> Protocol:
        return Protocol(process)

    if EXAMPLES:
        protocol = seed(SEED)(protocol)
    run_state_machine_as_test(
        protocol,  # type: ignore[arg-type]  # what makes one will do
        settings=settings(
            max_examples=EXAMPLES or 5,
            stateful_step_count=100 if EXAMPLES else STEPS,
            derandomize=not EXAMPLES,
            database=None,
            deadline=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
            print_blob=True,
        ),
    )
