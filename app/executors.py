"""Where training runs: worker processes, each an executor of its own, replaced when it dies."""

import asyncio
import multiprocessing
import sys
from collections.abc import Callable
from concurrent.futures import (
    BrokenExecutor,
    Executor,
    Future,
    ProcessPoolExecutor,
    ThreadPoolExecutor,
)
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

from app import worker

if TYPE_CHECKING:
    from multiprocessing.context import ForkServerContext, SpawnContext

P = ParamSpec("P")
T = TypeVar("T")

PATIENCE = 5
"""Seconds that a worker with nothing to do has to end."""


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


class WorkerProcess(Executor):
    """One worker process, which does one call at a time.

    Not a ProcessPoolExecutor: that keeps the writing end of its result pipe open, and so waits for
    ever when its worker is killed in the middle of a result.
    """

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1, "worker")
        self._process: BaseProcess | None = None
        self._pipe: Connection | None = None

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Raises RuntimeError after shutdown. BrokenExecutor in the future: the worker died."""
        return self._thread.submit(self._call, fn, args, kwargs)

    def _call(self, function: Callable[..., T], args: Any, kwargs: Any) -> T:
        """In the thread, which alone waits for the worker."""
        try:
            pipe = self._pipe or self._start()
            pipe.send((function, args, kwargs))
            error, result = pipe.recv()
        except (EOFError, OSError) as lost:
            raise BrokenExecutor("The worker died") from lost
        if error is not None:
            raise error
        returned: T = result
        return returned

    def _start(self) -> Connection:
        context = _context()
        pipe, far_end = context.Pipe()
        self._process = context.Process(target=worker.serve, args=(far_end,), daemon=True)
        self._process.start()
        far_end.close()  # the worker's alone: when it dies, the pipe ends
        self._pipe = pipe
        return pipe

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """End the worker once its call is done."""
        self._thread.shutdown(wait, cancel_futures=cancel_futures)
        if self._pipe is not None:
            self._pipe.close()
        if wait and self._process is not None:
            self._process.join(PATIENCE)
            self._process.kill()


class WorkerLost(Exception):
    """The worker died during the call: killed, crashed, or out of memory."""


class Slot:
    """Runs one call at a time."""

    def __init__(self, make_executor: Callable[[], Executor]) -> None:
        self._make_executor = make_executor
        self._executor = make_executor()

    async def run(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """The function's result or exception. WorkerLost: call again, with a new worker."""
        try:
            future = self._executor.submit(function, *args, **kwargs)
            return await asyncio.wrap_future(future)
        except BrokenExecutor as error:
            self._executor.shutdown(wait=False)
            self._executor = self._make_executor()
            raise WorkerLost from error

    async def stop(self) -> None:
        """End the worker once its call is done."""
        await asyncio.to_thread(self._executor.shutdown, wait=True, cancel_futures=True)
