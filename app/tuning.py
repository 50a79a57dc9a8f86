"""What commands do to the settings of an experiment's lanes."""

from abc import ABC
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from app import costs, worker
from app.changes import changed
from app.errors import Unknown
from app.experiment import Experiment
from app.lane import renamed
from app.messages import Change
from app.opening import begin, members_of
from app.plan import Planned, openings, refuse_faults, with_edits
from app.scheduler import Scheduler
from engine import Retuning, RunSpec, WeightEdit
from engine.retuning import restarting_settings

T = TypeVar("T")


class Tuning(Scheduler, ABC):
    """Each command takes place in one turn of its experiment."""

    async def retune(
        self, experiment: Experiment, numbers: Sequence[int] | None, part: Mapping[str, Any]
    ) -> tuple[str, ...]:
        """Change settings of some lanes, or of all. Returns those that restarted everything.

        Raises Unknown for a lane, Invalid for the settings, Refusal for too many changes.
        """

        async def turn() -> tuple[str, ...]:
            chosen = range(len(experiment.lanes)) if numbers is None else numbers
            specs = self.specs(experiment)
            new = {number: changed(item(specs, number), part) for number in chosen}
            if "name" in part:
                for number, spec in new.items():
                    self.rename(experiment, number, spec.name)
                specs = self.specs(experiment)
                experiment.changed()
            new = {number: spec for number, spec in new.items() if spec != specs[number]}
            if not new:
                return ()
            for number, spec in new.items():
                specs[number] = spec
            seeds = [lane.seeds for lane in experiment.lanes]
            costs.check(self.settings, specs, seeds, costs.in_part, new, part)
            if experiment.position == (0, 0):
                await self.begin_again(experiment, specs)
                return ()
            before = self.specs(experiment)
            restarted = {
                path: None
                for number, spec in new.items()
                for path in restarting_settings(before[number], spec)
            }
            if restarted:
                await self.begin_again(experiment, specs)
                return tuple(restarted)
            costs.check_changes(self.settings, experiment.lanes, len(new))
            epoch, batch = experiment.position
            kept = {key: value for key, value in part.items() if key != "name"}
            for number, spec in new.items():
                change = Change(epoch=epoch, batch=batch, run=number, changes=kept)
                experiment.lanes[number].change(Planned(change, spec))
                experiment.lanes[number].made -= 1  # by make_changes
                experiment.lanes[number].cut(experiment.position)
            experiment.cut()
            await self.make_changes(experiment, list(new))
            return ()

        return await self.command(experiment, turn)

    async def edit(
        self, experiment: Experiment, number: int, weights: Sequence[WeightEdit]
    ) -> None:
        """Set weights of a lane, the same for all of its seeds.

        Raises Unknown for a lane, Invalid for weights, Refusal for too many changes.
        """

        async def turn() -> None:
            lane, specs = item(experiment.lanes, number), self.specs(experiment)
            spec = specs[number]
            refuse_faults(weights, spec)
            epoch, batch = experiment.position
            change = Change(epoch=epoch, batch=batch, run=number, weights=list(weights))
            begin = lane.made
            while begin and lane.planned[begin - 1].position == (epoch, batch):
                begin -= 1
            before = [one.change for one in lane.planned[begin : lane.made]]
            after = with_edits(before, change, spec)
            costs.check_changes(self.settings, experiment.lanes, len(after) - len(before))
            if (epoch, batch) == (0, 0):
                plans = [one.opening(own) for one, own in zip(experiment.lanes, specs, strict=True)]
                plans[number] = [Planned(one, spec) for one in after]
                await self._begin_lanes(experiment, specs, plans)
                return
            # What is made now may have taken in the edit before it.
            lane.made = begin + len(after) - 1
            lane.planned[lane.made :] = [Planned(after[-1], spec)]
            lane.cut(experiment.position)
            experiment.cut()
            await self.make_changes(experiment, [number])

        await self.command(experiment, turn)

    def rename(self, experiment: Experiment, number: int, name: str) -> None:
        experiment.lanes[number].rename(name)
        runs = list(experiment.checkpoint.runs)
        for member in experiment.members(number):
            runs[member] = replace(runs[member], spec=renamed(runs[member].spec, name))
        experiment.checkpoint = replace(experiment.checkpoint, runs=tuple(runs))

    async def make_changes(self, experiment: Experiment, numbers: Sequence[int]) -> None:
        """The next planned change of each of these lanes, here and now."""
        specs: dict[int, RunSpec] = {}
        weights: dict[int, Sequence[WeightEdit]] = {}
        for number in numbers:
            lane = experiment.lanes[number]
            assert lane.due is not None
            one = lane.due.retuning(experiment.members(number), lane.specs(lane.due.spec))
            specs |= one.specs
            weights |= one.weights
        retuning = Retuning(experiment.position, specs, weights)
        checkpoint = await self.work(experiment, worker.tune, experiment.checkpoint, retuning)
        for number in numbers:
            experiment.lanes[number].made += 1
        experiment.stand_at(checkpoint)
        experiment.edited()

    def specs(self, experiment: Experiment) -> list[RunSpec]:
        """The present settings of each lane."""
        return [experiment.runs(number)[0].spec for number in range(len(experiment.lanes))]

    async def begin_again(self, experiment: Experiment, specs: Sequence[RunSpec]) -> None:
        """All lanes at epoch 0, with these settings and no changes to come.

        Weights that were set there are set again, where those that are drawn are the same.
        """
        await self._begin_lanes(
            experiment,
            specs,
            [
                [] if restarting_settings(lane.base, spec) else lane.opening(spec)
                for lane, spec in zip(experiment.lanes, specs, strict=True)
            ],
        )

    async def _begin_lanes(
        self,
        experiment: Experiment,
        specs: Sequence[RunSpec],
        planned: Sequence[Sequence[Planned]],
    ) -> None:
        counts = [lane.seeds for lane in experiment.lanes]
        members, weights = members_of(specs, counts), openings(planned, counts)
        wanted = experiment.wanted
        opened = await self.work(experiment, worker.open_runs, members, wanted.view, weights)
        begin(experiment, specs, counts, planned, opened, wanted)


def item(items: Sequence[T], number: int) -> T:
    """Raises Unknown."""
    if not 0 <= number < len(items):
        raise Unknown(f"run {number}")
    return items[number]
