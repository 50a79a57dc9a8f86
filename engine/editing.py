"""Setting single weights and biases by hand."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated

from engine.checkpoint import Checkpoint, RunState
from engine.option import Option, control
from engine.parts import MOST_INPUT, MOST_LAYER, MOST_UNIT, FrozenPart, fault_of_frozen

LARGEST = 1e6


class WeightEdit(Option):
    """One weight or bias, and the value that it is given."""

    layer: Annotated[int, control("Layer", "1 is the first hidden layer.", ge=1, le=MOST_LAYER)]
    unit: Annotated[int, control("Unit", "Counted from 0.", ge=0, le=MOST_UNIT)]
    input: Annotated[
        int, control("Input", "The unit below, or -1 for the bias.", ge=-1, le=MOST_INPUT)
    ]
    value: Annotated[float, control("Value", "What it becomes.", ge=-LARGEST, le=LARGEST)]

    @property
    def place(self) -> tuple[int, int, int]:
        """Equal ones are of the same weight."""
        return self.layer, self.unit, self.input


def fault_of_edit(edit: WeightEdit, units: Sequence[int]) -> str | None:
    """What of it is not there, in a network with layers of `units` (features first)."""
    part = FrozenPart(layer=edit.layer, unit=edit.unit, input=edit.input)
    return fault_of_frozen(part, units)


def edit_weights(checkpoint: Checkpoint, run: int, edits: Sequence[WeightEdit]) -> Checkpoint:
    """Set weights of one run, one after the other; the optimizer's state stays as it is.

    The pieces of a maxout unit are moved together, until their mean is the value. A run that has
    ended trains again, and early stopping looks for the best weights anew. Pure. Raises ValueError
    for a weight that is not there.
    """
    state = checkpoint.runs[run]
    for edit in edits:
        if fault := fault_of_edit(edit, state.units):
            raise ValueError(fault)
    runs = list(checkpoint.runs)
    runs[run] = _edited(state, edits)
    return replace(checkpoint, runs=tuple(runs))


def _edited(state: RunState, edits: Sequence[WeightEdit]) -> RunState:
    design, theta = state.spec.architecture, state.theta.copy()
    views = design.views(theta)
    for edit in edits:
        layer, weights = design.layers[edit.layer - 1], views[edit.layer - 1].weights
        pieces = weights[edit.input, edit.unit :: layer.units]
        if len(pieces) == 1:
            pieces[0] = edit.value
        else:
            pieces += edit.value - pieces.mean()
    return replace(state, theta=theta, best=None, status="training", message="")
