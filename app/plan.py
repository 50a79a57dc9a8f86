"""Changes of settings that are to come, each at its epoch: how a saved state is reached again."""

from dataclasses import dataclass

from app.changes import Invalid, changed
from app.messages import Change
from engine import RunSpec
from engine.retuning import restarting_settings

Position = tuple[int, int]
"""Completed epochs, and completed batches of the epoch begun."""


@dataclass(frozen=True)
class Planned:
    """A change to come, with the settings of its run from then on."""

    change: Change
    spec: RunSpec

    @property
    def position(self) -> Position:
        return self.change.epoch, self.change.batch


def plan(
    specs: list[RunSpec], changes: list[Change], target: Position
) -> tuple[list[RunSpec], list[Planned]]:
    """The specs to start with, and the changes to come in their order. Raises Invalid."""
    latest = list(specs)
    planned: list[Planned] = []
    for index, change in sorted(
        enumerate(changes), key=lambda item: (item[1].epoch, item[1].batch)
    ):
        path = f"changes.{index}"
        position = (change.epoch, change.batch)
        if change.run >= len(specs):
            raise Invalid([(f"{path}.run", f"There are {len(specs)} runs, counted from 0")])
        if target > (0, 0) and position > target:
            raise Invalid([(f"{path}.epoch", "Comes after the epoch to train up to")])
        before = latest[change.run]
        try:
            spec = changed(before, change.changes)
        except Invalid as error:
            raise error.below(f"{path}.changes") from None
        latest[change.run] = spec
        if position == (0, 0):
            specs = list(latest)
        elif restarting := restarting_settings(before, spec):
            detail = f"Changing {', '.join(restarting)} starts the run afresh, so it has no epoch"
            raise Invalid([(f"{path}.changes", detail)])
        else:
            planned.append(Planned(change, spec))
    return specs, planned
