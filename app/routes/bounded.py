"""Bodies of a sane shape: so that checking what is in them stays cheap, whatever it is."""

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import HTTPException, Request, Response
from fastapi.routing import APIRoute

MAX_DEPTH = 32
MAX_KEYS = 64
"""Of one object."""
MAX_ITEMS = 20_000
"""Of all objects and lists together: room for 64 runs and a thousand changes."""


class Bounded(APIRoute):
    """A route that refuses JSON with too much in it before it looks for fields."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def bounded(request: Request) -> Response:
            return await handle(_Bounded(request.scope, request.receive))

        return bounded


class _Bounded(Request):
    async def json(self) -> Any:
        value = await super().json()
        check_shape(value)
        return value


def check_shape(value: Any) -> None:
    """Raises HTTPException for JSON that is too deep or too large."""
    items = 0
    level = [value]
    for _ in range(MAX_DEPTH):
        below: list[Any] = []
        for one in level:
            if isinstance(one, dict):
                if len(one) > MAX_KEYS:
                    raise HTTPException(422, f"An object may have at most {MAX_KEYS} keys")
                one = one.values()
            elif not isinstance(one, list):
                continue
            items += len(one)
            if items > MAX_ITEMS:
                raise HTTPException(422, f"A body may hold at most {MAX_ITEMS} values")
            below += one
        if not below:
            return
        level = below
    raise HTTPException(422, f"A body may be at most {MAX_DEPTH} levels deep")
