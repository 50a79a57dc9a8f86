"""What there is to choose from."""

from typing import Any

from fastapi import APIRouter

from app import worker
from app.messages import (
    Thumbnail,
)
from app.presets import PRESETS, Preset
from app.problems import documented
from app.routes.dependencies import TheClient, TheRunner
from engine import RunSpec

router = APIRouter(prefix="/api", tags=["description"], responses=documented(422))


@router.get("/schema")
async def schema() -> dict[str, Any]:
    """JSON Schema of a run, with titles, bounds, formulas and hints for controls."""
    return RunSpec.model_json_schema()


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
