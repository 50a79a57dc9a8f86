"""One experiment: runs that train side by side, their history, and who watches them."""

import asyncio
import secrets
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from typing import Any, Generic, TypeVar

from app.executors import Slot
from app.history import History
from app.messages import Change, ExperimentState, RunState, Status
from app.pace import Pace, Stride
from app.plan import Planned, Position
from engine import Checkpoint, Frames, Picture, View

T = TypeVar("T")
Unit = tuple[int, int, int]
"""Run, layer (0 are the features), unit."""
WINDOW = 2
"""Frames that a viewer may have and not have drawn yet."""
MAX_FOCUS = 32


@dataclass(eq=False)
class Viewer:
    """One open stream."""

    wake: asyncio.Event = field(default_factory=asyncio.Event)
    credit: int = WINDOW
    focus: tuple[Unit, ...] = ()


@dataclass(frozen=True)
class PictureKey:
    """What a set of pictures shows."""

    timeline: int
    changes: int
    epoch: int
    batch: int
    focus: tuple[Unit, ...]


class Command(Generic[T]):
    """Something to do in an experiment's next turn; `done` gets its result or exception."""

    def __init__(self, action: Callable[[Slot], Awaitable[T]]) -> None:
        self._action = action
        self.done: asyncio.Future[T] = asyncio.get_running_loop().create_future()

    async def run(self, slot: Slot) -> None:
        try:
            result = await self._action(slot)
        except Exception as error:
            self.fail(error)
        else:
            if not self.done.done():
                self.done.set_result(result)

    def fail(self, error: Exception) -> None:
        if not self.done.done():  # it is when who asked has gone
            self.done.set_exception(error)


class Experiment:
    """State only; `Runner` decides what happens to it and when."""

    def __init__(
        self, checkpoint: Checkpoint, frames: Frames, slice_seconds: float, now: float
    ) -> None:
        self.id = secrets.token_urlsafe(16)
        self.status: Status = "paused"
        self.message = ""
        self.timeline = -1
        self.epochs_per_second: float | None = None
        self.planned: deque[Planned] = deque()
        self.target: Position | None = None
        """Where to pause; also set while a step is under way."""
        self.viewers: set[Viewer] = set()
        self.revision = 0
        """Grows with every change that viewers must hear of, progress apart."""
        self.gone = False

        self.commands: deque[Command[Any]] = deque()
        self.busy = False
        self.idle = asyncio.Event()
        self.arrived = asyncio.Event()
        self.idle.set()
        self.fresh = True
        """The next slice is one epoch: a click wants an answer, and speeds may have changed."""
        self.pace = Pace(None, now)
        self._slice_seconds = slice_seconds
        self.worker_seconds = 0.0
        self.used = now
        """When somebody last asked for something, or stopped watching."""
        self.begin(checkpoint, frames)

    @property
    def position(self) -> Position:
        return self.checkpoint.epoch, self.checkpoint.batch

    @property
    def active(self) -> bool:
        """Whether it wants to train."""
        return self.status == "playing" or (self.target is not None and self.status == "paused")

    def begin(self, checkpoint: Checkpoint, frames: Frames) -> None:
        """Start a timeline at epoch 0."""
        self.checkpoint = checkpoint
        self.history = History(len(checkpoint.runs))
        self.timeline += 1
        self.changes: list[Change] = []
        self.planned.clear()
        self.message = ""
        if self.status != "playing":
            self.status = "paused"
        self.end_stretch()
        self.pictures: tuple[Picture, ...] = ()
        self.picture_key: PictureKey | None = None
        self._speed_unknown()
        self.changed()
        self.record(checkpoint, frames, self.wanted_picture)

    def record(self, checkpoint: Checkpoint, frames: Frames, key: PictureKey) -> None:
        """Take in what a slice brought. `key`: what its pictures, if any, were asked to show."""
        self.checkpoint = checkpoint
        self.history.append(frames.history)
        self.worker_seconds += frames.seconds
        if frames.pictures:
            epoch, batch = self.position
            self.show(frames.pictures, replace(key, epoch=epoch, batch=batch))
        if checkpoint.status != "training":
            self.status = checkpoint.status
            self.end_stretch()
            self.changed()
        self.arrive_if_there()
        self.notify()

    def retune(self, checkpoint: Checkpoint, change: Change) -> None:
        """Go on from a checkpoint with changed settings."""
        self.checkpoint = checkpoint
        epoch, batch = self.position
        self.changes.append(change.model_copy(update={"epoch": epoch, "batch": batch}))
        if self.status in ("diverged", "finished"):
            self.status = "paused"
        self.message = ""
        self._speed_unknown()
        self.changed()

    def arrive_if_there(self) -> None:
        """Pause at the target."""
        if self.target is not None and self.position >= self.target and not self.due_change():
            self.stop()
            self.changed()

    def _speed_unknown(self) -> None:
        self.fresh = True
        self.stride = Stride(self._slice_seconds)

    def show(self, pictures: tuple[Picture, ...], key: PictureKey) -> None:
        self.pictures = pictures
        self.picture_key = key

    def end_stretch(self) -> None:
        """There is nothing more to reach: wake who waits for it."""
        self.target = None
        self.arrived.set()

    def stop(self, message: str = "") -> None:
        """Begin no more slices; `message` says why if nobody asked for it."""
        if self.status == "playing":
            self.status = "paused"
        self.message = message
        self.end_stretch()

    def due_change(self) -> Planned | None:
        """The planned change that comes before any further training, if there is one."""
        if self.planned and self.planned[0].position <= self.position:
            return self.planned[0]
        return None

    def stretch(self, now: float) -> tuple[int, int]:
        """Epochs and batches of the next slice: not beyond the target or a planned change."""
        ends = [planned.position for planned in self.planned][:1]
        if self.target is not None:
            ends.append(self.target)
        most = 1 if self.fresh else self.stride.epochs
        if ends:
            end = min(ends)
            if end[0] == self.checkpoint.epoch:
                return 0, end[1] - self.checkpoint.batch
            most = min(most, end[0] - self.checkpoint.epoch)
        return self.pace.take(most, now), 0

    @property
    def focus(self) -> tuple[Unit, ...]:
        """The units that viewers look at closely, as far as they exist."""
        wanted = {unit for viewer in self.viewers for unit in viewer.focus}
        runs = self.checkpoint.runs
        existing = [
            (run, layer, unit)
            for run, layer, unit in sorted(wanted)
            if run < len(runs)
            and layer < len(runs[run].units) - 1
            and unit < runs[run].units[layer]
        ]
        return tuple(existing[:MAX_FOCUS])

    @property
    def wanted_picture(self) -> PictureKey:
        return PictureKey(self.timeline, len(self.changes), *self.position, focus=self.focus)

    @property
    def wants_picture(self) -> bool:
        """Whether a viewer could take a picture that has not been made."""
        return self.picture_key != self.wanted_picture and self.has_ready_viewer

    @property
    def has_ready_viewer(self) -> bool:
        return any(viewer.credit > 0 for viewer in self.viewers)

    def view(self) -> View:
        """What the engine shall draw."""
        return View(focus=self.focus)

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
            "timeline": self.timeline,
            "epochs_per_second": self.epochs_per_second,
            "runs": [
                RunState(
                    spec=run.spec,
                    units=list(run.units),
                    parameters=run.theta.size,
                    status=run.status,
                    message=run.message,
                )
                for run in self.checkpoint.runs
            ],
            "changes": self.changes,
        }
