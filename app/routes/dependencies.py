"""What routes ask for: the runner, who asks, and the experiment that a path names."""

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import Depends, Request

from app.clients import Client, client_of
from app.experiment import Experiment
from app.runner import Runner


async def _runner(request: Request) -> Runner:
    runner: Runner = request.app.state.runner
    return runner


TheRunner = Annotated[Runner, Depends(_runner)]


async def _client(request: Request) -> Client:
    return client_of(request)


TheClient = Annotated[Client, Depends(_client)]


async def _experiment(id: str, request: Request, runner: TheRunner) -> AsyncIterator[Experiment]:
    experiment = await runner.find(id)
    yield experiment
    if request.method not in ("GET", "HEAD"):
        await runner.keep(experiment)


TheExperiment = Annotated[Experiment, Depends(_experiment, scope="function")]
"""Stored before the answer to what may have changed it."""
