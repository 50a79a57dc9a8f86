"""Sweeps: fair races of optimizers."""

import csv
import io
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response

from app.errors import Refusal
from app.messages import SweepState
from app.problems import documented
from app.routes.bounded import Bounded
from app.routes.dependencies import TheClient
from app.sweeps import Sweep, Sweeps
from engine import SweepResult, SweepSpec


async def _sweeps(request: Request) -> Sweeps:
    sweeps: Sweeps = request.app.state.sweeps
    return sweeps


TheSweeps = Annotated[Sweeps, Depends(_sweeps)]


async def _sweep(id: str, sweeps: TheSweeps) -> Sweep:
    return sweeps.find(id)


TheSweep = Annotated[Sweep, Depends(_sweep)]

router = APIRouter(
    prefix="/api/sweeps", tags=["sweeps"], responses=documented(422), route_class=Bounded
)


@router.get("/schema")
async def schema() -> dict[str, Any]:
    """JSON Schema of a sweep, with titles, bounds and hints for controls."""
    return SweepSpec.model_json_schema()


@router.post("", status_code=201, responses=documented(503))
async def create(spec: SweepSpec, sweeps: TheSweeps, client: TheClient) -> SweepState:
    """Start a sweep. It runs while no experiment wants the workers."""
    return sweeps.start(spec, client).state()


@router.get("/{id}", responses=documented(404))
async def read(sweep: TheSweep) -> SweepState:
    """How far it is, and its result once it has finished."""
    return sweep.state()


@router.delete("/{id}", status_code=204, responses=documented(404))
async def delete(sweep: TheSweep, sweeps: TheSweeps) -> None:
    """End it and forget its result."""
    sweeps.delete(sweep)


@router.get(
    "/{id}/result",
    response_model=SweepResult,
    responses={200: {"content": {"text/csv": {}}}, **documented(404, 409)},
)
async def result(sweep: TheSweep, request: Request) -> Any:
    """The result as JSON; or, if Accept says text/csv, one row of CSV per run."""
    if sweep.result is None:
        if sweep.message:
            raise Refusal(f"The sweep has no result: {sweep.message}")
        raise Refusal("The sweep has no result: it is still running")
    headers = {"Vary": "Accept"}
    if "text/csv" in request.headers.get("accept", ""):
        text = io.StringIO()
        csv.writer(text).writerows(sweep.result.rows())
        return Response(text.getvalue(), media_type="text/csv", headers=headers)
    content = sweep.result.model_dump_json()
    return Response(content, media_type="application/json", headers=headers)
