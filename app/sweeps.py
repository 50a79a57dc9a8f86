"""Sweeps on the server: cut into short slices, which take the slots that nobody else wants."""

import logging
import secrets
import time
from collections import deque
from typing import Literal

from app import costs, worker
from app.changes import Invalid
from app.clients import Client
from app.errors import Full, Stopping, TooMany, Unknown, Unlucky
from app.executors import Slot
from app.messages import SweepState
from app.pace import Stride
from app.scheduler import Scheduler, Work
from app.settings import Settings
from app.slots import ATTEMPTS
from engine import SweepResult, SweepSpec, estimate_cost
from engine.sweeping import Chunk, Outcome, chunks

logger = logging.getLogger(__name__)


class Sweep:
    """State only; `Sweeps` decides what happens to it and when."""

    def __init__(self, spec: SweepSpec, client: Client, settings: Settings) -> None:
        self.client = client
        self.id = secrets.token_urlsafe(16)
        self.spec = spec
        self.status: Literal["running", "finished", "failed"] = "running"
        self.message = ""
        self.result: SweepResult | None = None
        self.waiting = deque(chunks(spec, settings.workers))
        self.busy = 0
        """Pieces of it that are in workers."""
        self.outcomes: list[Outcome] = []
        self.done = 0
        self.stride = Stride()
        self.worker_seconds = 0.0
        self.used = time.monotonic()

    @property
    def ready(self) -> bool:
        """Whether a slot could do something for it now."""
        return self.status == "running" and (bool(self.waiting) or not self.busy)

    def record(self, before: Chunk, after: Chunk, seconds: float) -> None:
        """Take in what a slice brought."""
        epochs = after.epoch - before.epoch
        self.done += epochs * (after.last - after.first)
        self.worker_seconds += seconds
        if after.outcomes:
            self.outcomes += after.outcomes
        else:
            self.stride.measured(epochs, seconds)
            # First again: few chunks are under way at a time, and hold memory.
            self.waiting.appendleft(after)

    def fail(self, message: str) -> None:
        self.status, self.message = "failed", message
        self.let_go()

    def let_go(self) -> None:
        """Drop what only a running sweep needs."""
        self.waiting.clear()
        self.outcomes.clear()

    def state(self) -> SweepState:
        return SweepState(
            id=self.id,
            status=self.status,
            message=self.message,
            done=self.done,
            total=self.spec.count * self.spec.epochs,
            spec=self.spec,
            result=self.result,
        )


class Sweeps:
    """All sweeps of a server. To be used on its event loop."""

    def __init__(self, scheduler: Scheduler) -> None:
        self._scheduler = scheduler
        self._settings = scheduler.settings
        self._sweeps: dict[str, Sweep] = {}
        scheduler.background = self._next

    def start(self, spec: SweepSpec, client: Client) -> Sweep:
        """Begin a sweep. Raises Invalid when it is too much, TooMany, Full, Stopping."""
        if self._scheduler.stopping:
            raise Stopping
        costs.check(self._settings, [spec.run(0)], [1], costs.below("base"))
        run_seconds = estimate_cost([spec.run(0)]).seconds_per_epoch * spec.count
        most = int(self._settings.max_sweep_seconds / run_seconds)
        if spec.epochs > most:
            detail = (
                f"This sweep takes too long for this server: at most {most} epochs"
                if most
                else "This sweep takes too long for this server: fewer runs or a smaller network"
            )
            raise Invalid([("epochs", detail)])
        running = [sweep for sweep in self._sweeps.values() if sweep.status == "running"]
        most = self._settings.max_sweeps_per_client
        if sum(sweep.client.key == client.key for sweep in running) >= most:
            raise TooMany(f"{most} at a time: wait for the race that is running, or end it")
        if len(running) >= self._settings.max_sweeps:
            raise Full("The server has as many sweeps as it can hold: try again in a minute")
        ended = [sweep for sweep in self._sweeps.values() if sweep.status != "running"]
        if len(ended) >= self._settings.kept_sweeps:
            self.delete(min(ended, key=lambda sweep: sweep.used))
        sweep = Sweep(spec, client, self._settings)
        # Level with the others: not first for all that it has not used.
        sweep.worker_seconds = min((other.worker_seconds for other in running), default=0.0)
        self._sweeps[sweep.id] = sweep
        self._scheduler.schedule()
        return sweep

    def find(self, id: str) -> Sweep:
        """Raises Unknown."""
        try:
            sweep = self._sweeps[id]
        except KeyError:
            raise Unknown(id) from None
        sweep.used = time.monotonic()
        return sweep

    def delete(self, sweep: Sweep) -> None:
        """End it and forget it; what is in workers comes to nothing."""
        self._sweeps.pop(sweep.id, None)
        sweep.fail("It was deleted")

    def _next(self) -> Work | None:
        """The next slice, of the sweep that has used the least worker time."""
        ready = [sweep for sweep in self._sweeps.values() if sweep.ready]
        if not ready:
            return None
        sweep = min(ready, key=lambda sweep: sweep.worker_seconds)
        chunk = sweep.waiting.popleft() if sweep.waiting else None
        sweep.busy += 1
        return lambda slot: self._turn(sweep, chunk, slot)

    async def _turn(self, sweep: Sweep, chunk: Chunk | None, slot: Slot) -> None:
        """Advance a chunk; or, when there is none left, conclude."""
        call = self._scheduler.call_on
        try:
            if chunk is None:
                result = await call(
                    slot, None, worker.sweep_result, sweep.spec, tuple(sweep.outcomes)
                )
            else:
                epochs = sweep.stride.pieces(self._settings.sweep_slice_seconds)
                after, seconds = await call(slot, None, worker.sweep_slice, chunk, epochs)
        except Unlucky:
            logger.warning("sweep failed: its worker crashed %s times", ATTEMPTS)
            sweep.fail(f"It crashed its worker process {ATTEMPTS} times in a row")
        except Exception as error:  # an engine fault must not stop the others
            logger.exception("sweep failed")
            sweep.fail(f"An internal error stopped it: {error!r}")
        else:
            if sweep.status != "running":
                return
            if chunk is not None:
                sweep.record(chunk, after, seconds)
            else:
                sweep.result, sweep.status = result, "finished"
                sweep.let_go()
        finally:
            sweep.busy -= 1
