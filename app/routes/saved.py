"""States of the page that are too long for a URL."""

import asyncio
import json
from typing import Annotated, Any

from fastapi import APIRouter, Body, Request, Response
from pydantic import BaseModel

from app.changes import Invalid
from app.errors import Unknown
from app.problems import documented
from app.routes.bounded import Bounded
from app.store import Store

MAX_BYTES = 256 * 1024

router = APIRouter(
    prefix="/api/saved", tags=["saved"], responses=documented(422), route_class=Bounded
)


class Saved(BaseModel):
    """Where it is found again."""

    id: str


@router.post("", status_code=201)
async def save(request: Request, state: Annotated[dict[str, Any], Body()]) -> Saved:
    """Keep a JSON object of up to 256 KiB; equal ones have the same id."""
    try:
        content = json.dumps(state, sort_keys=True, separators=(",", ":"), allow_nan=False)
    except ValueError:
        raise Invalid([("", "NaN and infinity are no JSON")]) from None
    if len(content) > MAX_BYTES:
        raise Invalid([("", f"A saved state may have at most {MAX_BYTES // 1024} KiB")])
    store: Store = request.app.state.store
    return Saved(id=await asyncio.to_thread(store.save, content))


@router.get("/{id}", responses=documented(404), response_model=dict[str, Any])
async def load(request: Request, id: str) -> Response:
    """The object as it was saved."""
    store: Store = request.app.state.store
    content = await asyncio.to_thread(store.load, id)
    if content is None:
        raise Unknown(f"saved state {id}")
    return Response(content, media_type="application/json")
