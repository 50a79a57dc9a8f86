"""One experiment: lanes that train side by side, their history, and who watches them."""

import asyncio
import secrets
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from app.clients import Client
from app.command import Command
from app.executors import Slot
from app.history import Bounds, History
from app.lane import Lane, changes_of, members, workload
from app.messages import ExperimentState, Moment, Rewind, RunState, Status, Until
from app.pace import Pace
from app.viewing import (
    MOST_CLOSER,
    MOST_WARPS,
    Drawing,
    Pair,
    PictureKey,
    Unit,
    Viewer,
    Wanted,
)
from app.voyage import KEEP_SECONDS
from engine import Checkpoint, Frames, View
from engine.checkpoint import RunState as Run
from engine.picture import Domain
from engine.replay import Position

MAX_FOCUS = 32
SPARE_DRAWING = 0.1
"""Seconds of drawing that can be saved up."""
MOST_EPOCHS = 1_000_000
"""Of one slice."""
MOST_REWINDS = 32
Stamp = tuple[object, ...]


@dataclass(frozen=True)
class Stored:
    """As far as an experiment is in the store."""

    stamp: Stamp
    timeline: int
    blocks: dict[int, tuple[int, int]]
    """Of its history: first epoch -> level, rows."""


class Experiment:
    """State only; `Runner` decides what happens to it and when."""

    def __init__(self, client: Client, kept_bytes: int, bounds: Bounds, now: float) -> None:
        self.client = client
        self.id = secrets.token_urlsafe(16)
        self.status: Status = "paused"
        self.message = ""
        self.timeline = -1
        self.epochs_per_second: float | None = None
        self.target: Position | None = None
        """Where to pause; also set while a step is under way."""
        self.until: Until | None = None
        """Where to pause, while it plays."""
        self.rewinds: list[Rewind] = []
        """Places gone back to and gone on from, the latest last."""
        self.left: Position | None = None
        """Where it stood before it was gone back, until it goes on."""
        self.viewers: set[Viewer] = set()
        self.revision = 0
        """Grows with every change that viewers must hear of, progress apart."""
        self.edits = 0
        """Grows with every change of the lanes or their settings."""
        self.gone = False
        self.stored: Stored | None = None
        """What of it is in the store."""
        self.drawing: Drawing | None = None
        self.drawings = 0
        """Sets of pictures drawn since the start."""
        self._wanted: Wanted | None = None

        self.commands: deque[Command[Any]] = deque()
        self.busy = False
        self.idle = asyncio.Event()
        self.arrived = asyncio.Event()
        self.idle.set()
        self.fresh = True
        """The next slice is one epoch: a click wants an answer, and speeds may have changed."""
        self.pace = Pace(None, now)
        self._kept_bytes = kept_bytes
        self._bounds = bounds
        self.share = 0.0
        """Worker CPU seconds, and what others had used when it joined them."""
        self.worker_seconds = 0.0
        """Worker CPU seconds."""
        self.held: Slot | None = None
        """The slot that its turn began with, until it is used."""
        self._drawing_debt, self._drew = 0.0, 0.0
        self.command_seconds = 0.0
        """Worker time that the command under way has used."""
        self.used = now
        """When somebody last asked for something, or stopped watching."""

    @property
    def position(self) -> Position:
        return self.checkpoint.epoch, self.checkpoint.batch

    @property
    def active(self) -> bool:
        """Whether it wants to train."""
        return self.status == "playing" or (self.target is not None and self.status == "paused")

    @property
    def owner(self) -> str:
        """Its client's key."""
        return self.client.key

    def members(self, number: int) -> range:
        """The numbers of a lane's runs in the checkpoint."""
        return members(self.lanes, number)

    def runs(self, number: int) -> tuple[Run, ...]:
        """A lane's runs."""
        place = self.members(number)
        return self.checkpoint.runs[place.start : place.stop]

    def begin(self, lanes: Sequence[Lane], checkpoint: Checkpoint, frames: Frames) -> None:
        """Start a timeline at epoch 0."""
        self.lanes = list(lanes)
        self.checkpoint = checkpoint
        self.history = History([lane.seeds for lane in lanes], self._bounds)
        self.message = ""
        self.rewinds, self.left = [], None
        self.drawing = None
        self._keep_every, self._since_kept = KEEP_SECONDS, 0.0
        self.end_stretch()
        if self.status != "playing":
            self.status = "paused"
        self.history.append(frames.history)
        self.keep()
        self.relaned()

    def resume(self, lanes: Sequence[Lane], checkpoint: Checkpoint, history: History) -> None:
        """Be where it was when it was stored; the other fields of its state are set besides."""
        self.lanes = list(lanes)
        self.checkpoint = checkpoint
        self.history = history
        self._keep_every, self._since_kept = KEEP_SECONDS, 0.0
        self._speed_unknown()
        self.keep()

    def record(self, checkpoint: Checkpoint, frames: Frames) -> None:
        """Take in what a slice brought."""
        self._goes_on()
        ended = [run.status for run in self.checkpoint.runs]
        self.checkpoint = checkpoint
        self.history.append(frames.history)
        self._since_kept += frames.seconds
        if self._since_kept >= self._keep_every and not checkpoint.batch:
            self.keep()
        if checkpoint.status != "training":
            self.status, self.until = checkpoint.status, None
            self.end_stretch()
            self.changed()
        elif ended != [run.status for run in checkpoint.runs]:
            self.changed()  # one ended, others go on
        self.arrive_if_there()
        self.notify()

    @property
    def stamp(self) -> Stamp:
        """Other than before when there is something new to store."""
        return (
            self.revision,
            self.edits,
            self.timeline,
            self.status,
            self.target,
            self.until,
            self.position,
            self.history.epoch,
        )

    def keep(self) -> None:
        """Remember this place for going back. Of too many, every second is forgotten."""
        self._since_kept = 0.0
        for number, lane in enumerate(self.lanes):
            lane.keep(self.position, self.runs(number))
        kept = [place for lane in self.lanes for place in lane.kept]
        if sum(place.size for place in kept) > self._kept_bytes and len(kept) > len(self.lanes):
            self._keep_every *= 2
            for lane in self.lanes:
                lane.thin()

    def stand_at(self, checkpoint: Checkpoint) -> None:
        """Go to another place of the past, or on from here with other settings or lanes."""
        self.checkpoint = checkpoint
        if self.status in ("diverged", "finished"):
            self.status = "paused"
        if checkpoint.status != "training":
            self.status, self.until = checkpoint.status, None
            self.end_stretch()
        self.message = ""
        self._speed_unknown()

    def go_to(self, checkpoint: Checkpoint) -> None:
        """Stand at another place of the past, from which it may go on or not."""
        left = max(self.left or self.position, self.position)
        self.stand_at(checkpoint)
        self.left = left if self.position < left else None

    def _goes_on(self) -> None:
        """From where it stands, by training or with other settings."""
        if self.left is None:
            return
        (epoch, batch), before = self.position, self.left[0]
        others = [one for one in self.rewinds if (one.epoch, one.batch) != self.position]
        rewind = Rewind(epoch=epoch, batch=batch, before=before)
        self.rewinds = [*others, rewind][-MOST_REWINDS:]
        self.left = None
        self.changed()

    def cut(self) -> None:
        """Forget what comes after the present place: the history, and what happened there."""
        self._goes_on()
        here = self.position
        self.rewinds = [one for one in self.rewinds if (one.epoch, one.batch) <= here]
        for lane in self.lanes:
            if lane.forked and lane.forked > here:
                lane.forked = None
        if self.history.epoch > self.position[0]:
            self.history.cut(self.position[0] + 1)
            self.timeline += 1

    def edited(self) -> None:
        """Settings are other ones from here on."""
        self.edits += 1
        self.look()
        self._speed_unknown()
        self.keep()
        self.changed()

    def relaned(self) -> None:
        """The lanes are other ones: viewers get the whole history anew."""
        self.timeline += 1
        self.drawing = None
        self.edited()

    def arrive_if_there(self) -> None:
        """Pause at the target."""
        if self.target is not None and self.position >= self.target and not self.due:
            self.stop()
            self.changed()

    def _speed_unknown(self) -> None:
        self.fresh = True
        self.updates, self.stride = workload(self.lanes, self.checkpoint)

    def end_stretch(self) -> None:
        """There is nothing more to reach: wake who waits for it."""
        self.target = None
        self.arrived.set()

    def stop(self, message: str = "") -> None:
        """Begin no more slices; `message` says why if nobody asked for it."""
        if self.status == "playing":
            self.status = "paused"
        self.message, self.until = message, None
        self.end_stretch()

    @property
    def due(self) -> list[int]:
        """The lanes with a change that comes before any further training."""
        return [
            number
            for number, lane in enumerate(self.lanes)
            if lane.due and lane.due.position <= self.position
        ]

    def stretch(self, now: float, seconds: float) -> tuple[int, int]:
        """Epochs and batches of the next slice: not beyond the target or a planned change.

        An epoch that takes longer than a slice is trained in parts.
        """
        epoch, batch = self.position
        ends = [lane.due.position for lane in self.lanes if lane.due]
        if self.target is not None:
            ends.append(self.target)
        if self.until is not None and self.until.epoch is not None:
            ends.append((self.until.epoch, 0))
        end = min(ends, default=(epoch + MOST_EPOCHS, 0))
        updates = self.stride.pieces(seconds)
        if end[0] == epoch:
            return 0, min(updates, end[1] - batch)
        if batch:
            return 0, min(updates, self.updates - batch)
        if updates < self.updates:
            self.pace.take(1, now)
            return 0, updates
        most = 1 if self.fresh else updates // self.updates
        return self.pace.take(min(most, end[0] - epoch), now), 0

    def updates_between(self, before: Position, after: Checkpoint) -> int:
        """How far a slice went."""
        return (after.epoch - before[0]) * self.updates + after.batch - before[1]

    def due_at(self) -> float:
        """When it may train on: an epoch that has begun is finished without delay."""
        return 0.0 if self.checkpoint.batch else self.pace.due()

    def look(self) -> None:
        """Viewers have come or gone, or look at something else."""
        self._wanted = None

    @property
    def wanted(self) -> Wanted:
        """All that the viewers want to see."""
        if self._wanted is None:  # asked for with every scheduling, hence remembered
            self._wanted = self._find_wanted()
        return self._wanted

    def _find_wanted(self) -> Wanted:
        runs: set[int] = set()
        detailed: set[int] = set()
        focus: set[Unit] = set()
        groups: set[tuple[int, ...]] = set()
        closer: set[tuple[int, Domain]] = set()
        answers: set[int] = set()
        warps: set[tuple[int, int, Pair | None]] = set()
        for viewer in self.viewers or {Viewer()}:
            looking = viewer.looking
            for number, lane in enumerate(self.lanes):
                members = self.members(number)
                run = members[viewer.seed(number, lane)]
                units = self.checkpoint.runs[run].units
                runs.add(run)
                if number == looking.lane:
                    detailed.add(run)
                    if looking.domain:
                        closer.add((run, looking.domain))
                    if looking.points:
                        answers.add(run)
                    if looking.warp:
                        warps.add((run, *looking.warp))
                    focus |= {
                        (run, layer, unit)
                        for of, layer, unit in viewer.focus
                        if of == number and layer < len(units) - 1 and unit < units[layer]
                    }
                if looking.spread and lane.seeds > 1:
                    groups.add(tuple(members))
        view = View(
            focus=tuple(sorted(focus)[:MAX_FOCUS]),
            runs=tuple(sorted(runs)),
            detailed=tuple(sorted(detailed)),
            closer=tuple(sorted(closer)[:MOST_CLOSER]),
            answers=tuple(sorted(answers)),
            warps=tuple(sorted(warps, key=str)[:MOST_WARPS]),
        )
        specs = [run.spec for run in self.checkpoint.runs]
        return Wanted(view, tuple(sorted(groups))).sized(specs)

    @property
    def picture_key(self) -> PictureKey:
        """The key of a picture that shows the present."""
        return PictureKey(self.timeline, self.edits, self.position, self.wanted)

    @property
    def wants_picture(self) -> bool:
        """Whether a viewer could take a picture that has not been made."""
        if not self.has_ready_viewer:
            return False
        return self.drawing is None or self.drawing.key != self.picture_key

    @property
    def has_ready_viewer(self) -> bool:
        return any(viewer.credit > 0 for viewer in self.viewers)

    def may_draw(self, now: float, crowded: bool) -> bool:
        """Where many train, pictures take no more worker time than training, but one a second."""
        return not crowded or self._drawing_debt <= 0 or now - self._drew > 1

    def spent(self, training: float, drawing: float, now: float) -> None:
        """Seconds that a slice took; `now` when it began."""
        self._drawing_debt = max(-SPARE_DRAWING, self._drawing_debt + drawing - training)
        if drawing:
            self._drew = now

    def show(self, drawing: Drawing) -> None:
        """Take in pictures of the present place."""
        self.drawings += 1
        self.drawing = replace(drawing, key=replace(drawing.key, position=self.position))
        self.notify()

    def changed(self) -> None:
        """The state is another one: viewers get it anew."""
        self.revision += 1
        self.notify()

    def notify(self) -> None:
        for viewer in self.viewers:
            viewer.wake.set()

    def state(self) -> ExperimentState:
        return ExperimentState(**self.state_fields())

    def state_fields(self) -> dict[str, Any]:
        """The fields of `ExperimentState`."""
        return {
            "id": self.id,
            "status": self.status,
            "message": self.message,
            "epoch": self.checkpoint.epoch,
            "batch": self.checkpoint.batch,
            "last": self.history.epoch,
            "timeline": self.timeline,
            "epochs_per_second": self.epochs_per_second,
            "until": self.until,
            "worker_seconds": self.worker_seconds,
            "runs": [self._lane_state(number) for number in range(len(self.lanes))],
            "changes": changes_of(self.lanes),
            "rewinds": self.rewinds,
        }

    def _lane_state(self, number: int) -> RunState:
        lane, runs = self.lanes[number], self.runs(number)
        first = runs[0]
        status = Checkpoint(runs).status
        return RunState(
            spec=first.spec,
            base=lane.base,
            seeds=lane.seeds,
            units=list(first.units),
            parameters=first.theta.size,
            status=status,
            message=next((run.message for run in runs if run.status == status), ""),
            diverged=sum(run.status == "diverged" for run in runs),
            fingerprints=lane.fingerprints,
            forked=lane.forked and Moment(epoch=lane.forked[0], batch=lane.forked[1]),
        )
