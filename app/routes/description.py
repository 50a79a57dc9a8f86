"""What there is to choose from."""

from typing import Any

from fastapi import APIRouter

from app import costs, worker
from app.messages import PreviewOfRun, Thumbnail
from app.presets import PRESETS, Preset
from app.problems import documented
from app.routes.bounded import Bounded
from app.routes.dependencies import TheClient, TheRunner
from engine import RunSpec

router = APIRouter(
    prefix="/api", tags=["description"], responses=documented(422), route_class=Bounded
)


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


@router.post("/previews")
async def preview(spec: RunSpec, runner: TheRunner, client: TheClient) -> PreviewOfRun:
    """What a run begins with, and what rates are in store for it: drawn beside its settings."""
    costs.check(runner.settings, [spec], [1], costs.in_part)
    found = await runner.call(client, worker.preview, spec)
    return PreviewOfRun.model_validate(found, from_attributes=True)
