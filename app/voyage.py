"""Lanes on their way to another place in time, beside the experiment that they belong to."""

from collections.abc import Mapping, Sequence

from app.history import History
from app.lane import Lane, members, workload
from app.lane_history import Floats
from engine import Checkpoint, Retuning
from engine.checkpoint import RunState
from engine.replay import Position

KEEP_SECONDS = 0.1
"""Worker time between two places of the past that are kept, while there is memory for them."""


class Voyage:
    """State only. The lanes remember places that are passed."""

    def __init__(
        self,
        lanes: Sequence[Lane],
        checkpoint: Checkpoint,
        history: History | None = None,
    ) -> None:
        """history: taken on the way, when there is to be one."""
        self.lanes = lanes
        self.checkpoint = checkpoint
        self.history = history
        self._updates, self._stride = workload(lanes, checkpoint)
        self._since_kept = 0.0

    @property
    def position(self) -> Position:
        return self.checkpoint.epoch, self.checkpoint.batch

    def runs(self, number: int) -> tuple[RunState, ...]:
        """A lane's runs, where they are."""
        return tuple(self.checkpoint.runs[member] for member in members(self.lanes, number))

    def next_stop(self, position: Position, seconds: float) -> Position:
        """How far to go in a slice on the way to `position`."""
        epoch, batch = self.position
        epochs, batches = divmod(batch + self._stride.pieces(seconds), self._updates)
        return min(position, (epoch + epochs, 0 if epochs else batches))

    def retunings(self, stop: Position) -> list[Retuning]:
        """The changes from behind here up to `stop`."""
        found: list[Retuning] = []
        for number, lane in enumerate(self.lanes):
            for one in lane.planned:
                if self.position < one.position <= stop:
                    found.append(one.retuning(members(self.lanes, number), lane.specs(one.spec)))
        return sorted(found, key=lambda retuning: retuning.position)

    def arrive(self, checkpoint: Checkpoint, rows: Mapping[str, Floats], seconds: float) -> None:
        """Be further on, with the rows of the epochs between."""
        epochs = checkpoint.epoch - self.checkpoint.epoch
        updates = epochs * self._updates + checkpoint.batch - self.checkpoint.batch
        self.checkpoint = checkpoint
        if self.history is not None:
            self.history.append(rows)
        self._stride.measured(max(1, updates), seconds)
        self._since_kept += seconds
        if self._since_kept >= KEEP_SECONDS and not checkpoint.batch:
            self._since_kept = 0.0
            for number, lane in enumerate(self.lanes):
                lane.keep(self.position, self.runs(number))
