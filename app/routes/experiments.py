"""Experiments: creating them, commanding them, asking about them."""

import asyncio
import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import Annotated, Any

import numpy as np
from fastapi import APIRouter, Body, Depends, Query, Request, Response, WebSocket
from pydantic import BaseModel

from app import worker
from app.errors import Unknown
from app.experiment import Experiment
from app.messages import (
    Addition,
    Creation,
    ExperimentState,
    Fork,
    HistoryTable,
    Order,
    Play,
    Points,
    Reset,
    RunData,
    RunHistory,
    RunSummary,
    SeedCount,
    Seek,
    Step,
    SummaryTable,
    Thumbnail,
    Tuned,
)
from app.presets import PRESETS, Preset
from app.problems import documented
from app.runner import Runner
from app.stream import stream
from engine import RunSpec, summarize

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


@router.get("/presets", tags=["description"])
async def presets() -> list[Preset]:
    """Experiments to start from."""
    return list(PRESETS)


@router.post("/experiments", status_code=201, tags=["experiments"], responses=documented(503))
async def create(creation: Creation, runner: TheRunner) -> ExperimentState:
    """Start runs side by side: at epoch 0 and paused, or on their way to a given epoch."""
    target = (creation.epoch, creation.batch)
    experiment = await runner.create(creation.runs, creation.changes, target, creation.seeds)
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


Part = Annotated[
    dict[str, Any],
    Body(
        description="Part of a RunSpec. Objects are merged deep; lists, and choices given with "
        "another kind, are replaced whole.",
        examples=[{"optimizer": {"learning_rate": 0.003}}],
    ),
]


@one.patch("/runs/{run}", tags=["runs"])
async def retune(experiment: TheExperiment, runner: TheRunner, run: int, changes: Part) -> Tuned:
    """Change settings; the run goes on from its weights whenever the shapes allow."""
    restarted = await runner.retune(experiment, [run], changes)
    return Tuned(**experiment.state_fields(), restarted=list(restarted))


@one.patch("/runs", tags=["runs"])
async def retune_all(experiment: TheExperiment, runner: TheRunner, changes: Part) -> Tuned:
    """Change settings of all runs at once."""
    restarted = await runner.retune(experiment, None, changes)
    return Tuned(**experiment.state_fields(), restarted=list(restarted))


@one.post("/runs", status_code=201, tags=["runs"])
async def add(experiment: TheExperiment, runner: TheRunner, addition: Addition) -> ExperimentState:
    """Add copies of runs with some settings changed; they train up to the present epoch."""
    await runner.add(experiment, addition.lanes)
    return experiment.state()


@one.delete("/runs/{run}", tags=["runs"], responses=documented(409))
async def remove(experiment: TheExperiment, runner: TheRunner, run: int) -> ExperimentState:
    """Take a run away; the numbers of those behind it move up."""
    await runner.remove(experiment, run)
    return experiment.state()


@one.post("/order", tags=["runs"])
async def order(experiment: TheExperiment, runner: TheRunner, wanted: Order) -> ExperimentState:
    """Put the runs into another order."""
    await runner.order(experiment, wanted.runs)
    return experiment.state()


@one.put("/runs/{run}/seeds", tags=["runs"])
async def seeds(
    experiment: TheExperiment, runner: TheRunner, run: int, wanted: SeedCount
) -> ExperimentState:
    """Train a run with so many seeds, from its own on; they train up to the present epoch."""
    await runner.set_seeds(experiment, run, wanted.seeds)
    return experiment.state()


@one.post("/seek", tags=["transport"])
async def seek(experiment: TheExperiment, runner: TheRunner, to: Seek) -> ExperimentState:
    """Go back to a past epoch, exactly, and pause. Going on gives the same numbers again."""
    await runner.seek(experiment, (to.epoch, to.batch))
    return experiment.state()


@one.post("/fork", tags=["runs"])
async def fork(experiment: TheExperiment, runner: TheRunner, how: Fork) -> ExperimentState:
    """Go back to an epoch, and add a run that goes on from there with changed settings."""
    await runner.fork(experiment, how.run, (how.epoch, how.batch), how.changes)
    return experiment.state()


@one.get("/export", tags=["experiments"])
async def export(experiment: TheExperiment) -> Creation:
    """What to POST to /api/experiments to come back to this very state."""
    state = experiment.state()
    return Creation(
        runs=[run.base for run in state.runs],
        seeds=[run.seeds for run in state.runs],
        changes=state.changes,
        epoch=state.epoch,
        batch=state.batch,
    )


@one.get("/data", tags=["experiments"])
async def data(experiment: TheExperiment, runner: TheRunner, run: int = 0) -> RunData:
    """The points that a run trains and is tested on."""
    if not 0 <= run < len(experiment.lanes):
        raise Unknown(f"run {run}")
    found = await runner.call(worker.points, experiment.runs(run)[0].spec)
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
async def history(
    experiment: TheExperiment,
    request: Request,
    run: Annotated[int | None, Query(ge=0)] = None,
    seed: Annotated[int | None, Query(ge=0)] = None,
) -> Any:
    """Every epoch's numbers of every run and seed, as JSON or, if Accept says text/csv, as CSV."""
    table = experiment.history
    chosen = [
        (
            experiment.runs(number)[0].spec.name,
            number,
            lane.specs(lane.base)[index].seed,
            # Copies: training goes on while they are written out.
            {name: rows.copy() for name, rows in table.lanes[number].of_seed(index).items()},
        )
        for number, lane in enumerate(experiment.lanes)
        for index in range(lane.seeds)
        if run in (None, number) and seed in (None, index)
    ]
    if not chosen:
        raise Unknown(f"run {run}, seed {seed}")
    epochs, as_csv = table.rows, _wants_csv(request)

    def answer() -> Response:
        runs = [
            RunHistory(
                name=name,
                run=number,
                seed=index,
                **{metric: _nullable(values) for metric, values in rows.items()},
            )
            for name, number, index, rows in chosen
        ]
        if as_csv:
            return _csv(RunHistory.model_fields, runs, epochs)
        return _json(HistoryTable(epoch=list(range(epochs)), runs=runs))

    return await asyncio.to_thread(answer)


@one.get(
    "/summary",
    tags=["experiments"],
    response_model=SummaryTable,
    responses={200: {"content": {"text/csv": {}}}},
)
async def summary(
    experiment: TheExperiment,
    request: Request,
    target: Annotated[float, Query(ge=0, allow_inf_nan=False)] = 0.1,
) -> Any:
    """Each run in a few numbers: how soon it reached a test loss, how good and how steady it is."""
    runs = []
    for number, lane in enumerate(experiment.lanes):
        states = experiment.runs(number)
        diverged = [run.status == "diverged" for run in states]
        found = summarize(experiment.history.lanes[number].for_summary(), target, diverged)
        name = states[0].spec.name
        runs.append(
            RunSummary(
                name=name,
                run=number,
                seeds=lane.seeds,
                diverged=sum(diverged),
                **asdict(found),
            )
        )
    if _wants_csv(request):
        return _csv(RunSummary.model_fields, runs)
    return _json(SummaryTable(target=target, runs=runs))


router.include_router(one)


@router.websocket("/experiments/{id}/stream")
async def watch(socket: WebSocket, id: str) -> None:
    """Frames of an experiment; the README describes the format."""
    await stream(socket, socket.app.state.runner, id)


def _nullable(values: np.ndarray[Any, np.dtype[np.float64]]) -> list[float | None]:
    return [value if np.isfinite(value) else None for value in values.tolist()]


def _json(content: BaseModel) -> Response:
    text = content.model_dump_json()
    return Response(text, media_type="application/json", headers={"Vary": "Accept"})


def _wants_csv(request: Request) -> bool:
    return "text/csv" in request.headers.get("accept", "")


def _csv(columns: Iterable[str], runs: Sequence[BaseModel], epochs: int | None = None) -> Response:
    """A line for each run, or for each of its epochs."""
    text = io.StringIO()
    writer = csv.writer(text)
    names = list(columns)
    lists = [name for name in names if isinstance(getattr(runs[0], name), list)]
    single = [name for name in names if name not in lists]
    writer.writerow([*single, *(["epoch"] if lists else []), *lists])
    for run in runs:
        begin = [getattr(run, name) for name in single]
        if epochs is None:
            writer.writerow(begin)
            continue
        every = zip(*(getattr(run, name) for name in lists), strict=True)
        writer.writerows([*begin, epoch, *numbers] for epoch, numbers in enumerate(every))
    return Response(text.getvalue(), media_type="text/csv", headers={"Vary": "Accept"})
