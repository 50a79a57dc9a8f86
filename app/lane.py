"""One lane of an experiment: settings, trained with one seed or several, and their past."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from app.messages import Change
from app.pace import Stride
from app.plan import Planned
from engine import Checkpoint, Fingerprints, RunSpec, RunState, estimate_cost, model_facts
from engine.replay import Position

MAX_SEED = 2**32


@dataclass(frozen=True)
class Kept:
    """A lane at one place of its past."""

    position: Position
    runs: tuple[RunState, ...]

    def renamed(self, name: str) -> "Kept":
        """The same with settings of another name."""
        runs = (replace(run, spec=renamed(run.spec, name)) for run in self.runs)
        return replace(self, runs=tuple(runs))

    @property
    def size(self) -> int:
        """Bytes, roughly."""
        return sum(
            2000 + run.theta.nbytes + run.optimizer_state.nbytes + run.running.nbytes
            for run in self.runs
        )


@dataclass(eq=False)
class Lane:
    """State only; the experiment's checkpoint holds where its runs are now."""

    base: RunSpec
    """Its settings at epoch 0."""
    fingerprints: Fingerprints
    seeds: int = 1
    planned: list[Planned] = field(default_factory=list)
    """All changes of its settings, in order: made, and to come."""
    made: int = 0
    """How many of them have been made."""
    kept: list[Kept] = field(default_factory=list)
    """From which its past can be reached again, in order; the first is epoch 0."""
    forked: Position | None = None
    """Where it was forked from another lane."""

    @property
    def due(self) -> Planned | None:
        """The next change to make."""
        return self.planned[self.made] if self.made < len(self.planned) else None

    def spec_at(self, position: Position) -> RunSpec:
        """Its settings at a place of its past."""
        specs = [one.spec for one in self.planned if one.position <= position]
        return specs[-1] if specs else self.base

    def spec_of_update(self, position: Position) -> RunSpec:
        """The settings with which the update before a place was made."""
        specs = [one.spec for one in self.planned if one.position < position]
        return specs[-1] if specs else self.base

    def opening(self, spec: RunSpec) -> list[Planned]:
        """What sets its weights at epoch 0, for these settings."""
        return [Planned(one.change, spec) for one in self.planned if one.position == (0, 0)]

    def specs(self, spec: RunSpec) -> list[RunSpec]:
        """These settings with each of the lane's seeds."""
        return with_seeds(spec, self.seeds)

    def rename(self, name: str) -> None:
        """Also in its past and in what is to come."""
        self.base = renamed(self.base, name)
        self.planned = [replace(one, spec=renamed(one.spec, name)) for one in self.planned]
        self.kept = [kept.renamed(name) for kept in self.kept]

    def change(self, planned: Planned) -> None:
        """A change is made now. What had been to come, is not any more."""
        self.planned[self.made :] = [planned]
        self.made += 1

    def keep(self, position: Position, runs: Sequence[RunState]) -> None:
        """Remember this place, instead of how it was known before."""
        place = bisect_right(self.kept, position, key=lambda kept: kept.position)
        if place and self.kept[place - 1].position == position:
            place -= 1
            del self.kept[place]
        self.kept.insert(place, Kept(position, tuple(runs)))

    def nearest(self, position: Position) -> Kept:
        """The last kept place that is not after `position`."""
        return self.kept[bisect_right(self.kept, position, key=lambda kept: kept.position) - 1]

    def cut(self, position: Position) -> None:
        """Forget what lies after `position`."""
        del self.kept[bisect_right(self.kept, position, key=lambda kept: kept.position) :]

    def thin(self) -> None:
        """Forget every second place, but epoch 0."""
        del self.kept[1::2]

    def copy(self) -> "Lane":
        """The same past, with a future of its own."""
        made = self.planned[: self.made]
        return Lane(self.base, self.fingerprints, self.seeds, made, self.made, list(self.kept))


def members(lanes: Sequence[Lane], number: int) -> range:
    """The numbers of a lane's runs in a checkpoint of these lanes."""
    begin = sum(lane.seeds for lane in lanes[:number])
    return range(begin, begin + lanes[number].seeds)


def workload(lanes: Sequence[Lane], checkpoint: Checkpoint) -> tuple[int, Stride]:
    """Updates in an epoch of the lanes together, and a first guess of how many fit into a slice."""
    specs = [checkpoint.runs[members(lanes, number)[0]].spec for number in range(len(lanes))]
    updates = max(model_facts(spec).updates_per_epoch for spec in specs)
    cost = estimate_cost(specs, [lane.seeds for lane in lanes])
    return updates, Stride(cost.seconds_per_epoch / updates)


def renamed(spec: RunSpec, name: str) -> RunSpec:
    """The same settings under another name."""
    return spec.model_copy(update={"name": name})


def with_seeds(spec: RunSpec, count: int) -> list[RunSpec]:
    """The same settings with `count` seeds, from the spec's own on."""
    return [
        spec.model_copy(update={"seed": (spec.seed + offset) % MAX_SEED}) for offset in range(count)
    ]


def changes_of(lanes: Sequence[Lane]) -> list[Change]:
    """What has been changed so far, with the lane's number, in order."""
    made = [
        planned.change.model_copy(update={"run": number})
        for number, lane in enumerate(lanes)
        for planned in lane.planned[: lane.made]
    ]
    return sorted(made, key=lambda change: (change.epoch, change.batch))
