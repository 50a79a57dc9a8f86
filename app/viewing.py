"""Who watches an experiment, what they look at, and what has been drawn for them."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from app.lane import Lane
from app.worker import SPREAD_CELLS
from engine import Picture, RunSpec, Spread, View
from engine.facts import drawing_seconds
from engine.replay import Position

SHARPNESS = ((100, 3), (50, 2), (25, 1))
"""Cells of pictures in both directions, and every how-manieth of them a unit's map has."""
MOST_DRAWING = 0.1
"""Seconds that a set of pictures may take: a click may have to wait for it."""

Unit = tuple[int, int, int]
"""Lane, layer (0 are the features), unit."""


@dataclass(eq=False)
class Viewer:
    """One open stream."""

    wake: asyncio.Event = field(default_factory=asyncio.Event)
    credit: int = 1
    """Frames that it can take now."""
    focus: tuple[Unit, ...] = ()
    lane: int = 0
    """Whose units it looks at."""
    seeds: tuple[int, ...] = ()
    """Which seed of each lane it wants pictured; the first where nothing is said."""
    spread: bool = False
    """Whether it wants to see where seeds disagree."""

    def seed(self, number: int, lane: Lane) -> int:
        """Which seed of a lane it sees."""
        wanted = self.seeds[number] if number < len(self.seeds) else 0
        return min(wanted, lane.seeds - 1)


@dataclass(frozen=True)
class Wanted:
    """What is to be drawn, in numbers of the checkpoint's runs."""

    view: View
    groups: tuple[tuple[int, ...], ...] = ()
    """Runs that differ in their seeds: where they disagree is drawn too."""

    def sized(self, specs: Sequence[RunSpec]) -> "Wanted":
        """The same with fewer cells where drawing is estimated to take more than `MOST_DRAWING`.

        specs: of every run of the checkpoint.
        """
        view = self.view
        runs = range(len(specs)) if view.runs is None else view.runs
        detailed = runs if view.detailed is None else view.detailed
        seconds = sum(drawing_seconds(specs[run], run in detailed) for run in runs)
        spread = sum(len(group) * drawing_seconds(specs[group[0]], False) for group in self.groups)
        most, _ = SHARPNESS[0]
        fitting = (
            sharpness
            for sharpness in SHARPNESS
            if seconds * sharpness[0] ** 2 + spread * min(sharpness[0], SPREAD_CELLS) ** 2
            <= MOST_DRAWING * most**2
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
