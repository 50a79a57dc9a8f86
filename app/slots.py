"""Calls into workers: the slots in which they run, and who waits for one."""

import asyncio
import logging
from abc import ABC, abstractmethod
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import ParamSpec, TypeVar

from app import worker
from app.clients import Client
from app.errors import Stopping, Unlucky
from app.executors import Slot, WorkerLost, WorkerProcess
from app.experiment import Experiment
from app.metrics import Metrics
from app.settings import Settings
from app.shares import Shares

P = ParamSpec("P")
T = TypeVar("T")

ATTEMPTS = 3
"""Workers that a slice may cost before its experiment is set aside."""
CLICK, PLAIN = 0, 1
"""Urgency: what somebody has just clicked for, and what goes on by itself."""
CLICK_SECONDS = 0.1
"""Worker time after which a command is no click any more, but as training."""

logger = logging.getLogger(__name__)


@dataclass(eq=False)
class Request:
    """Somebody waits for a slot."""

    urgency: int
    client: str
    experiment: Experiment | None
    slot: asyncio.Future[Slot]


class Slots(ABC):
    """Workers, and calls that are done in them. To be used on one event loop."""

    metrics: Metrics

    def __init__(
        self, settings: Settings, make_executor: Callable[[], Executor] | None = None
    ) -> None:
        self.settings = settings
        self.shares = Shares()
        self.stopping = False
        self._make_executor = make_executor or (lambda: WorkerProcess(settings.call_seconds))
        self._slots: list[Slot] = []
        self._free: list[Slot] = []
        self._requests: list[Request] = []

    @abstractmethod
    def schedule(self) -> None:
        """Give the free slots to who should have them. Call it after every change."""

    @property
    def unready(self) -> str:
        """Why it takes no work; empty when it does."""
        if self.stopping:
            return "The server is stopping"
        return "" if self._slots else "The workers have not started yet"

    @property
    def queue(self) -> int:
        """Calls that wait for a worker."""
        return len(self._requests)

    async def start(self) -> None:
        """Start the workers and wait until they are ready."""
        self._slots = [Slot(self._make_executor) for _ in range(self.settings.workers)]
        # Also makes them import the engine, so that the first click need not wait for it.
        await asyncio.gather(*(self.call_on(slot, None, worker.process_id) for slot in self._slots))
        self._free = list(self._slots)

    async def call(
        self, client: Client, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Run a function in a worker, as a click. Raises what it raises, Unlucky, Stopping."""
        slot = await self._wait_for_slot(CLICK, client.key)
        try:
            return await self.call_on(slot, client.key, function, *args, **kwargs)
        finally:
            self._release(slot)

    async def work(
        self, experiment: Experiment, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Run a function for an experiment in its turn. Raises what it raises, Unlucky, Stopping.

        In the slot that the turn began with, if it did with one.
        """
        slot, experiment.held = experiment.held, None
        if slot is None:
            urgency = CLICK if experiment.command_seconds < CLICK_SECONDS else PLAIN
            slot = await self._wait_for_slot(urgency, experiment.owner, experiment)
        used = experiment.worker_seconds
        try:
            return await self.call_on(slot, experiment, function, *args, **kwargs)
        finally:
            experiment.command_seconds += experiment.worker_seconds - used
            self._release(slot)

    async def call_on(
        self,
        slot: Slot,
        payer: Experiment | str | None,
        function: Callable[P, T],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        """Run a function in the worker of a slot that one holds. Raises what it raises, Unlucky.

        payer: whose share it is, an experiment's or a client's, if anybody's.
        """
        for _ in range(ATTEMPTS):
            try:
                result, seconds = await slot.run(function, *args, **kwargs)
            except WorkerLost as lost:
                self.metrics.restarted(lost.reason)
                logger.warning("%s; what it did is done again", lost)
            else:
                self.metrics.worker_seconds.inc(seconds)
                if isinstance(payer, Experiment):
                    self.shares.charge(payer.owner, seconds, payer)
                elif payer is not None:
                    self.shares.charge(payer, seconds)
                return result
        raise Unlucky

    async def _wait_for_slot(
        self, urgency: int, client: str, experiment: Experiment | None = None
    ) -> Slot:
        if self.stopping:
            raise Stopping
        slot: asyncio.Future[Slot] = asyncio.get_running_loop().create_future()
        request = Request(urgency, client, experiment, slot)
        self._requests.append(request)
        self.schedule()
        try:
            return await slot
        except asyncio.CancelledError:
            if slot.done() and not slot.cancelled() and not slot.exception():
                self._release(slot.result())
            raise

    def _release(self, slot: Slot) -> None:
        self._free.append(slot)
        self.schedule()

    def refuse_requests(self) -> None:
        """Nobody gets a slot any more."""
        for request in self._requests:
            if not request.slot.done():
                request.slot.set_exception(Stopping())

    async def end_workers(self) -> None:
        """Once their calls are done. May be called again."""
        slots, self._slots = self._slots, []
        await asyncio.gather(*(slot.stop() for slot in slots))
