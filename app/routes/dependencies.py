"""What routes ask for: the runner, who asks, and the experiment that a path names."""

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


async def _experiment(id: str, runner: TheRunner) -> Experiment:
    return runner.find(id)


TheExperiment = Annotated[Experiment, Depends(_experiment)]
