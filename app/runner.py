"""The only mutable heart: what commands do to experiments, and what these do by themselves."""

import asyncio
import secrets
import time
from functools import cached_property

from app import costs, worker
from app.changes import Invalid
from app.clients import Client
from app.errors import Refusal
from app.experiment import Experiment
from app.goals import ACCURACIES, reached
from app.keeping import Keeping
from app.messages import Change, Until
from app.opening import begin, first_look, members_of
from app.pace import Pace
from app.plan import Planned, openings
from app.viewing import Drawing, Viewer
from engine import RunSpec
from engine.replay import Position


class Runner(Keeping):
    """All experiments of a server."""

    @cached_property
    def _planning(self) -> asyncio.Lock:
        """Changes are planned in a thread, for one call at a time."""
        return asyncio.Lock()

    # Experiments

    async def create(
        self,
        specs: list[RunSpec],
        changes: list[Change],
        target: Position = (0, 0),
        seeds: list[int] | None = None,
        *,
        client: Client,
    ) -> Experiment:
        """A new experiment at epoch 0, paused, or on its way to `target`.

        Raises Invalid for what is too much and for changes that cannot be made; TooMany, Waiting
        and Full where there is no room.
        """
        if len(specs) > self.settings.max_lanes:
            raise Invalid([("runs", f"At most {self.settings.max_lanes} runs can be compared")])
        counts = seeds or [1] * len(specs)
        if len(counts) != len(specs):
            raise Invalid([("seeds", f"Give one number for each of the {len(specs)} runs")])
        costs.check(self.settings, specs, counts)
        if len(changes) > self.settings.max_changes:
            detail = f"This server allows {self.settings.max_changes} changes of settings"
            raise Invalid([("changes", detail)])
        planned: list[Planned] = []
        if changes:  # a millisecond each: not on the event loop, and not many of them at a time
            async with self._planning:
                specs, planned = await asyncio.to_thread(
                    costs.plan_checked, self.settings, specs, counts, changes, target
                )
        with self.admission.place(client):
            return await self._open(specs, counts, planned, target, client)

    async def _open(
        self,
        specs: list[RunSpec],
        counts: list[int],
        planned: list[Planned],
        target: Position,
        client: Client,
    ) -> Experiment:
        members = members_of(specs, counts)
        wanted = first_look(members, counts)
        plans = [[one for one in planned if one.change.run == lane] for lane in range(len(specs))]
        weights = openings(plans, counts)
        opened = await self.call(client, worker.open_runs, members, wanted.view, weights)
        experiment = self.new_experiment(client)
        if target > (0, 0):
            experiment.status = "playing"
        begin(experiment, specs, counts, plans, opened, wanted)
        if target > (0, 0):
            experiment.target = target
        self.experiments[experiment.id] = experiment
        self.shares.join(experiment, self.experiments.values())
        self.schedule()
        await self.keep(experiment)
        return experiment

    # Commands

    def play(
        self, experiment: Experiment, epochs_per_second: float | None, until: Until | None = None
    ) -> None:
        """Train until paused or until something is reached. While it plays, only these change.

        Raises Refusal, Invalid.
        """
        _refuse_if_over(experiment)
        if until is not None and until != experiment.until:
            _refuse_unreachable(experiment, until)
        now = time.monotonic()
        experiment.epochs_per_second = epochs_per_second
        if experiment.status != "playing":
            experiment.status = "playing"
            experiment.message = ""
            experiment.end_stretch()
            experiment.fresh = True
            self.shares.join(experiment, self.experiments.values())
        if experiment.target is None:
            experiment.pace = Pace(epochs_per_second, now)
        experiment.until = until
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
        if epochs or batches:
            experiment.pace = Pace(None, time.monotonic())
            experiment.fresh = True
            start, done = experiment.target or experiment.position  # steps add up
            more, left = divmod((0 if epochs else done) + batches, experiment.updates)
            experiment.target = (start + epochs + more, left)
            experiment.arrived.clear()
            self.shares.join(experiment, self.experiments.values())
            self.schedule()
            await experiment.arrived.wait()
            await experiment.idle.wait()
        experiment.changed()

    async def reset(self, experiment: Experiment, new_weights: bool) -> None:
        """Back to epoch 0 with the same settings; goes on playing if it played."""
        draws: dict[int, int] = {}

        async def turn() -> None:
            specs = self.specs(experiment)
            if new_weights:
                # Lanes with equal seeds share their weights, and go on doing so.
                specs = [
                    spec.model_copy(
                        update={"seed": draws.setdefault(spec.seed, secrets.randbelow(2**31))}
                    )
                    for spec in specs
                ]
            await self.begin_again(experiment, specs)

        await self.command(experiment, turn)

    # Streams

    def watch(self, experiment: Experiment, viewer: Viewer) -> None:
        experiment.viewers.add(viewer)
        experiment.look()
        self.schedule()

    def unwatch(self, experiment: Experiment, viewer: Viewer) -> None:
        experiment.viewers.discard(viewer)
        experiment.look()
        experiment.used = time.monotonic()

    # What experiments do in their turns

    async def go_on(self, experiment: Experiment) -> None:
        now = time.monotonic()
        if not experiment.active or experiment.due_at() > now:
            key = experiment.picture_key
            drawn = await self.work(
                experiment, worker.draw, experiment.checkpoint, key.wanted.view, key.wanted.groups
            )
            experiment.show(Drawing(key, *drawn))
        elif due := experiment.due:
            await self.make_changes(experiment, due)
            experiment.arrive_if_there()
        else:
            epochs, batches = experiment.stretch(now, self.slice_seconds())
            await self._train(experiment, epochs, batches)

    async def _train(self, experiment: Experiment, epochs: int, batches: int) -> None:
        now = time.monotonic()
        key = experiment.picture_key
        drawn_for = experiment.has_ready_viewer and experiment.may_draw(now, self.crowded)
        view = key.wanted.view if drawn_for else None
        before, begin, groups = experiment.position, experiment.checkpoint, key.wanted.groups
        checkpoint, frames, drawn, drawing_seconds = await self.work(
            experiment, worker.train_slice, begin, epochs, batches, view, groups
        )
        there, until = None, experiment.until
        if until is not None:
            there = reached(until, frames.history, experiment.members(until.run))
        if there is not None and there < checkpoint.epoch:  # once more, only up to there
            checkpoint, frames, drawn, drawing_seconds = await self.work(
                experiment, worker.train_slice, begin, there - before[0], 0, view, groups
            )
        if not experiment.fresh:
            updates = experiment.updates_between(before, checkpoint)
            seconds = frames.seconds
            experiment.stride.measured(max(1, updates), seconds, drawing_seconds)
        experiment.fresh = False
        experiment.spent(frames.seconds, drawing_seconds if drawn else 0.0, now)
        self.metrics.slices.inc()
        experiment.record(checkpoint, frames)
        if there is not None and experiment.until == until:
            experiment.stop()
            experiment.changed()
        if drawn:
            experiment.show(Drawing(key, *drawn))


def _refuse_unreachable(experiment: Experiment, until: Until) -> None:
    lanes, (epoch, _) = experiment.lanes, experiment.position
    if until.run >= len(lanes):
        raise Invalid([("until.run", f"There are {len(lanes)} runs, counted from 0")])
    if until.epoch is not None and until.epoch <= epoch:
        raise Invalid([("until.epoch", f"The training has got to epoch {epoch} already")])
    task = experiment.runs(until.run)[0].spec.data.task.kind
    for name in ACCURACIES:
        if getattr(until, name) is not None and task == "regression":
            raise Invalid([(f"until.{name}", "There is no accuracy in regression")])


def _refuse_if_over(experiment: Experiment) -> None:
    if experiment.status == "diverged":
        raise Refusal("The training has diverged: change a setting or reset it")
    if experiment.status == "finished":
        raise Refusal("The training has finished: change a setting or reset it")
