"""Something that an experiment is to do, and somebody waits for."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class Command(Generic[T]):
    """Something to do in an experiment's next turn; `done` gets its result or exception."""

    def __init__(self, action: Callable[[], Awaitable[T]]) -> None:
        self._action = action
        self.done: asyncio.Future[T] = asyncio.get_running_loop().create_future()

    async def run(self) -> None:
        try:
            result = await self._action()
        except Exception as error:
            self.fail(error)
        else:
            if not self.done.done():
                self.done.set_result(result)

    def fail(self, error: Exception) -> None:
        if not self.done.done():  # it is when who asked has gone
            self.done.set_exception(error)
