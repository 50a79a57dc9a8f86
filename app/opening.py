"""How an experiment begins: its runs, lane by lane and seed by seed, and its first pictures."""

from collections.abc import Sequence
from dataclasses import replace

from app import worker
from app.experiment import Experiment
from app.lane import Lane, with_seeds
from app.plan import Planned
from app.viewing import Drawing, Wanted
from engine import Checkpoint, Fingerprints, Frames, RunSpec, View

Opened = tuple[Checkpoint, Frames, list[Fingerprints], worker.Drawn]


def members_of(specs: Sequence[RunSpec], counts: Sequence[int]) -> list[RunSpec]:
    """The settings of all runs, lane by lane and seed by seed."""
    pairs = zip(specs, counts, strict=True)
    return [member for spec, count in pairs for member in with_seeds(spec, count)]


def lanes_of(
    specs: Sequence[RunSpec],
    counts: Sequence[int],
    planned: Sequence[Sequence[Planned]],
    opened: Opened,
) -> list[Lane]:
    """New lanes. planned: the changes of each, those at epoch 0 being made."""
    _, _, found, _ = opened
    firsts = [sum(counts[:number]) for number in range(len(counts))]
    return [
        Lane(spec, found[first], count, list(plans), sum(one.position == (0, 0) for one in plans))
        for spec, first, count, plans in zip(specs, firsts, counts, planned, strict=True)
    ]


def begin(
    experiment: Experiment,
    specs: Sequence[RunSpec],
    counts: Sequence[int],
    planned: Sequence[Sequence[Planned]],
    opened: Opened,
    wanted: Wanted,
) -> None:
    """Let an experiment begin with new lanes, and with the pictures that were wanted."""
    checkpoint, frames, _, drawn = opened
    experiment.begin(lanes_of(specs, counts, planned, opened), checkpoint, frames)
    experiment.show(Drawing(replace(experiment.picture_key, wanted=wanted), *drawn))


def first_look(members: Sequence[RunSpec], counts: Sequence[int]) -> Wanted:
    """What a viewer of a new experiment will want to see. members: see `members_of`."""
    firsts = tuple(sum(counts[:number]) for number in range(len(counts)))
    return Wanted(View(runs=firsts, detailed=firsts[:1])).sized(members)
