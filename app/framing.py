"""What of a drawing goes into a viewer's frame, and how coarse."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from app.experiment import Experiment
from app.viewing import Drawing, Looking, Viewer
from app.wire import Array
from engine import STATISTICS, Picture

ANSWER_ARRAYS = ("values", "chosen", "losses")
DETAIL_ARRAYS = ("unit_maps", "unit_scales", "weights", "unit_statistics", "ablation")
ENTRY_BYTES = 90
"""What an array takes in the header, in JSON."""


class Level(NamedTuple):
    """How sharp pictures are."""

    cells: int
    """Most cells in each direction of the plane, if their number can be divided so."""
    stride: int
    """Every so-manieth cell of the units' maps, in both directions."""
    inside: bool
    """With the inside of the network. The page goes on showing that of an earlier picture."""


LEVELS = (
    Level(100, 1, True),
    Level(50, 2, True),
    Level(25, 4, True),
    Level(25, 4, False),
    Level(10, 4, False),
)
"""From sharp to coarse."""
INSIDE = 2
"""The level of a picture that has the inside though there is no room: of every `EVERY`-th."""
EVERY = 8
TIMES = 4
"""Room for the inside then, in budgets."""


@dataclass
class Shot:
    """The part of a frame that shows a drawing."""

    fields: dict[str, Any]
    """Of the header."""
    arrays: list[tuple[str, int | None, Array]] = field(default_factory=list)

    @property
    def size(self) -> int:
        """Bytes on their way, within a tenth."""
        return sum(values.nbytes + ENTRY_BYTES for _, _, values in self.arrays)


class Camera:
    """Chooses how coarse the pictures of one viewer are."""

    def __init__(self) -> None:
        self.level = 0
        """Of the latest picture."""
        self._without = 0
        """Pictures since one that had the inside."""

    def fit(self, experiment: Experiment, viewer: Viewer, drawing: Drawing, room: float) -> Shot:
        """The sharpest that takes at most `room` bytes, or else the coarsest."""
        for level in range(len(LEVELS)):
            found = shot(experiment, viewer, drawing, LEVELS[level])
            if found.size <= room:
                break
        if not LEVELS[level].inside and self._without >= EVERY:
            inside = shot(experiment, viewer, drawing, LEVELS[INSIDE])
            if inside.size <= TIMES * room:
                found, level = inside, INSIDE
        self._without = 0 if LEVELS[level].inside else self._without + 1
        self.level = level
        return found

    def could_sharpen(
        self, experiment: Experiment, viewer: Viewer, drawing: Drawing, room: float
    ) -> bool:
        """Whether the drawing that was sent would now fit sharper."""
        if self.level == 0:
            return False
        return shot(experiment, viewer, drawing, LEVELS[self.level - 1]).size <= room


def shot(experiment: Experiment, viewer: Viewer, drawing: Drawing, level: Level) -> Shot:
    """What of a drawing a viewer looks at. A seed not yet pictured comes with the next."""
    runs: list[Mapping[str, Any]] = []
    focus: list[tuple[int, int, int, float]] = []
    result = Shot({"runs": runs, "focus": focus, "closer": None, "warp": None})
    sharp = []
    for number, lane in enumerate(experiment.lanes):
        members, seed = experiment.members(number), viewer.seed(number, lane)
        if members[seed] not in drawing.pictures:
            seed = next(k for k, run in enumerate(members) if run in drawing.pictures)
        picture = drawing.pictures[members[seed]]
        looking = viewer.looking
        spread = drawing.spreads.get(members[0]) if looking.spread else None
        runs.append(
            {
                "units": experiment.runs(number)[0].units,
                "boundary_scale": picture.boundary_scale,
                "seed": seed,
                "spread_scale": spread and spread.scale,
            }
        )
        result.arrays.append(("boundary", number, coarser(picture.boundary, level.cells)))
        result.arrays += [
            (f"layer_{name}", number, getattr(picture.statistics, name)) for name in STATISTICS
        ]
        if spread:
            result.arrays.append(("spread", number, coarser(spread.map, level.cells)))
        if number == looking.lane:
            _add_looking(result, picture, number, looking, level)
        if number != looking.lane or picture.detail is None or not level.inside:
            continue
        result.arrays += _inside(picture, number, level.stride)
        for of, layer, unit in viewer.focus:
            if of == number and (found := picture.detail.focus.get((layer, unit))):
                values, scale = found
                focus.append((number, layer, unit, scale))
                sharp.append(coarser(values, level.cells))
    if sharp:
        result.arrays.append(("focus", None, np.stack(sharp)))
    return result


def _add_looking(
    result: Shot, picture: Picture, number: int, looking: Looking, level: Level
) -> None:
    """The part of the plane, the answers and the warped plane that a viewer looks at."""
    if looking.domain and (closer := picture.closer.get(looking.domain)) is not None:
        result.fields["closer"] = looking.domain
        result.arrays.append(("closer", number, coarser(closer, level.cells)))
    if not level.inside:
        return
    if looking.points and picture.answers:
        arrays = {name: getattr(picture.answers, name) for name in ANSWER_ARRAYS}
        result.arrays += [(f"answer_{name}", number, array) for name, array in arrays.items()]
    if looking.warp and (warp := picture.warps.get(looking.warp)):
        layer, units = looking.warp
        result.fields["warp"] = {
            "layer": layer,
            "units": units,
            "shares": warp.shares,
            "line": warp.line,
        }
        result.arrays += [("warp_grid", number, warp.grid), ("warp_points", number, warp.points)]


def _inside(picture: Picture, number: int, stride: int) -> list[tuple[str, int | None, Array]]:
    detail = picture.detail
    assert detail is not None
    arrays = {name: getattr(detail, name) for name in DETAIL_ARRAYS}
    arrays["unit_maps"] = detail.unit_maps[:, ::stride, ::stride]
    return [(name, number, values) for name, values in arrays.items()]


def coarser(maps: NDArray[np.int8], most: int) -> NDArray[np.int8]:
    """(..., cells, cells) maps with at most `most` cells, or as few as equal steps allow.

    Of each block the cell in its middle, or before it.
    """
    cells = maps.shape[-1]
    step = next(step for step in range(1, cells + 1) if not cells % step and cells // step <= most)
    middle = (step - 1) // 2
    return maps[..., middle::step, middle::step]
