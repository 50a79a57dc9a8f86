"""Experiments: creating them, commanding them, watching them."""

from typing import Annotated

from fastapi import APIRouter, Body, WebSocket

from app.messages import (
    Creation,
    ExperimentState,
    Play,
    Reset,
    Step,
)
from app.problems import documented
from app.routes.bounded import Bounded
from app.routes.dependencies import TheClient, TheExperiment, TheRunner
from app.stream import stream

AT_FULL_SPEED, ONE_EPOCH, SAME_WEIGHTS = Play(), Step(), Reset()

router = APIRouter(prefix="/api", responses=documented(422), route_class=Bounded)
one = APIRouter(prefix="/experiments/{id}", responses=documented(404), route_class=Bounded)


@router.post("/experiments", status_code=201, tags=["experiments"], responses=documented(503))
async def create(creation: Creation, runner: TheRunner, client: TheClient) -> ExperimentState:
    """Start runs side by side: at epoch 0 and paused, or on their way to a given epoch."""
    target = (creation.epoch, creation.batch)
    experiment = await runner.create(
        creation.runs, creation.changes, target, creation.seeds, client=client
    )
    return experiment.state()


@one.get("", tags=["experiments"])
async def read(experiment: TheExperiment) -> ExperimentState:
    """Its state."""
    return experiment.state()


@one.delete("", status_code=204, tags=["experiments"])
async def delete(experiment: TheExperiment, runner: TheRunner) -> None:
    """End it."""
    runner.delete(experiment)
    runner.admission.left(experiment.client)


@one.post("/play", tags=["transport"], responses=documented(409))
async def play(
    experiment: TheExperiment, runner: TheRunner, how: Annotated[Play, Body()] = AT_FULL_SPEED
) -> ExperimentState:
    """Train until paused, or until something is reached; again while it plays: change that."""
    until = how.until if "until" in how.model_fields_set else experiment.until
    runner.play(experiment, how.epochs_per_second, until)
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


router.include_router(one)


@router.websocket("/experiments/{id}/stream")
async def watch(socket: WebSocket, id: str) -> None:
    """Frames of an experiment; the README describes the format."""
    await stream(socket, socket.app.state.runner, id)
