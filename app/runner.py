"""The only mutable heart: what commands do to experiments, and what these do by themselves."""

import secrets
import time
from typing import Any

from app import worker
from app.changes import Invalid, changed
from app.errors import Full, Refusal, Unknown
from app.executors import Slot
from app.experiment import Experiment, Viewer
from app.messages import Change
from app.pace import Pace
from app.plan import Position, plan
from app.scheduler import Scheduler
from engine import RunSpec, View


class Runner(Scheduler):
    """All experiments of a server."""

    # Experiments

    def find(self, id: str) -> Experiment:
        """Raises Unknown."""
        try:
            experiment = self.experiments[id]
        except KeyError:
            raise Unknown(id) from None
        experiment.used = time.monotonic()
        return experiment

    async def create(
        self, specs: list[RunSpec], changes: list[Change], target: Position = (0, 0)
    ) -> Experiment:
        """A new experiment at epoch 0, paused, or on its way to `target`.

        Raises Invalid for too many runs and for changes that cannot be made, Full.
        """
        if len(specs) > self.settings.max_runs:
            raise Invalid([("runs", f"At most {self.settings.max_runs} runs can be compared")])
        specs, planned = plan(specs, changes, target)
        self._make_room()
        checkpoint, frames = await self.call(worker.open_runs, specs, View())
        now = time.monotonic()
        experiment = Experiment(checkpoint, frames, self.settings.slice_seconds, now)
        experiment.planned.extend(planned)
        if target > (0, 0):
            experiment.target = target
            experiment.status = "playing"
        self.experiments[experiment.id] = experiment
        self.join(experiment)
        self.schedule()
        return experiment

    def _make_room(self) -> None:
        """Let go of the paused experiment that nobody has used for longest. Raises Full."""
        if len(self.experiments) < self.settings.max_experiments:
            return
        idle = [
            experiment
            for experiment in self.experiments.values()
            if not (experiment.active or experiment.busy or experiment.viewers)
        ]
        if not idle:
            raise Full
        self.delete(min(idle, key=lambda experiment: experiment.used))

    def delete(self, experiment: Experiment) -> None:
        """End it. Its viewers are told, commands that wait get Unknown."""
        self.experiments.pop(experiment.id, None)
        experiment.gone = True
        while experiment.commands:
            experiment.commands.popleft().fail(Unknown(experiment.id))
        experiment.end_stretch()
        experiment.notify()

    # Commands

    def play(self, experiment: Experiment, epochs_per_second: float | None) -> None:
        """Train until paused. While it plays, only the speed changes. Raises Refusal."""
        _refuse_if_over(experiment)
        now = time.monotonic()
        experiment.epochs_per_second = epochs_per_second
        if experiment.status != "playing":
            experiment.status = "playing"
            experiment.message = ""
            experiment.end_stretch()
            experiment.fresh = True
            self.join(experiment)
        if experiment.target is None:
            experiment.pace = Pace(epochs_per_second, now)
        experiment.changed()
        self.schedule()

    async def pause(self, experiment: Experiment) -> None:
        """Stop at the end of the slice under way; returns when it is there."""
        if experiment.active:
            experiment.stop()
            await experiment.idle.wait()
            experiment.changed()  # only now: viewers are told the epoch where it stopped
        await experiment.idle.wait()
        self.schedule()

    async def step(self, experiment: Experiment, epochs: int, batches: int) -> None:
        """Train on to the `epochs`-th next end of an epoch, then `batches` updates further.

        Returns when it is there, or when something else ended the step. Raises Refusal.
        """
        if experiment.status == "playing":
            await self.pause(experiment)
        _refuse_if_over(experiment)
        experiment.message = ""
        if epochs:
            experiment.pace = Pace(None, time.monotonic())
            experiment.fresh = True
            start, _ = experiment.target or experiment.position  # steps add up
            experiment.target = (start + epochs, 0)
            experiment.arrived.clear()
            self.join(experiment)
            self.schedule()
            await experiment.arrived.wait()
            await experiment.idle.wait()
        if batches and experiment.status == "paused":
            await self.command(experiment, lambda slot: self._train(experiment, slot, 0, batches))
        experiment.changed()

    async def reset(self, experiment: Experiment, new_weights: bool) -> None:
        """Back to epoch 0 with the same settings; goes on playing if it played."""
        draws: dict[int, int] = {}

        async def turn(slot: Slot) -> None:
            specs = [run.spec for run in experiment.checkpoint.runs]
            if new_weights:
                # Lanes with equal seeds share their weights, and go on doing so.
                specs = [
                    spec.model_copy(
                        update={"seed": draws.setdefault(spec.seed, secrets.randbelow(2**31))}
                    )
                    for spec in specs
                ]
            opened = await self.call_on(slot, worker.open_runs, specs, experiment.view())
            experiment.begin(*opened)

        await self.command(experiment, turn)

    async def retune(
        self, experiment: Experiment, run: int, part: dict[str, Any]
    ) -> tuple[str, ...]:
        """Change settings of a run. Returns those that made everything begin at epoch 0 again.

        Raises Unknown for the run, Invalid for the settings.
        """

        async def turn(slot: Slot) -> tuple[str, ...]:
            runs = experiment.checkpoint.runs
            if run >= len(runs):
                raise Unknown(f"run {run}")
            spec = changed(runs[run].spec, part)
            if spec == runs[run].spec:
                return ()
            experiment.planned.clear()
            return await self._tune(experiment, slot, Change(run=run, epoch=0, changes=part), spec)

        return await self.command(experiment, turn)

    # Streams

    def watch(self, experiment: Experiment, viewer: Viewer) -> None:
        experiment.viewers.add(viewer)
        self.schedule()

    def unwatch(self, experiment: Experiment, viewer: Viewer) -> None:
        experiment.viewers.discard(viewer)
        experiment.used = time.monotonic()

    # What experiments do in their turns

    async def go_on(self, experiment: Experiment, slot: Slot) -> None:
        now = time.monotonic()
        if not experiment.active or experiment.pace.due() > now:
            key = experiment.wanted_picture
            view = experiment.view()
            pictures = await self.call_on(slot, worker.pictures, experiment.checkpoint, view)
            experiment.show(pictures, key)
            experiment.notify()
        elif planned := experiment.due_change():
            await self._tune(experiment, slot, planned.change, planned.spec)
            experiment.planned.popleft()
            experiment.arrive_if_there()
        else:
            epochs, batches = experiment.stretch(now)
            await self._train(experiment, slot, epochs, batches)

    async def _train(self, experiment: Experiment, slot: Slot, epochs: int, batches: int) -> None:
        key = experiment.wanted_picture
        view = experiment.view() if experiment.has_ready_viewer else None
        checkpoint, frames = await self.call_on(
            slot, worker.train_slice, experiment.checkpoint, epochs, batches, view
        )
        if epochs and not experiment.fresh:
            experiment.stride.measured(epochs, frames.seconds)
        experiment.fresh = False
        experiment.record(checkpoint, frames, key)

    async def _tune(
        self, experiment: Experiment, slot: Slot, change: Change, spec: RunSpec
    ) -> tuple[str, ...]:
        checkpoint, restarted, frames = await self.call_on(
            slot, worker.tune, experiment.checkpoint, change.run, spec, experiment.view()
        )
        if frames is None:
            experiment.retune(checkpoint, change)
        else:
            experiment.begin(checkpoint, frames)
        return restarted


def _refuse_if_over(experiment: Experiment) -> None:
    if experiment.status in ("diverged", "finished"):
        raise Refusal(f"The training has {experiment.status}: change a setting or reset it")
