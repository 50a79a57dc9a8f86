"""Who trains when: turns of experiments, and the slots they take.

Each experiment has one turn at a time: a command, a slice of training, or a set of pictures. A
turn holds one slot. Free slots go to commands first, then to whoever was just clicked on, then to
the experiment that has used the least worker time. What nobody wants goes to background work,
which gets a slot now and then also when all are wanted.
"""

import asyncio
import logging
import time
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine
from concurrent.futures import Executor
from contextlib import suppress
from math import inf
from typing import Any, ParamSpec, TypeVar

from app import worker
from app.command import Command
from app.errors import Stopping, Unknown, Unlucky
from app.executors import Slot, WorkerLost, WorkerProcess
from app.experiment import Experiment
from app.settings import Settings
from app.viewing import Drawing

P = ParamSpec("P")
T = TypeVar("T")

ATTEMPTS = 3
"""Workers that a slice may cost before its experiment is set aside."""

PLAIN = 2
"""Urgency of training that nobody has just clicked for; what is more urgent has less."""
BACKGROUND_PAUSE = 0.5
"""Seconds after which background work gets a slot though experiments would take them all."""
FAREWELL = 2
"""Seconds in which viewers can be told that the server stops."""
Work = Callable[[Slot], Awaitable[None]]
"""Something to do with a slot. Raises nothing."""

logger = logging.getLogger(__name__)


class Scheduler(ABC):
    """Shares slots among experiments. To be used on one event loop."""

    def __init__(
        self, settings: Settings, make_executor: Callable[[], Executor] = WorkerProcess
    ) -> None:
        self.settings = settings
        self.experiments: dict[str, Experiment] = {}
        self.stopping = False
        self.background: Callable[[], Work | None] = lambda: None
        """The next short piece of work for a slot that nobody else wants, if there is one."""
        self._make_executor = make_executor
        self._slots: list[Slot] = []
        self._free: list[Slot] = []
        self._requests: deque[asyncio.Future[Slot]] = deque()
        self._turns: set[asyncio.Task[None]] = set()
        self.streams: set[asyncio.Future[None]] = set()
        """Of each open stream, what is done once it has ended."""
        self._timer: asyncio.TimerHandle | None = None
        self._background_due = 0.0

    @abstractmethod
    async def go_on(self, experiment: Experiment, slot: Slot) -> None:
        """The next piece of what an experiment does by itself."""

    async def start(self) -> None:
        """Start the workers and wait until they are ready."""
        self._slots = [Slot(self._make_executor) for _ in range(self.settings.workers)]
        # Also makes them import the engine, so that the first click need not wait for it.
        await asyncio.gather(*(self.call_on(slot, worker.process_id) for slot in self._slots))
        self._free = list(self._slots)

    async def stop(self) -> None:
        """Finish the slices under way, tell viewers, end the workers. May be called again."""
        self.stopping = True
        if self._timer is not None:
            self._timer.cancel()
        for request in self._requests:
            if not request.done():
                request.set_exception(Stopping())
        for experiment in self.experiments.values():
            while experiment.commands:
                experiment.commands.popleft().fail(Stopping())
            experiment.arrived.set()
            experiment.notify()
        if self._turns:
            await asyncio.wait(self._turns)
        if self.streams:
            await asyncio.wait(self.streams, timeout=FAREWELL)
        slots, self._slots = self._slots, []
        await asyncio.gather(*(slot.stop() for slot in slots))

    async def call(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a function in a worker, before all training. Raises what it raises, and Unlucky."""
        if self.stopping:
            raise Stopping
        request: asyncio.Future[Slot] = asyncio.get_running_loop().create_future()
        self._requests.append(request)
        self.schedule()
        try:
            slot = await request
        except asyncio.CancelledError:
            if request.done() and not request.cancelled():
                self._release(request.result())
            raise
        try:
            return await self.call_on(slot, function, *args, **kwargs)
        finally:
            self._release(slot)

    def schedule(self) -> None:
        """Give the free slots to who should have them. Call it after every change."""
        if self.stopping:
            return
        while self._free and self._requests:
            request = self._requests.popleft()
            if not request.done():
                request.set_result(self._free.pop())
        if not self._free:
            return
        now = time.monotonic()
        wishes: list[tuple[int, float, Experiment]] = []
        next_due = inf
        for experiment in self.experiments.values():
            if experiment.busy:
                continue
            if experiment.status == "playing" and self._is_unwatched(experiment, now):
                self._set_aside(
                    experiment,
                    f"Paused, as nobody watched for {self.settings.unwatched_seconds:g} seconds.",
                )
            urgency = self._urgency(experiment, now)
            if urgency is not None:
                wishes.append((urgency, experiment.worker_seconds, experiment))
            elif experiment.active:
                next_due = min(next_due, experiment.pace.due())
        wishes.sort(key=lambda wish: wish[:2])
        clicks = sum(urgency < PLAIN for urgency, _, _ in wishes)
        if len(wishes) >= len(self._free) > clicks and now >= self._background_due:
            self._begin_background(now)
        for _, _, experiment in wishes[: len(self._free)]:
            experiment.busy = True
            experiment.idle.clear()
            self._begin(self._turn(experiment, self._free.pop()))
        while self._free and self._begin_background(now):
            pass
        if self._timer is not None:
            self._timer.cancel()
        if next_due < inf:
            self._timer = asyncio.get_running_loop().call_later(
                max(0.0, next_due - now), self.schedule
            )

    def _urgency(self, experiment: Experiment, now: float) -> int | None:
        """Smaller goes first; None wants nothing now."""
        if experiment.commands:
            return 0
        if experiment.active and experiment.pace.due() <= now:
            return 1 if experiment.fresh else PLAIN
        return 1 if experiment.wants_picture else None

    def _is_unwatched(self, experiment: Experiment, now: float) -> bool:
        return not experiment.viewers and now - experiment.used > self.settings.unwatched_seconds

    def join(self, experiment: Experiment) -> None:
        """Who begins to train starts level with the others: not first for all it has not used."""
        others = [
            other.worker_seconds
            for other in self.experiments.values()
            if other.active and other is not experiment
        ]
        experiment.worker_seconds = max([experiment.worker_seconds, *[min(others, default=0.0)]])

    def _release(self, slot: Slot) -> None:
        self._free.append(slot)
        self.schedule()

    def _begin(self, turn: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(turn)
        self._turns.add(task)
        task.add_done_callback(self._turns.discard)

    def _begin_background(self, now: float) -> bool:
        """Give a slot to background work; whether there was any."""
        work = self.background()
        if work is None:
            return False
        self._background_due = now + BACKGROUND_PAUSE
        self._begin(self._background_turn(work, self._free.pop()))
        return True

    async def _background_turn(self, work: Work, slot: Slot) -> None:
        try:
            await work(slot)
        finally:
            self._release(slot)

    async def _turn(self, experiment: Experiment, slot: Slot) -> None:
        try:
            if experiment.commands:
                await experiment.commands.popleft().run(slot)
            else:
                await self.go_on(experiment, slot)
        except Unlucky:
            self._set_aside(
                experiment,
                f"Training this crashed its worker process {ATTEMPTS} times in a row, so it was "
                "paused. Play tries again; a smaller network or fewer points may help.",
            )
        except Exception as error:  # an engine fault must not stop the other experiments
            logger.exception("experiment set aside")
            # Also counts as drawn: the same fault again would help nobody.
            experiment.drawing = Drawing(experiment.picture_key, {}, {})
            self._set_aside(experiment, f"An internal error stopped the training: {error!r}")
        finally:
            experiment.busy = False
            experiment.idle.set()
            self._release(slot)

    def _set_aside(self, experiment: Experiment, message: str) -> None:
        logger.info("experiment paused: %s", message)
        experiment.stop(message)
        experiment.changed()

    async def command(self, experiment: Experiment, action: Callable[[Slot], Awaitable[T]]) -> T:
        """Do `action` in the experiment's next turn; its result or exception."""
        if self.stopping:
            raise Stopping
        if experiment.gone:
            raise Unknown(experiment.id)
        command: Command[T] = Command(action)
        experiment.commands.append(command)
        self.schedule()
        return await command.done

    async def call_on(
        self, slot: Slot, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Run a function in the worker of a slot that one holds. Raises what it raises, Unlucky."""
        for _ in range(ATTEMPTS):
            with suppress(WorkerLost):
                return await slot.run(function, *args, **kwargs)
            logger.warning("a worker died; what it did is done again")
        raise Unlucky
