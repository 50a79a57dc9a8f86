"""Where training runs: worker processes, each an executor of its own, replaced when it dies."""

import asyncio
import multiprocessing
import sys
import time
from collections.abc import Callable
from concurrent.futures import (
    BrokenExecutor,
    Executor,
    Future,
    ProcessPoolExecutor,
    ThreadPoolExecutor,
)
from concurrent.futures import wait as wait_for
from contextlib import suppress
from math import inf
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import TYPE_CHECKING, Any, Literal, ParamSpec, TypeVar

import psutil

from app import worker

if TYPE_CHECKING:
    from multiprocessing.context import ForkServerContext, SpawnContext

P = ParamSpec("P")
T = TypeVar("T")

PATIENCE = 2
"""Seconds that a worker has to end its call, and then to end itself, when the server stops."""
LOOK_SECONDS = 0.1
"""Time between two looks at a worker that has not answered yet."""
LOOKS = 3
"""So many looks in a row at which it neither runs nor has used any CPU time: it hangs."""
RUNNING = (psutil.STATUS_RUNNING, psutil.STATUS_DISK_SLEEP, psutil.STATUS_WAKING)


def _context() -> "SpawnContext | ForkServerContext":
    """How processes are started.

    From a fork server that has imported the engine, a new one is ready in a few milliseconds, and
    no thread or lock of the server is ever copied into it.
    """
    if sys.platform == "win32":
        return multiprocessing.get_context("spawn")
    server = multiprocessing.get_context("forkserver")
    server.set_forkserver_preload(["app.worker"])
    return server


def worker_processes(count: int) -> Executor:
    """An executor with some worker processes, which breaks when one of them dies."""
    return ProcessPoolExecutor(count, _context(), worker.prepare)


class HungWorker(BrokenExecutor):
    """The worker was killed, as it hung."""


class WorkerProcess(Executor):
    """One worker process, which does one call at a time.

    Not a ProcessPoolExecutor: that keeps the writing end of its result pipe open, and so waits for
    ever when its worker is killed in the middle of a result.

    A worker that hangs is killed: one that is stopped or waits for something that does not come,
    within half a second; one that computes for ever, after `call_seconds`. One that merely waits
    for the processor is left alone.
    """

    def __init__(self, call_seconds: float = inf) -> None:
        self._call_seconds = call_seconds
        self._thread = ThreadPoolExecutor(1, "worker")
        self._process: BaseProcess | None = None
        self._pipe: Connection | None = None

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Raises RuntimeError after shutdown. BrokenExecutor in the future: the worker died."""
        return self._thread.submit(self._call, fn, args, kwargs)

    def _call(self, function: Callable[..., T], args: Any, kwargs: Any) -> T:
        """In the thread, which alone waits for the worker."""
        hung = False
        try:
            pipe = self._pipe or self._start()
            pipe.send((function, args, kwargs))
            hung = not self._await_answer(pipe)
            error, result = pipe.recv()
        except (EOFError, OSError) as lost:
            raise (HungWorker if hung else BrokenExecutor)() from lost
        if error is not None:
            raise error
        returned: T = result
        return returned

    def _await_answer(self, pipe: Connection) -> bool:
        """Whether there is one, or the worker has died. Otherwise it hung, and has been killed."""
        assert self._process is not None
        deadline = time.monotonic() + self._call_seconds
        looks, used = 0, -1.0
        while not pipe.poll(LOOK_SECONDS):
            try:
                process = psutil.Process(self._process.pid)
                status, times = process.status(), process.cpu_times()
            except psutil.Error:
                return True
            idle = status not in RUNNING and used == times.user + times.system
            looks, used = looks + 1 if idle else 0, times.user + times.system
            if looks == LOOKS or time.monotonic() > deadline:
                self._process.kill()
                return False
        return True

    def _start(self) -> Connection:
        context = _context()
        pipe, far_end = context.Pipe()
        self._process = context.Process(target=worker.serve, args=(far_end,), daemon=True)
        self._process.start()
        far_end.close()  # the worker's alone: when it dies, the pipe ends
        self._pipe = pipe
        return pipe

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """End the worker once its call is done; `wait`: and kill it if that takes too long."""
        with suppress(RuntimeError):  # it has been shut down
            ended = self._thread.submit(self._end)
            self._thread.shutdown(wait=False)
            if not wait:
                return
            wait_for([ended], PATIENCE)
            if self._process is not None:
                if ended.done():
                    self._process.join(PATIENCE)
                self._process.kill()
            ended.result()

    def _end(self) -> None:
        """In the thread: closing its end of the pipe is what ends a worker."""
        if self._pipe is not None:
            self._pipe.close()


class WorkerLost(Exception):
    """The worker died during the call, or hung."""

    def __init__(self, reason: Literal["died", "hung"]) -> None:
        super().__init__(f"A worker {reason}")
        self.reason = reason


class Slot:
    """Runs one call at a time."""

    def __init__(self, make_executor: Callable[[], Executor]) -> None:
        self._make_executor = make_executor
        self._executor = make_executor()

    async def run(
        self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs
    ) -> tuple[T, float]:
        """The function's result and its CPU seconds, or its exception.

        WorkerLost: call again, with a new worker.
        """
        timed: Callable[..., tuple[T, float]] = worker.timed
        try:
            future = self._executor.submit(timed, function, *args, **kwargs)
            return await asyncio.wrap_future(future)
        except BrokenExecutor as error:
            self._executor.shutdown(wait=False)
            self._executor = self._make_executor()
            raise WorkerLost("hung" if isinstance(error, HungWorker) else "died") from error

    async def stop(self) -> None:
        """End the worker once its call is done."""
        await asyncio.to_thread(self._executor.shutdown, wait=True)
