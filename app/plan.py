"""Changes of settings that are to come, each at its epoch: how a saved state is reached again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.changes import Invalid, changed
from app.messages import Change
from engine import RunSpec
from engine.replay import Position
from engine.retuning import restarting_settings


@dataclass(frozen=True)
class Planned:
    """A change of a lane's settings, with its settings from then on."""

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


def plan_again(
    base: RunSpec, planned: Sequence[Planned], touched: Mapping[str, Any]
) -> list[Planned]:
    """A lane's changes for another one with settings `base`: what `touched` sets is left alone.

    What would start the other lane afresh is left out too.
    """
    paths = _leaves(touched)
    latest, again = base, []
    for one in planned:
        part = _without(one.change.changes, paths)
        if not part:
            continue
        try:
            spec = changed(latest, part)
        except Invalid:
            continue
        if not restarting_settings(latest, spec):
            again.append(Planned(one.change.model_copy(update={"changes": part}), spec))
            latest = spec
    return again


Path = tuple[str, ...]


def _leaves(part: Mapping[str, Any], above: Path = ()) -> set[Path]:
    """Paths of all that a partial spec sets; a choice given with its kind is set whole."""
    if "kind" in part:
        return {above}
    leaves: set[Path] = set()
    for key, value in part.items():
        path = (*above, key)
        leaves |= _leaves(value, path) if isinstance(value, Mapping) and value else {path}
    return leaves


def _without(part: Mapping[str, Any], paths: set[Path], above: Path = ()) -> dict[str, Any]:
    """The partial spec less what lies at or below one of the paths, or above one of them."""
    kept: dict[str, Any] = {}
    for key, value in part.items():
        path = (*above, key)
        if path in paths:
            continue
        if isinstance(value, Mapping) and "kind" not in value:
            if below := _without(value, paths, path):
                kept[key] = below
        elif not any(other[: len(path)] == path for other in paths):
            kept[key] = value
    return kept
