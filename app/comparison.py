"""What commands do to the lanes of an experiment: changing, adding, ordering them, going back."""

from abc import ABC
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from app import worker
from app.changes import Invalid, changed
from app.errors import Refusal, Unknown
from app.executors import Slot
from app.experiment import Drawing, Experiment, Wanted
from app.history import History, LaneHistory
from app.lane import Lane, renamed, with_seeds
from app.messages import Change, NewLane
from app.plan import Planned, plan_again
from app.scheduler import Scheduler
from app.voyage import Voyage
from engine import Checkpoint, Fingerprints, Frames, RunSpec, View
from engine.batches import batches_per_epoch
from engine.checkpoint import RunState
from engine.replay import Position
from engine.retuning import restarting_settings

T = TypeVar("T")
Opened = tuple[Checkpoint, Frames, list[Fingerprints], worker.Drawn]


class Comparison(Scheduler, ABC):
    """Each command takes place in one turn of its experiment."""

    # Settings

    async def retune(
        self, experiment: Experiment, numbers: Sequence[int] | None, part: Mapping[str, Any]
    ) -> tuple[str, ...]:
        """Change settings of some lanes, or of all. Returns those that restarted everything.

        Raises Unknown for a lane, Invalid for the settings.
        """

        async def turn(slot: Slot) -> tuple[str, ...]:
            chosen = range(len(experiment.lanes)) if numbers is None else numbers
            specs = self.specs(experiment)
            new = {number: changed(_item(specs, number), part) for number in chosen}
            if "name" in part:
                for number, spec in new.items():
                    self._rename(experiment, number, spec.name)
                specs = self.specs(experiment)
                experiment.changed()
            new = {number: spec for number, spec in new.items() if spec != specs[number]}
            if not new:
                return ()
            for number, spec in new.items():
                specs[number] = spec
            if experiment.position == (0, 0):
                await self.begin_again(experiment, slot, specs)
                return ()
            before = self.specs(experiment)
            restarted = {
                path: None
                for number, spec in new.items()
                for path in restarting_settings(before[number], spec)
            }
            if restarted:
                await self.begin_again(experiment, slot, specs)
                return tuple(restarted)
            epoch, batch = experiment.position
            kept = {key: value for key, value in part.items() if key != "name"}
            for number, spec in new.items():
                change = Change(epoch=epoch, batch=batch, run=number, changes=kept)
                experiment.lanes[number].change(Planned(change, spec))
                experiment.lanes[number].made -= 1  # by make_changes
                experiment.lanes[number].cut(experiment.position)
            experiment.cut()
            await self.make_changes(experiment, slot, list(new))
            return ()

        return await self.command(experiment, turn)

    def _rename(self, experiment: Experiment, number: int, name: str) -> None:
        experiment.lanes[number].rename(name)
        runs = list(experiment.checkpoint.runs)
        for member in experiment.members(number):
            runs[member] = replace(runs[member], spec=renamed(runs[member].spec, name))
        experiment.checkpoint = replace(experiment.checkpoint, runs=tuple(runs))

    async def make_changes(
        self, experiment: Experiment, slot: Slot, numbers: Sequence[int]
    ) -> None:
        """The next planned change of each of these lanes, here and now."""
        specs: dict[int, RunSpec] = {}
        for number in numbers:
            lane = experiment.lanes[number]
            assert lane.due is not None
            members = experiment.members(number)
            specs |= dict(zip(members, lane.specs(lane.due.spec), strict=True))
        checkpoint = await self.call_on(slot, worker.tune, experiment.checkpoint, specs)
        for number in numbers:
            experiment.lanes[number].made += 1
        experiment.stand_at(checkpoint)
        experiment.edited()

    def specs(self, experiment: Experiment) -> list[RunSpec]:
        """The present settings of each lane."""
        return [experiment.runs(number)[0].spec for number in range(len(experiment.lanes))]

    async def begin_again(
        self, experiment: Experiment, slot: Slot, specs: Sequence[RunSpec]
    ) -> None:
        """All lanes at epoch 0, with these settings and no changes to come."""
        counts = [lane.seeds for lane in experiment.lanes]
        wanted = experiment.wanted
        opened = await self.call_on(slot, worker.open_runs, members_of(specs, counts), wanted.view)
        begin(experiment, specs, counts, opened, wanted)

    # Lanes

    async def add(self, experiment: Experiment, wanted: Sequence[NewLane]) -> None:
        """Add lanes, and train them up to where the others are. Raises Unknown, Invalid."""

        async def turn(slot: Slot) -> None:
            self._refuse_crowd(experiment, len(wanted))
            bases, counts, planned = [], [], []
            for index, new in enumerate(wanted):
                parent = _item(experiment.lanes, new.run)
                part = {"name": "", **new.changes}
                try:
                    base = changed(parent.base, part)
                except Invalid as error:
                    raise error.below(f"lanes.{index}.changes") from None
                bases.append(base)
                counts.append(new.seeds or parent.seeds)
                planned.append(plan_again(base, parent.planned[: parent.made], part))
            lanes = await self._open_here(experiment, slot, bases, counts, planned)
            self._append(experiment, lanes)

        await self.command(experiment, turn)

    async def set_seeds(self, experiment: Experiment, number: int, count: int) -> None:
        """Train a lane with so many seeds, from the beginning up to here. Raises Unknown."""

        async def turn(slot: Slot) -> None:
            lane = _item(experiment.lanes, number)
            if lane.seeds == count:
                return
            made = lane.planned[: lane.made]
            (new,) = await self._open_here(experiment, slot, [lane.base], [count], [made])
            runs = [experiment.runs(index) for index in range(len(experiment.lanes))]
            experiment.lanes[number], experiment.history.lanes[number], runs[number] = new
            self._relane(experiment, runs)

        await self.command(experiment, turn)

    async def remove(self, experiment: Experiment, number: int) -> None:
        """Take a lane away. Raises Unknown, Refusal for the last one."""

        async def turn(slot: Slot) -> None:
            _item(experiment.lanes, number)
            if len(experiment.lanes) == 1:
                raise Refusal("The last run cannot be removed")
            order = [index for index in range(len(experiment.lanes)) if index != number]
            self._arrange(experiment, order)

        await self.command(experiment, turn)

    async def order(self, experiment: Experiment, order: Sequence[int]) -> None:
        """Put the lanes into another order. Raises Invalid."""

        async def turn(slot: Slot) -> None:
            if sorted(order) != list(range(len(experiment.lanes))):
                raise Invalid([("runs", "Name each run once")])
            self._arrange(experiment, order)

        await self.command(experiment, turn)

    def _refuse_crowd(self, experiment: Experiment, more: int) -> None:
        most = self.settings.max_lanes
        if len(experiment.lanes) + more > most:
            raise Invalid([("lanes", f"At most {most} runs can be compared")])

    def _arrange(self, experiment: Experiment, order: Sequence[int]) -> None:
        runs = [experiment.runs(number) for number in order]
        experiment.lanes = [experiment.lanes[number] for number in order]
        lanes = experiment.history.lanes
        experiment.history.lanes = [lanes[number] for number in order]
        self._relane(experiment, runs)

    def _append(
        self,
        experiment: Experiment,
        new: Sequence[tuple[Lane, LaneHistory, tuple[RunState, ...]]],
    ) -> None:
        runs = [experiment.runs(number) for number in range(len(experiment.lanes))]
        for lane, history, states in new:
            experiment.lanes.append(lane)
            experiment.history.lanes.append(history)
            runs.append(states)
        self._relane(experiment, runs)

    def _relane(self, experiment: Experiment, runs: Sequence[tuple[RunState, ...]]) -> None:
        """The lanes have changed; these are their runs, each where the experiment is."""
        checkpoint = replace(experiment.checkpoint, runs=tuple(run for of in runs for run in of))
        experiment.stand_at(checkpoint)
        experiment.relaned()

    async def _open_here(
        self,
        experiment: Experiment,
        slot: Slot,
        bases: Sequence[RunSpec],
        counts: Sequence[int],
        planned: Sequence[list[Planned]],
    ) -> list[tuple[Lane, LaneHistory, tuple[RunState, ...]]]:
        """New lanes with their history, trained from epoch 0 up to where the experiment is.

        What the history holds beyond is forgotten.
        """
        nothing = View(runs=())
        opened = await self.call_on(slot, worker.open_runs, members_of(bases, counts), nothing)
        checkpoint, frames, *_ = opened
        lanes = lanes_of(bases, counts, opened)
        for lane, plans in zip(lanes, planned, strict=True):
            lane.planned = list(plans)
        experiment.cut()
        history = History(counts)
        history.append(frames.history)
        voyage = Voyage(lanes, checkpoint, self.settings.slice_seconds, history)
        for number, lane in enumerate(lanes):
            lane.keep(voyage.position, voyage.runs(number))
        await self._travel(experiment, slot, voyage, experiment.position)
        return [
            (lane, history.lanes[number], voyage.runs(number)) for number, lane in enumerate(lanes)
        ]

    # Other places in time

    async def seek(self, experiment: Experiment, position: Position) -> None:
        """Go to a place of the past. Raises Invalid when it has not been there."""

        async def turn(slot: Slot) -> None:
            await self._seek(experiment, slot, position)

        await self.command(experiment, turn)

    async def fork(
        self, experiment: Experiment, number: int, position: Position, part: Mapping[str, Any]
    ) -> None:
        """Go there, and add a lane that goes on from a lane's state with changed settings.

        Raises Unknown, Invalid for a place that has not been, and for settings that are wrong or
        with which a run can only start afresh.
        """

        async def turn(slot: Slot) -> None:
            self._refuse_crowd(experiment, 1)
            parent = _item(experiment.lanes, number)
            if position == (0, 0):
                raise Invalid([("epoch", "At epoch 0 nothing is learned yet: add a run instead")])
            await self._seek(experiment, slot, position)
            before = experiment.runs(number)[0].spec
            name = part.get("name", "")
            rest = {key: value for key, value in part.items() if key != "name"}
            try:
                spec = changed(before, rest)
            except Invalid as error:
                raise error.below("changes") from None
            if restarting := restarting_settings(before, spec):
                raise Invalid(
                    [
                        (f"changes.{path}", "Can only change from epoch 0 on: add a run instead")
                        for path in restarting
                    ]
                )
            lane, states = parent.copy(), experiment.runs(number)
            experiment.cut()
            self._append(experiment, [(lane, experiment.history.lanes[number].copy(), states)])
            new = len(experiment.lanes) - 1
            self._rename(experiment, new, name)
            if spec != before:
                epoch, batch = position
                change = Change(epoch=epoch, batch=batch, run=new, changes=rest)
                lane.planned.append(Planned(change, renamed(spec, name)))
                await self.make_changes(experiment, slot, [new])

        await self.command(experiment, turn)

    async def _seek(self, experiment: Experiment, slot: Slot, position: Position) -> None:
        if position > (experiment.history.epoch, 0) and position > experiment.position:
            last = experiment.history.epoch
            raise Invalid([("epoch", f"The training has got to epoch {last} so far")])
        if position[1]:  # its data are only then looked at
            batches = max(batches_per_epoch(run.spec) for run in experiment.checkpoint.runs)
            if position[1] >= batches:
                raise Invalid([("batch", f"An epoch has {batches} batches, counted from 0")])
        experiment.stop()
        experiment.keep()
        runs: dict[int, tuple[RunState, ...]] = {}
        nearest: dict[Position, list[int]] = {}
        for number, lane in enumerate(experiment.lanes):
            nearest.setdefault(lane.nearest(position).position, []).append(number)
        for begin, numbers in nearest.items():
            lanes = [experiment.lanes[number] for number in numbers]
            states = [run for lane in lanes for run in lane.nearest(position).runs]
            checkpoint = Checkpoint(tuple(states), *begin)
            voyage = Voyage(lanes, checkpoint, self.settings.slice_seconds)
            await self._travel(experiment, slot, voyage, position)
            for index, number in enumerate(numbers):
                runs[number] = voyage.runs(index)
        ordered = [run for number in range(len(experiment.lanes)) for run in runs[number]]
        experiment.stand_at(Checkpoint(tuple(ordered), *position))
        experiment.edited()

    async def _travel(
        self, experiment: Experiment, slot: Slot, voyage: Voyage, position: Position
    ) -> None:
        """Train lanes on to a place, making their changes on the way."""
        while voyage.position < position:
            stop = voyage.next_stop(position)
            checkpoint, rows, seconds = await self.call_on(
                slot, worker.travel, voyage.checkpoint, stop, voyage.retunings(stop)
            )
            voyage.arrive(checkpoint, rows, seconds)
            experiment.worker_seconds += seconds
        for lane in voyage.lanes:
            lane.made = sum(one.position <= position for one in lane.planned)


def members_of(specs: Sequence[RunSpec], counts: Sequence[int]) -> list[RunSpec]:
    """The settings of all runs, lane by lane and seed by seed."""
    pairs = zip(specs, counts, strict=True)
    return [member for spec, count in pairs for member in with_seeds(spec, count)]


def lanes_of(specs: Sequence[RunSpec], counts: Sequence[int], opened: Opened) -> list[Lane]:
    """New lanes."""
    _, _, found, _ = opened
    firsts = [sum(counts[:number]) for number in range(len(counts))]
    return [
        Lane(spec, found[first], count)
        for spec, first, count in zip(specs, firsts, counts, strict=True)
    ]


def begin(
    experiment: Experiment,
    specs: Sequence[RunSpec],
    counts: Sequence[int],
    opened: Opened,
    wanted: Wanted,
) -> None:
    """Let an experiment begin with new lanes, and with the pictures that were wanted."""
    checkpoint, frames, _, drawn = opened
    experiment.begin(lanes_of(specs, counts, opened), checkpoint, frames)
    experiment.show(Drawing(replace(experiment.picture_key, wanted=wanted), *drawn))


def first_look(counts: Sequence[int]) -> Wanted:
    """What a viewer of a new experiment will want to see."""
    firsts = tuple(sum(counts[:number]) for number in range(len(counts)))
    return Wanted(View(runs=firsts, detailed=firsts[:1]))


def _item(items: Sequence[T], number: int) -> T:
    """Raises Unknown."""
    if not 0 <= number < len(items):
        raise Unknown(f"run {number}")
    return items[number]
