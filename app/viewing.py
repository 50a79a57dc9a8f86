"""Who watches an experiment, what they look at, and what has been drawn for them."""

import asyncio
import time
from dataclasses import dataclass, field

from app.lane import Lane
from engine import Picture, Spread, View
from engine.replay import Position

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
