"""Parts of a network that are held: weights that training leaves alone, units that are silent.

Layers are counted as in the pictures: 0 are the features, then the hidden layers, then the output.
"""

from collections.abc import Sequence
from typing import Annotated

import numpy as np
from numpy.typing import NDArray
from pydantic import ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from engine.network import Architecture
from engine.option import Option, control

MOST_LAYER, MOST_UNIT, MOST_INPUT = 17, 255, 999


class FrozenPart(Option):
    """A layer, the parameters of one of its units, or a single weight or bias."""

    layer: Annotated[int, control("Layer", "1 is the first hidden layer.", ge=1, le=MOST_LAYER)]
    unit: Annotated[
        Annotated[int, control("Unit", "", ge=0, le=MOST_UNIT)] | None,
        control("Unit", "Counted from 0; all of the layer if there is none."),
    ] = None
    input: Annotated[
        Annotated[int, control("Input", "", ge=-1, le=MOST_INPUT)] | None,
        control("Input", "The unit below, or -1 for the bias; all of the unit if there is none."),
    ] = None

    @field_validator("input")
    @classmethod
    def _of_a_unit(cls, value: int | None, info: ValidationInfo) -> int | None:
        if value is not None and "unit" in info.data and info.data["unit"] is None:
            raise PydanticCustomError("input", "Say of which unit")
        return value


class AblatedUnit(Option):
    """A hidden unit whose output is held at 0."""

    layer: Annotated[int, control("Layer", "1 is the first hidden layer.", ge=1, le=MOST_LAYER - 1)]
    unit: Annotated[int, control("Unit", "Counted from 0.", ge=0, le=MOST_UNIT)]


def fault_of_frozen(part: FrozenPart, units: Sequence[int]) -> str | None:
    """What of it is not there, in a network with layers of `units` (features first)."""
    if part.layer >= len(units):
        return f"There is no layer {part.layer}; the output layer is {len(units) - 1}"
    if part.unit is not None and part.unit >= units[part.layer]:
        return _no_unit(part.layer, part.unit, units)
    if part.input is not None and part.input >= units[part.layer - 1]:
        return _no_unit(part.layer - 1, part.input, units)
    return None


def fault_of_ablated(part: AblatedUnit, units: Sequence[int]) -> str | None:
    """What of it is not there, in a network with layers of `units` (features first)."""
    if part.layer >= len(units) - 1:
        return f"There is no hidden layer {part.layer}; there are {len(units) - 2}"
    if part.unit >= units[part.layer]:
        return _no_unit(part.layer, part.unit, units)
    return None


def _no_unit(layer: int, unit: int, units: Sequence[int]) -> str:
    return f"There is no unit {unit} in layer {layer}; it has {units[layer]}, counted from 0"


def frozen_mask(design: Architecture, parts: Sequence[FrozenPart]) -> NDArray[np.bool_]:
    """(P,) which parameters are held. Of a unit or layer also gamma and beta."""
    mask = np.zeros(design.parameters, bool)
    views = design.views(mask)
    for part in parts:
        layer, view = design.layers[part.layer - 1], views[part.layer - 1]
        # Every piece of a maxout unit.
        rows = slice(None) if part.unit is None else slice(part.unit, None, layer.units)
        if part.input is not None:
            view.weights[part.input, rows] = True
            continue
        view.weights[:, rows] = True
        if view.norm is not None:
            view.norm[:, rows] = True
    return mask


def silent_units(parts: Sequence[AblatedUnit], layer: int) -> tuple[int, ...]:
    """The units of a layer that are ablated, in order."""
    return tuple(sorted({part.unit for part in parts if part.layer == layer}))
