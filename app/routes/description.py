"""What there is to choose from."""

import json
from functools import cache
from typing import Any

from fastapi import APIRouter, Request, Response
from pydantic import TypeAdapter

import engine
from app import costs, worker
from app.assets import Asset
from app.formulas import explained_schema
from app.glossary import Term, glossary
from app.messages import PreviewOfRun, Thumbnail
from app.presets import PRESETS, Preset
from app.problems import documented
from app.routes.bounded import Bounded
from app.routes.dependencies import TheClient, TheRunner
from app.routes.encoded import encoded
from engine import RunSpec

router = APIRouter(
    prefix="/api", tags=["description"], responses=documented(422), route_class=Bounded
)


@router.get("/schema", response_model=dict[str, Any])
async def schema(request: Request) -> Response:
    """JSON Schema of a run, with titles, bounds, formulas and hints for controls."""
    return encoded(request, _schema_json())


@router.get("/glossary", response_model=list[Term])
async def terms(request: Request) -> Response:
    """Explanations of all settings and their options, and of the marks on the page."""
    return encoded(request, _glossary_json())


@router.get("/datasets")
async def datasets(runner: TheRunner, client: TheClient) -> dict[str, Thumbnail]:
    """A few points of every kind of planar data."""
    found = await runner.call(client, worker.thumbnails)
    return {
        kind: Thumbnail.model_validate({"title": title, "x": x, "y": y})
        for kind, (title, (x, y)) in found.items()
    }


@router.get("/presets")
async def presets() -> list[Preset]:
    """Experiments to start from."""
    return list(PRESETS)


@router.post("/previews")
async def preview(spec: RunSpec, runner: TheRunner, client: TheClient) -> PreviewOfRun:
    """What a run begins with, and what rates are in store for it: drawn beside its settings."""
    costs.check(runner.settings, [spec], [1], costs.in_part)
    found = await runner.call(client, engine.preview, spec)
    return PreviewOfRun.model_validate(found, from_attributes=True)


# They are long, never change, and every page asks for them: encoded once.


@cache
def _schema_json() -> Asset:
    return _asset(json.dumps(explained_schema(), ensure_ascii=False).encode())


@cache
def _glossary_json() -> Asset:
    return _asset(TypeAdapter(tuple[Term, ...]).dump_json(glossary()))


def _asset(content: bytes) -> Asset:
    asset = Asset(content, "application/json")
    asset.compress()
    return asset
