"""What is stored of an experiment: captured on the event loop, written out in a thread."""

import io
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from app.clients import Client
from app.experiment import Experiment, Stored
from app.history import Block, Bounds, History
from app.lane import Kept, Lane, members
from app.messages import Change, Rewind, Until
from app.plan import Planned
from engine import Checkpoint, Fingerprints, RunSpec
from engine.checkpoint import RunState
from engine.checkpoint_file import read_checkpoint, save_checkpoint
from engine.replay import Position

ELSEWHERE = (
    "This was trained on a computer with another kind of processor: it goes on from the same "
    "numbers, but not to the same bits."
)
UNCLEAN = 1000
"""How far the timeline goes on when viewers may know more than is stored: no server can have told
of so many in the time that was lost."""


@dataclass(frozen=True)
class LaneRecord:
    """A lane's settings."""

    base: RunSpec
    seeds: int
    planned: tuple[Planned, ...]
    made: int
    forked: Position | None


@dataclass(frozen=True)
class Record:
    """An experiment at one moment. Nothing in it changes any more."""

    id: str
    live: bool
    """Whether it goes on being changed by this server."""
    active: bool
    """Whether it wants to train."""
    fields: dict[str, Any]
    """JSON values."""
    lanes: tuple[LaneRecord, ...]
    checkpoint: Checkpoint
    blocks: list[Block]
    """Of the history, those that are new or longer than what is stored."""
    gone: list[int]
    """First epochs of stored blocks that are no more."""
    whole: bool
    """Whether all of the history is in `blocks`."""
    stored: Stored
    """As far as it will be in the store."""

    def state(self) -> str:
        """JSON of all but arrays."""
        lanes = [
            {
                "base": lane.base.model_dump(mode="json"),
                "seeds": lane.seeds,
                "planned": [
                    {"change": one.change.model_dump(), "spec": one.spec.model_dump(mode="json")}
                    for one in lane.planned
                ],
                "made": lane.made,
                "forked": lane.forked,
            }
            for lane in self.lanes
        ]
        return json.dumps({**self.fields, "lanes": lanes})

    def arrays(self) -> bytes:
        """The checkpoint as a file."""
        file = io.BytesIO()
        save_checkpoint(self.checkpoint, file, compressed=False)
        return file.getvalue()


def capture(experiment: Experiment, *, live: bool) -> Record:
    """The experiment as it is now. Nothing is copied: what it refers to does not change."""
    client, history, stored = experiment.client, experiment.history, experiment.stored
    blocks = history.blocks
    now = {block.start: (block.level, block.rows) for block in blocks}
    whole = stored is None or stored.timeline != experiment.timeline
    known = {} if stored is None or whole else stored.blocks
    return Record(
        id=experiment.id,
        live=live,
        active=experiment.active,
        fields={
            "client": [client.key, client.address],
            "status": experiment.status,
            "message": experiment.message,
            "timeline": experiment.timeline,
            "edits": experiment.edits,
            "epochs_per_second": experiment.epochs_per_second,
            "target": experiment.target,
            "until": None if experiment.until is None else experiment.until.model_dump(),
            "worker_seconds": experiment.worker_seconds,
            "rewinds": [one.model_dump() for one in experiment.rewinds],
            "left": experiment.left,
            "history": [history.epoch, history.size, history.levels.copy()],
        },
        lanes=tuple(
            LaneRecord(lane.base, lane.seeds, tuple(lane.planned), lane.made, lane.forked)
            for lane in experiment.lanes
        ),
        checkpoint=experiment.checkpoint,
        blocks=[one for one in blocks if known.get(one.start) != (one.level, one.rows)],
        gone=[start for start in known if start not in now],
        whole=whole,
        stored=Stored(experiment.stamp, experiment.timeline, now),
    )


@dataclass(frozen=True)
class Found:
    """An experiment as it was stored."""

    live: bool
    """Whether its server had no time to say that this was its last state."""
    fields: dict[str, Any]
    lanes: tuple[LaneRecord, ...]
    checkpoint: Checkpoint
    here: bool
    """Whether it goes on to the same bits on this machine."""
    history: History

    @property
    def specs(self) -> list[RunSpec]:
        return [lane.base for lane in self.lanes]

    @property
    def counts(self) -> list[int]:
        """How many seeds each lane has."""
        return [lane.seeds for lane in self.lanes]


def parse(live: bool, state: str, arrays: bytes, blocks: Sequence[bytes], bounds: Bounds) -> Found:
    """Read what `Record` wrote. Raises ValueError, KeyError or TypeError for anything else."""
    fields = json.loads(state)
    lanes = tuple(
        LaneRecord(
            RunSpec.model_validate(lane["base"]),
            int(lane["seeds"]),
            tuple(
                Planned(Change.model_validate(one["change"]), RunSpec.model_validate(one["spec"]))
                for one in lane["planned"]
            ),
            int(lane["made"]),
            _position(lane.get("forked")),
        )
        for lane in fields.pop("lanes")
    )
    checkpoint, here = read_checkpoint(io.BytesIO(arrays))
    history = History([lane.seeds for lane in lanes], bounds)
    epoch, size, levels = fields.pop("history")
    history.restore(epoch, size, levels, [np.frombuffer(block) for block in blocks])
    if len(checkpoint.runs) != sum(lane.seeds for lane in lanes):
        raise ValueError("the checkpoint is of other lanes")
    if history.epoch < checkpoint.epoch:
        raise ValueError("rows of the history are missing")
    return Found(live, fields, lanes, checkpoint, here, history)


def revive(
    experiment: Experiment,
    id: str,
    found: Found,
    beginning: Sequence[RunState],
    fingerprints: Sequence[Fingerprints],
) -> None:
    """Let a new experiment be the one that was found.

    beginning: all runs at epoch 0; fingerprints: of each of them.
    """
    fields = found.fields
    lanes = [
        Lane(one.base, fingerprints[0], one.seeds, list(one.planned), one.made)
        for one in found.lanes
    ]
    for number, lane in enumerate(lanes):
        place = members(lanes, number)
        lane.fingerprints = fingerprints[place.start]
        lane.kept = [Kept((0, 0), tuple(beginning[place.start : place.stop]))]
        lane.forked = found.lanes[number].forked
    experiment.id = id
    experiment.status = fields["status"]
    experiment.message = fields["message"] if found.here else ELSEWHERE
    experiment.timeline = fields["timeline"] + (UNCLEAN if found.live else 0)
    experiment.edits = fields["edits"]
    experiment.epochs_per_second = fields["epochs_per_second"]
    experiment.target = _position(fields["target"])
    # Servers before this one stored none of these.
    experiment.rewinds = [Rewind.model_validate(one) for one in fields.get("rewinds", ())]
    experiment.left = _position(fields.get("left"))
    if fields.get("until") is not None:
        experiment.until = Until.model_validate(fields["until"])
    experiment.worker_seconds = fields["worker_seconds"]
    experiment.resume(lanes, found.checkpoint, found.history)


def _position(stored: Sequence[int] | None) -> Position | None:
    """Out of JSON."""
    if stored is None:
        return None
    epoch, batch = stored
    return epoch, batch


def client_of(found: Found) -> Client:
    """Whose experiment it is."""
    key, address = found.fields["client"]
    return Client(key, address)
