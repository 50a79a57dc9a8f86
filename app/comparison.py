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
from app.messages import Change, NewLane, PlacedLane
from app.opening import lanes_of, members_of
from app.plan import Planned, openings, plan_again
from app.tuning import Tuning, item
from app.voyage import Voyage
from engine import Checkpoint, RunSpec, View
from engine.checkpoint import RunState
from engine.replay import Position

Opened = tuple[Lane, LaneHistory, tuple[RunState, ...]]
"""A new lane, its numbers, and its runs where the experiment is."""


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
            new[0].forked = lane.forked
            found = self._opened(experiment, range(len(experiment.lanes)))
            found[number] = new
            self._relane(experiment, found)

        await self.command(experiment, turn)

    async def arrange(
        self, experiment: Experiment, wanted: Sequence[PlacedLane], changes: Sequence[Change]
    ) -> None:
        """Have exactly these lanes; new ones train up to where the others are.

        changes: of the new ones. Raises Unknown, Invalid, Refusal for too many changes.
        """

        async def turn() -> None:
            self._refuse_arrangement(experiment, wanted, changes)
            new = [place for place, one in enumerate(wanted) if one.base]
            bases, counts, planned = await asyncio.to_thread(
                self._plan_arrangement, experiment, wanted, changes
            )
            made: dict[int, Opened] = {}
            for place in new:
                twin = self._twin(experiment, bases[place], counts[place], planned[place])
                if twin is not None:
                    made[place] = await self._part(experiment, twin, planned[place])
            if rest := [place for place in new if place not in made]:
                opened = await self._open_here(
                    experiment,
                    [bases[place] for place in rest],
                    [counts[place] for place in rest],
                    [planned[place] for place in rest],
                )
                made |= zip(rest, opened, strict=True)
            for place, (lane, _, _) in made.items():
                at = wanted[place].forked
                if at is not None and (at.epoch, at.batch) <= experiment.position:
                    lane.forked = (at.epoch, at.batch)
            self._arrange(
                experiment,
                [made[n] if one.run is None else one.run for n, one in enumerate(wanted)],
            )

        await self.command(experiment, turn)

    def _refuse_arrangement(
        self, experiment: Experiment, wanted: Sequence[PlacedLane], changes: Sequence[Change]
    ) -> None:
        most = self.settings.max_lanes
        if len(wanted) > most:
            raise Invalid([("lanes", f"At most {most} runs can be compared")])
        staying = [one.run for one in wanted if one.run is not None]
        kept = [item(experiment.lanes, run) for run in staying]
        if len(set(staying)) < len(staying):
            raise Invalid([("lanes", "Name each run once")])
        for index, change in enumerate(changes):
            if change.run >= len(wanted) or wanted[change.run].run is not None:
                raise Invalid(
                    [(f"changes.{index}.run", "This is not the place of a run to be made")]
                )
        costs.check_changes(self.settings, kept, len(changes))

    def _plan_arrangement(
        self, experiment: Experiment, wanted: Sequence[PlacedLane], changes: Sequence[Change]
    ) -> tuple[list[RunSpec], list[int], list[list[Planned]]]:
        """Of each wanted lane its settings, at epoch 0 if it is new, its seeds, its changes."""
        now, lanes = self.specs(experiment), experiment.lanes
        specs = [one.base or now[one.run or 0] for one in wanted]
        counts = [one.seeds if one.run is None else lanes[one.run].seeds for one in wanted]
        new = [place for place, one in enumerate(wanted) if one.base]

        def path(number: int, field: str) -> str:
            return f"lanes.{number}.{field if field == 'seeds' else f'base.{field}'}"

        if new:
            costs.check(self.settings, specs, counts, path, new)
        specs, planned = costs.plan_checked(self.settings, specs, counts, list(changes), (0, 0))
        return specs, counts, [[p for p in planned if p.change.run == n] for n in range(len(specs))]

    def _twin(
        self, experiment: Experiment, base: RunSpec, count: int, planned: Sequence[Planned]
    ) -> int | None:
        """The lane that has been the same up to the present place, if there is one."""
        here = experiment.position
        if here == (0, 0):
            return None

        def before(plans: Sequence[Planned]) -> list[Change]:
            made = [one.change for one in plans if one.position < here]
            return [change.model_copy(update={"run": 0}) for change in made]

        for number, lane in enumerate(experiment.lanes):
            same = lane.base == base and lane.seeds == count
            if same and before(lane.planned) == before(planned):
                return number
        return None

    async def _part(
        self, experiment: Experiment, number: int, planned: Sequence[Planned]
    ) -> Opened:
        """A new lane that has been the same as another one up to here, and is not any more."""
        twin, here = experiment.lanes[number], experiment.position
        experiment.cut()
        lane = twin.copy()
        lane.planned, lane.made = list(planned), 0
        lane.kept = [kept for kept in lane.kept if kept.position < here]
        nearest = lane.kept[-1]
        voyage = Voyage([lane], Checkpoint(nearest.runs, *nearest.position))
        await self.travel(experiment, voyage, here)
        return lane, experiment.history.lanes[number].copy(), voyage.runs(0)

    async def remove(self, experiment: Experiment, number: int) -> None:
        """Take a lane away. Raises Unknown, Refusal for the last one."""

        async def turn() -> None:
            item(experiment.lanes, number)
            if len(experiment.lanes) == 1:
                raise Refusal("The last run cannot be removed")
            self._arrange(experiment, [n for n in range(len(experiment.lanes)) if n != number])

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

    def _arrange(self, experiment: Experiment, order: Sequence[int | Opened]) -> None:
        """Have these lanes: those of the experiment by their numbers, and new ones."""
        until = experiment.until
        if until is not None and until.run in order:
            experiment.until = until.model_copy(update={"run": list(order).index(until.run)})
        elif until is not None:  # whose numbers counted is no more
            experiment.stop()
        self._relane(experiment, self._opened(experiment, order))

    def append(self, experiment: Experiment, new: Sequence[Opened]) -> None:
        self._arrange(experiment, [*range(len(experiment.lanes)), *new])

    def _opened(self, experiment: Experiment, order: Sequence[int | Opened]) -> list[Opened]:
        lanes, histories = experiment.lanes, experiment.history.lanes
        return [
            (lanes[one], histories[one], experiment.runs(one)) if isinstance(one, int) else one
            for one in order
        ]

    def _relane(self, experiment: Experiment, found: Sequence[Opened]) -> None:
        """These are the lanes from now on, each where the experiment is."""
        runs = tuple(run for _, _, states in found for run in states)
        experiment.lanes = [lane for lane, _, _ in found]
        experiment.history.lanes = [history for _, history, _ in found]
        experiment.stand_at(replace(experiment.checkpoint, runs=runs))
        experiment.relaned()

    async def _open_here(
        self,
        experiment: Experiment,
        bases: Sequence[RunSpec],
        counts: Sequence[int],
        planned: Sequence[list[Planned]],
    ) -> list[Opened]:
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
