"""What commands do to the lanes of an experiment: adding, removing, ordering, seeding them."""

import asyncio
from abc import ABC
from collections.abc import Sequence
from dataclasses import replace

from app import costs, worker
from app.changes import Invalid, changed
from app.errors import Refusal
from app.experiment import Experiment
from app.history import History
from app.lane import Lane
from app.lane_history import LaneHistory
from app.messages import NewLane
from app.opening import lanes_of, members_of
from app.plan import Planned, openings, plan_again
from app.tuning import Tuning, item
from app.voyage import Voyage
from engine import RunSpec, View
from engine.checkpoint import RunState
from engine.replay import Position


class Comparison(Tuning, ABC):
    """Each command takes place in one turn of its experiment."""

    async def add(self, experiment: Experiment, wanted: Sequence[NewLane]) -> None:
        """Add lanes, and train them up to where the others are. Raises Unknown, Invalid."""

        async def turn() -> None:
            self.refuse_crowd(experiment, len(wanted))
            # Of lanes with many changes it takes long: not on the event loop.
            bases, counts, planned = await asyncio.to_thread(self._plan, experiment, wanted)
            lanes = await self._open_here(experiment, bases, counts, planned)
            self.append(experiment, lanes)

        await self.command(experiment, turn)

    def _plan(
        self, experiment: Experiment, wanted: Sequence[NewLane]
    ) -> tuple[list[RunSpec], list[int], list[list[Planned]]]:
        """Of each new lane its settings at epoch 0, its seeds and its changes."""
        lanes = experiment.lanes
        bases, counts, planned = [], [], []
        for index, new in enumerate(wanted):
            parent = item(lanes, new.run)
            part = {"name": "", **new.changes}
            try:
                base = changed(parent.base, part)
            except Invalid as error:
                raise error.below(f"lanes.{index}.changes") from None
            bases.append(base)
            counts.append(new.seeds or parent.seeds)
        seeds = [*(lane.seeds for lane in lanes), *counts]
        asked = range(len(lanes), len(seeds))

        def path(number: int, field: str) -> str:
            within = f"lanes.{number - len(lanes)}"
            return f"{within}.seeds" if field == "seeds" else f"{within}.changes.{field}"

        costs.check(self.settings, [*self.specs(experiment), *bases], seeds, path, asked)
        for base, new in zip(bases, wanted, strict=True):
            parent = lanes[new.run]
            part = {"name": "", **new.changes}
            planned.append(plan_again(base, parent.planned[: parent.made], part))
        ends = [
            plans[-1].spec if plans else base for plans, base in zip(planned, bases, strict=True)
        ]
        costs.check(self.settings, [*self.specs(experiment), *ends], seeds, path, asked)
        costs.check_changes(self.settings, lanes, sum(map(len, planned)))
        return bases, counts, planned

    async def set_seeds(self, experiment: Experiment, number: int, count: int) -> None:
        """Train a lane with so many seeds, from the beginning up to here. Raises Unknown."""

        async def turn() -> None:
            lane = item(experiment.lanes, number)
            if lane.seeds == count:
                return
            made = lane.planned[: lane.made]
            seeds = [count if one is lane else one.seeds for one in experiment.lanes]
            specs = self.specs(experiment)
            costs.check(self.settings, specs, seeds, lambda *_: "seeds", [number])
            (new,) = await self._open_here(experiment, [lane.base], [count], [made])
            runs = [experiment.runs(index) for index in range(len(experiment.lanes))]
            new[0].forked = lane.forked
            experiment.lanes[number], experiment.history.lanes[number], runs[number] = new
            self._relane(experiment, runs)

        await self.command(experiment, turn)

    async def remove(self, experiment: Experiment, number: int) -> None:
        """Take a lane away. Raises Unknown, Refusal for the last one."""

        async def turn() -> None:
            item(experiment.lanes, number)
            if len(experiment.lanes) == 1:
                raise Refusal("The last run cannot be removed")
            order = [index for index in range(len(experiment.lanes)) if index != number]
            self._arrange(experiment, order)

        await self.command(experiment, turn)

    async def order(self, experiment: Experiment, order: Sequence[int]) -> None:
        """Put the lanes into another order. Raises Invalid."""

        async def turn() -> None:
            if sorted(order) != list(range(len(experiment.lanes))):
                raise Invalid([("runs", "Name each run once")])
            self._arrange(experiment, order)

        await self.command(experiment, turn)

    def refuse_crowd(self, experiment: Experiment, more: int) -> None:
        most = self.settings.max_lanes
        if len(experiment.lanes) + more > most:
            raise Invalid([("lanes", f"At most {most} runs can be compared")])

    def _arrange(self, experiment: Experiment, order: Sequence[int]) -> None:
        until = experiment.until
        if until is not None and until.run in order:
            experiment.until = until.model_copy(update={"run": list(order).index(until.run)})
        elif until is not None:  # whose numbers counted is no more
            experiment.stop()
        runs = [experiment.runs(number) for number in order]
        experiment.lanes = [experiment.lanes[number] for number in order]
        lanes = experiment.history.lanes
        experiment.history.lanes = [lanes[number] for number in order]
        self._relane(experiment, runs)

    def append(
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
        bases: Sequence[RunSpec],
        counts: Sequence[int],
        planned: Sequence[list[Planned]],
    ) -> list[tuple[Lane, LaneHistory, tuple[RunState, ...]]]:
        """New lanes with their history, trained from epoch 0 up to where the experiment is.

        What the history holds beyond is forgotten. Where it has been thinned, the new lanes
        have the epochs that the others have.
        """
        nothing = View(runs=())
        members, weights = members_of(bases, counts), openings(planned, counts)
        opened = await self.work(experiment, worker.open_runs, members, nothing, weights)
        checkpoint, frames, *_ = opened
        lanes = lanes_of(bases, counts, planned, opened)
        experiment.cut()
        experiment.history.make_room(counts)
        history = History(counts, beside=experiment.history)
        history.append(frames.history)
        voyage = Voyage(lanes, checkpoint, history)
        for number, lane in enumerate(lanes):
            lane.keep(voyage.position, voyage.runs(number))
        await self.travel(experiment, voyage, experiment.position)
        return [
            (lane, history.lanes[number], voyage.runs(number)) for number, lane in enumerate(lanes)
        ]

    async def travel(self, experiment: Experiment, voyage: Voyage, position: Position) -> None:
        """Train lanes on to a place, making their changes on the way."""
        while voyage.position < position:
            stop = voyage.next_stop(position, self.slice_seconds())
            checkpoint, rows, seconds = await self.work(
                experiment, worker.travel, voyage.checkpoint, stop, voyage.retunings(stop)
            )
            voyage.arrive(checkpoint, rows, seconds)
        for lane in voyage.lanes:
            lane.made = sum(one.position <= position for one in lane.planned)
