"""Who watches an experiment, what they look at, and what has been drawn for them."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from app.lane import Lane
from app.worker import SPREAD_CELLS
from engine import Picture, RunSpec, Spread, View
from engine.answers import MOST_POINTS
from engine.facts import GRID, drawing_seconds
from engine.picture import Domain
from engine.replay import Position
from engine.warp import LINES

SHARPNESS = ((100, 3), (50, 2), (25, 1))
"""Cells of pictures in both directions, and every how-manieth of them a unit's map has."""
MOST_DRAWING = 0.1
"""Seconds that a set of pictures may take: a click may have to wait for it."""

MOST_CLOSER, MOST_WARPS = 4, 4
"""Parts of planes, and layers' views, that all viewers of an experiment together get."""
EXACT_POINTS = LINES**2 + 2 * MOST_POINTS
"""Most points that are looked at one by one for a lane."""

Unit = tuple[int, int, int]
"""Lane, layer (0 are the features), unit."""
Pair = tuple[int, int]
"""Two units of a layer."""


@dataclass(frozen=True)
class Looking:
    """What a viewer looks at."""

    lane: int = 0
    """Whose units it looks at; the fields below are of this lane too."""
    seeds: tuple[int, ...] = ()
    """Which seed of each lane it wants pictured; the first where nothing is said."""
    spread: bool = False
    """Whether it wants to see where seeds disagree."""
    domain: Domain | None = None
    """The part of the plane that it sees; None: all of it."""
    points: bool = False
    """Whether it wants the exact answers at the points."""
    warp: tuple[int, Pair | None] | None = None
    """The layer whose view of the plane it sees, and along which units."""


@dataclass(eq=False)
class Viewer:
    """One open stream."""

    wake: asyncio.Event = field(default_factory=asyncio.Event)
    credit: int = 1
    """Frames that it can take now."""
    focus: tuple[Unit, ...] = ()
    looking: Looking = Looking()

    def seed(self, number: int, lane: Lane) -> int:
        """Which seed of a lane it sees."""
        seeds = self.looking.seeds
        wanted = seeds[number] if number < len(seeds) else 0
        return min(wanted, lane.seeds - 1)


@dataclass(frozen=True)
class Wanted:
    """What is to be drawn, in numbers of the checkpoint's runs."""

    view: View
    groups: tuple[tuple[int, ...], ...] = ()
    """Runs that differ in their seeds: where they disagree is drawn too."""

    def sized(self, specs: Sequence[RunSpec]) -> "Wanted":
        """The same with fewer cells where drawing is estimated to take more than `MOST_DRAWING`.

        Of networks so large that their points would take half of it, these are left out.

        specs: of every run of the checkpoint.
        """
        view = self.view
        runs = range(len(specs)) if view.runs is None else view.runs
        detailed = runs if view.detailed is None else view.detailed
        seconds = sum(drawing_seconds(specs[run], run in detailed) for run in runs)
        seconds += sum(drawing_seconds(specs[run], False) for run, _ in view.closer)
        exact = [*view.answers, *(run for run, _, _ in view.warps)]
        fixed = sum(drawing_seconds(specs[run], False) for run in exact) * EXACT_POINTS / GRID
        if fixed > MOST_DRAWING / 2:  # no fewer points would do
            view, fixed = replace(view, answers=(), warps=()), 0.0
        spread = sum(len(group) * drawing_seconds(specs[group[0]], False) for group in self.groups)
        most, _ = SHARPNESS[0]
        fitting = (
            sharpness
            for sharpness in SHARPNESS
            if seconds * sharpness[0] ** 2 + spread * min(sharpness[0], SPREAD_CELLS) ** 2
            <= (MOST_DRAWING - fixed) * most**2
        )
        cells, stride = next(fitting, SHARPNESS[-1])
        return replace(self, view=replace(view, cells=cells, unit_stride=stride))


@dataclass(frozen=True)
class PictureKey:
    """What a set of pictures shows."""

    timeline: int
    edits: int
    position: Position
    wanted: Wanted


@dataclass(frozen=True)
class Drawing:
    """Pictures by number of the run, and spreads by that of the first run of the group."""

    key: PictureKey
    pictures: dict[int, Picture]
    spreads: dict[int, Spread]
    made: float = field(default_factory=time.time)
    """When, in seconds since 1970."""
