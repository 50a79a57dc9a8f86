"""Changes of settings that are to come, each at its epoch: how a saved state is reached again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.changes import Invalid, changed
from app.messages import MAX_EDITS, Change
from engine import Retuning, RunSpec, WeightEdit
from engine.editing import fault_of_edit
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

    def retuning(self, runs: Sequence[int], specs: Sequence[RunSpec]) -> Retuning:
        """The same for the lane's runs, each with its own seed."""
        weights = self.change.weights
        return Retuning(
            self.position,
            dict(zip(runs, specs, strict=True)),
            dict.fromkeys(runs, weights) if weights else {},
        )


def plan(
    specs: list[RunSpec], changes: list[Change], target: Position
) -> tuple[list[RunSpec], list[Planned]]:
    """The specs to start with, and the changes to come in their order. Raises Invalid.

    Weights set at epoch 0 are among the changes, after all settings there.
    """
    latest = list(specs)
    planned: list[Planned] = []
    opening: list[tuple[str, Change]] = []
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
            if change.weights:
                opening.append((path, change.model_copy(update={"changes": {}})))
        elif restarting := restarting_settings(before, spec):
            detail = f"Changing {', '.join(restarting)} starts the run afresh, so it has no epoch"
            raise Invalid([(f"{path}.changes", detail)])
        else:
            refuse_faults(change.weights, spec, path)
            planned.append(Planned(change, spec))
    for path, change in opening:
        refuse_faults(change.weights, specs[change.run], path)
    return specs, [*(Planned(change, specs[change.run]) for _, change in opening), *planned]


def refuse_faults(weights: Sequence[WeightEdit], spec: RunSpec, path: str = "") -> None:
    """Refuse to set weights that are not there. Raises Invalid."""
    for index, edit in enumerate(weights):
        if fault := fault_of_edit(edit, spec.units):
            raise Invalid([(f"{path}.weights.{index}".lstrip("."), fault)])


def with_edits(changes: Sequence[Change], change: Change, spec: RunSpec) -> list[Change]:
    """The changes of a lane at one place with another one, which sets weights, at the end.

    It takes in the one before where that sets weights too: who drags a weight makes one change.
    The pieces of maxout units are moved by each edit, so these stay apart.
    """
    if not changes or changes[-1].changes:
        return [*changes, change]
    *others, last = changes
    merged = {edit.place: edit for edit in (*last.weights, *change.weights)}
    layers = spec.architecture.layers
    moved = any(layers[edit.layer - 1].activation.rows > 1 for edit in merged.values())
    if moved or len(merged) > MAX_EDITS:
        return [*changes, change]
    return [*others, change.model_copy(update={"weights": list(merged.values())})]


def openings(
    planned: Sequence[Sequence[Planned]], counts: Sequence[int]
) -> dict[int, list[WeightEdit]]:
    """The weights that are set at epoch 0, by number of the run: of each lane its changes."""
    found: dict[int, list[WeightEdit]] = {}
    first = 0
    for plans, count in zip(planned, counts, strict=True):
        edits = [edit for one in plans if one.position == (0, 0) for edit in one.change.weights]
        found |= {run: edits for run in range(first, first + count) if edits}
        first += count
    return found


def plan_again(
    base: RunSpec, planned: Sequence[Planned], touched: Mapping[str, Any]
) -> list[Planned]:
    """A lane's changes for another one with settings `base`: what `touched` sets is left alone.

    What would start the other lane afresh is left out too, and weights that it does not have.
    """
    paths = _leaves(touched)
    latest, again = base, []
    for one in planned:
        part = _without(one.change.changes, paths)
        try:
            spec = changed(latest, part) if part else latest
        except Invalid:
            part, spec = {}, latest
        if restarting_settings(latest, spec):
            part, spec = {}, latest
        kept = [edit for edit in one.change.weights if not fault_of_edit(edit, spec.units)]
        if part or kept:
            update = {"changes": part, "weights": kept}
            again.append(Planned(one.change.model_copy(update=update), spec))
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
