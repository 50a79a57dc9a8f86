"""Runs whose settings change on the way: the same changes at the same places give the same bits."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from engine.arrays import Array
from engine.checkpoint import Checkpoint
from engine.editing import WeightEdit, edit_weights
from engine.metrics import METRICS
from engine.retuning import retune
from engine.spec import RunSpec
from engine.training import Span, advance_over

Position = tuple[int, int]
"""Completed epochs, and completed batches of the epoch begun."""


@dataclass(frozen=True)
class Retuning:
    """New settings, and then weights set by hand, for some runs at one place."""

    position: Position
    specs: dict[int, RunSpec]
    """By index of the run."""
    weights: Mapping[int, Sequence[WeightEdit]] = field(default_factory=dict)
    """By index of the run."""

    def made(self, checkpoint: Checkpoint) -> Checkpoint:
        """The runs with their new settings and weights."""
        for run, spec in self.specs.items():
            checkpoint, _ = retune(checkpoint, run, spec)
        for run, edits in self.weights.items():
            checkpoint = edit_weights(checkpoint, run, edits)
        return checkpoint


def replay(
    checkpoint: Checkpoint, position: Position, retunings: Sequence[Retuning] = ()
) -> tuple[Checkpoint, dict[str, Array]]:
    """Train on to `position`, with the changes of settings that lie on the way, in their order.

    A change at `position` itself is made; those before the checkpoint are not. Returns the history
    as well, as `Frames` has it. Runs that have all ended stay where they are, and the checkpoint
    is said to be at `position` all the same. Raises ValueError for a position in the past.
    """
    if position < (checkpoint.epoch, checkpoint.batch):
        raise ValueError("a checkpoint can only be trained on")
    parts = []
    for stop in retunings:
        if (checkpoint.epoch, checkpoint.batch) <= stop.position <= position:
            checkpoint, history = _advance_to(checkpoint, stop.position)
            parts.append(history)
            checkpoint = stop.made(checkpoint)
    checkpoint, history = _advance_to(checkpoint, position)
    parts.append(history)
    merged = {name: np.concatenate([part[name] for part in parts], axis=-1) for name in parts[0]}
    return checkpoint, merged


def _advance_to(checkpoint: Checkpoint, position: Position) -> tuple[Checkpoint, dict[str, Array]]:
    first, epochs = checkpoint.epoch + 1, position[0] - checkpoint.epoch
    numbers = np.full((len(checkpoint.runs), epochs, len(METRICS)), np.nan)
    if position != (checkpoint.epoch, checkpoint.batch):
        span = Span(checkpoint.epoch, checkpoint.batch, *position)
        checkpoint, known, _ = advance_over(checkpoint, span)
        numbers[:, : known.shape[1]] = known  # less when all have ended before
    history: dict[str, Array] = {"epoch": np.arange(first, first + epochs)}
    history |= {name: numbers[:, :, index] for index, name in enumerate(METRICS)}
    return replace(checkpoint, epoch=position[0], batch=position[1]), history
