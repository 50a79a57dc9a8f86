"""Where training runs: slots, each an executor of its own, rebuilt when its worker dies."""

import asyncio
import multiprocessing
import sys
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, Executor, ProcessPoolExecutor
from typing import ParamSpec, TypeVar

from app import worker

P = ParamSpec("P")
T = TypeVar("T")


def worker_process() -> Executor:
    """An executor with one worker process: one killed worker breaks its whole executor."""
    return worker_processes(1)


def worker_processes(count: int) -> Executor:
    """An executor with some worker processes.

    From a fork server that has imported the engine, a new one is ready in a few milliseconds, and
    no thread or lock of the server is ever copied into it.
    """
    if sys.platform == "win32":
        context = multiprocessing.get_context("spawn")
        return ProcessPoolExecutor(count, context, worker.prepare)
    server = multiprocessing.get_context("forkserver")
    server.set_forkserver_preload(["app.worker"])
    return ProcessPoolExecutor(count, server, worker.prepare)


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
