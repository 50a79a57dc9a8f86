"""Going to other places of an experiment's past, and from there into other futures."""

from abc import ABC
from collections.abc import Mapping
from typing import Any

from app import costs
from app.changes import Invalid, changed
from app.comparison import Comparison
from app.experiment import Experiment
from app.lane import renamed
from app.messages import Change
from app.plan import Planned
from app.tuning import item
from app.voyage import Voyage
from engine import Checkpoint
from engine.batches import batches_per_epoch
from engine.checkpoint import RunState
from engine.replay import Position
from engine.retuning import restarting_settings


class Rewinding(Comparison, ABC):
    """Each command takes place in one turn of its experiment."""

    async def seek(self, experiment: Experiment, position: Position) -> None:
        """Go to a place of the past. Raises Invalid when it has not been there."""

        async def turn() -> None:
            await self._seek(experiment, position)

        await self.command(experiment, turn)

    async def fork(
        self, experiment: Experiment, number: int, position: Position, part: Mapping[str, Any]
    ) -> None:
        """Go there, and add a lane that goes on from a lane's state with changed settings.

        Raises Unknown, Invalid for a place that has not been, and for settings that are wrong or
        with which a run can only start afresh.
        """

        async def turn() -> None:
            self.refuse_crowd(experiment, 1)
            parent = item(experiment.lanes, number)
            if position == (0, 0):
                raise Invalid([("epoch", "At epoch 0 nothing is learned yet: add a run instead")])
            # All refusals come before the way there, which may be long.
            before = parent.spec_at(position)
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
            costs.check(
                self.settings,
                [*self.specs(experiment), spec],
                [*(one.seeds for one in experiment.lanes), parent.seeds],
                costs.below("changes"),
                [len(experiment.lanes)],
                part,
            )
            costs.check_changes(self.settings, experiment.lanes, parent.made + 1)
            await self._seek(experiment, position)
            experiment.left = None  # that it was gone back to, the fork says
            lane, states = parent.copy(), experiment.runs(number)
            lane.forked = position
            experiment.cut()
            self.append(experiment, [(lane, experiment.history.lanes[number].copy(), states)])
            new = len(experiment.lanes) - 1
            self.rename(experiment, new, name)
            if spec != before:
                epoch, batch = position
                change = Change(epoch=epoch, batch=batch, run=new, changes=rest)
                lane.planned.append(Planned(change, renamed(spec, name)))
                await self.make_changes(experiment, [new])

        await self.command(experiment, turn)

    async def _seek(self, experiment: Experiment, position: Position) -> None:
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
            voyage = Voyage(lanes, checkpoint)
            await self.travel(experiment, voyage, position)
            for index, number in enumerate(numbers):
                runs[number] = voyage.runs(index)
        ordered = [run for number in range(len(experiment.lanes)) for run in runs[number]]
        experiment.go_to(Checkpoint(tuple(ordered), *position))
        experiment.edited()
