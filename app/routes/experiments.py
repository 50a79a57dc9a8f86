"""Experiments: creating them, commanding them, asking about them."""

import csv
import io
from typing import Annotated, Any

import numpy as np
from fastapi import APIRouter, Body, Depends, Request, Response, WebSocket

from app import worker
from app.errors import Unknown
from app.experiment import Experiment
from app.messages import (
    Creation,
    ExperimentState,
    HistoryTable,
    Play,
    Points,
    Reset,
    RunData,
    RunHistory,
    Step,
    Thumbnail,
    Tuned,
)
from app.problems import documented
from app.runner import Runner
from app.stream import stream
from engine import RunSpec

AT_FULL_SPEED, ONE_EPOCH, SAME_WEIGHTS = Play(), Step(), Reset()


async def _runner(request: Request) -> Runner:
    runner: Runner = request.app.state.runner
    return runner


TheRunner = Annotated[Runner, Depends(_runner)]


async def _experiment(id: str, runner: TheRunner) -> Experiment:
    return runner.find(id)


TheExperiment = Annotated[Experiment, Depends(_experiment)]

router = APIRouter(prefix="/api", responses=documented(422))
one = APIRouter(prefix="/experiments/{id}", responses=documented(404))


@router.get("/schema", tags=["description"])
async def schema() -> dict[str, Any]:
    """JSON Schema of a run, with titles, bounds, formulas and hints for controls."""
    return RunSpec.model_json_schema()


@router.get("/datasets", tags=["description"])
async def datasets(runner: TheRunner) -> dict[str, Thumbnail]:
    """A few points of every kind of planar data."""
    found = await runner.call(worker.thumbnails)
    return {
        kind: Thumbnail.model_validate({"title": title, "x": x, "y": y})
        for kind, (title, (x, y)) in found.items()
    }


@router.post("/experiments", status_code=201, tags=["experiments"], responses=documented(503))
async def create(creation: Creation, runner: TheRunner) -> ExperimentState:
    """Start runs side by side: at epoch 0 and paused, or on their way to a given epoch."""
    target = (creation.epoch, creation.batch)
    experiment = await runner.create(creation.runs, creation.changes, target)
    return experiment.state()


@one.get("", tags=["experiments"])
async def read(experiment: TheExperiment) -> ExperimentState:
    """Its state."""
    return experiment.state()


@one.delete("", status_code=204, tags=["experiments"])
async def delete(experiment: TheExperiment, runner: TheRunner) -> None:
    """End it."""
    runner.delete(experiment)


@one.post("/play", tags=["transport"], responses=documented(409))
async def play(
    experiment: TheExperiment, runner: TheRunner, how: Annotated[Play, Body()] = AT_FULL_SPEED
) -> ExperimentState:
    """Train until paused; again while it plays: change the speed."""
    runner.play(experiment, how.epochs_per_second)
    return experiment.state()


@one.post("/pause", tags=["transport"])
async def pause(experiment: TheExperiment, runner: TheRunner) -> ExperimentState:
    """Stop; the answer holds the epoch where it stopped."""
    await runner.pause(experiment)
    return experiment.state()


@one.post("/step", tags=["transport"], responses=documented(409))
async def step(
    experiment: TheExperiment, runner: TheRunner, how: Annotated[Step, Body()] = ONE_EPOCH
) -> ExperimentState:
    """Train a little, one epoch if nothing is said, and answer when it is done."""
    epochs = (0 if how.batches else 1) if how.epochs is None else how.epochs
    await runner.step(experiment, epochs, how.batches)
    return experiment.state()


@one.post("/reset", tags=["transport"])
async def reset(
    experiment: TheExperiment, runner: TheRunner, how: Annotated[Reset, Body()] = SAME_WEIGHTS
) -> ExperimentState:
    """Back to epoch 0 with the same settings and weights; goes on playing if it played."""
    await runner.reset(experiment, how.new_weights)
    return experiment.state()


@one.patch("/runs/{run}", tags=["experiments"])
async def retune(
    experiment: TheExperiment,
    runner: TheRunner,
    run: int,
    changes: Annotated[
        dict[str, Any],
        Body(
            description="Part of a RunSpec. Objects are merged deep; lists, and choices given with "
            "another kind, are replaced whole.",
            examples=[{"optimizer": {"learning_rate": 0.003}}],
        ),
    ],
) -> Tuned:
    """Change settings; the run goes on from its weights whenever the shapes allow."""
    restarted = await runner.retune(experiment, run, changes)
    return Tuned(**experiment.state_fields(), restarted=list(restarted))


@one.get("/data", tags=["experiments"])
async def data(experiment: TheExperiment, runner: TheRunner, run: int = 0) -> RunData:
    """The points that a run trains and is tested on."""
    runs = experiment.checkpoint.runs
    if not 0 <= run < len(runs):
        raise Unknown
    found = await runner.call(worker.points, runs[run].spec)
    return RunData(
        domain=found.domain,
        task=found.task,
        classes=found.classes,
        class_names=found.class_names,
        columns=found.columns,
        train=Points.model_validate(dict(zip("xy", found.train, strict=True))),
        test=Points.model_validate(dict(zip("xy", found.test, strict=True))),
    )


@one.get(
    "/history",
    tags=["experiments"],
    response_model=HistoryTable,
    responses={200: {"content": {"text/csv": {}}}},
)
def history(experiment: TheExperiment, request: Request) -> Any:
    """Every epoch's numbers of every run, as JSON or, if Accept says text/csv, as CSV."""
    names = [run.spec.name for run in experiment.checkpoint.runs]
    table = experiment.history
    columns = table.between(0, table.rows)
    if "text/csv" in request.headers.get("accept", ""):
        text = _csv(names, columns)
        return Response(text, media_type="text/csv", headers={"Vary": "Accept"})
    runs = [
        RunHistory(name=name, **{key: _nullable(values[run]) for key, values in columns.items()})
        for run, name in enumerate(names)
    ]
    content = HistoryTable(epoch=list(range(table.rows)), runs=runs).model_dump_json()
    return Response(content, media_type="application/json", headers={"Vary": "Accept"})


router.include_router(one)


@router.websocket("/experiments/{id}/stream")
async def watch(socket: WebSocket, id: str) -> None:
    """Frames of an experiment; the README describes the format."""
    await stream(socket, socket.app.state.runner, id)


def _nullable(values: np.ndarray[Any, np.dtype[np.float64]]) -> list[float | None]:
    return [value if np.isfinite(value) else None for value in values.tolist()]


def _csv(names: list[str], columns: dict[str, np.ndarray[Any, np.dtype[np.float64]]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["run", "name", "epoch", *columns])
    for run, name in enumerate(names):
        values = [_nullable(column[run]) for column in columns.values()]
        for epoch, numbers in enumerate(zip(*values, strict=True)):
            writer.writerow([run, name, epoch, *numbers])
    return text.getvalue()
