"""The runs of an experiment: their settings, their company, their past."""

from typing import Annotated, Any

from fastapi import APIRouter, Body

from app import worker
from app.messages import (
    Addition,
    Arrangement,
    Edits,
    ExperimentState,
    Fork,
    LastBatch,
    Order,
    SeedCount,
    Seek,
    Tuned,
)
from app.problems import documented
from app.routes.bounded import Bounded
from app.routes.dependencies import TheExperiment, TheRunner
from app.tuning import item

router = APIRouter(
    prefix="/api/experiments/{id}", responses=documented(404, 409, 422), route_class=Bounded
)


Part = Annotated[
    dict[str, Any],
    Body(
        description="Part of a RunSpec. Objects are merged deep; lists, and choices given with "
        "another kind, are replaced whole.",
        examples=[{"optimizer": {"learning_rate": 0.003}}],
    ),
]


@router.patch("/runs/{run}", tags=["runs"])
async def retune(experiment: TheExperiment, runner: TheRunner, run: int, changes: Part) -> Tuned:
    """Change settings; the run goes on from its weights whenever the shapes allow."""
    restarted = await runner.retune(experiment, [run], changes)
    return Tuned(**experiment.state_fields(), restarted=list(restarted))


@router.patch("/runs", tags=["runs"])
async def retune_all(experiment: TheExperiment, runner: TheRunner, changes: Part) -> Tuned:
    """Change settings of all runs at once."""
    restarted = await runner.retune(experiment, None, changes)
    return Tuned(**experiment.state_fields(), restarted=list(restarted))


@router.get("/runs/{run}/batch", tags=["runs"])
async def batch(experiment: TheExperiment, runner: TheRunner, run: int) -> LastBatch:
    """The points and the dropped units of the latest update."""
    lane, (epoch, done) = item(experiment.lanes, run), experiment.position
    empty = LastBatch(epoch=epoch, batch=done, points=[], dropped=[], shares=[])
    if (epoch, done) == (0, 0) or experiment.runs(run)[0].status != "training":
        return empty
    spec = lane.spec_of_update((epoch, done))
    last = await runner.call(experiment.client, worker.last_batch, spec, epoch, done)
    shares = [[] if share is None else share.tolist() for share in last.dropped]
    dropped = [[unit for unit, share in enumerate(layer) if share >= 0.5] for layer in shares]
    update = {"points": last.points.tolist(), "dropped": dropped, "shares": shares}
    return empty.model_copy(update=update)


@router.patch("/runs/{run}/weights", tags=["runs"])
async def edit(
    experiment: TheExperiment, runner: TheRunner, run: int, edits: Edits
) -> ExperimentState:
    """Set single weights and biases, of all seeds of a run; it goes on from there.

    Of a maxout unit the mean of its pieces becomes the value.
    """
    await runner.edit(experiment, run, edits.weights)
    return experiment.state()


@router.post("/runs", status_code=201, tags=["runs"])
async def add(experiment: TheExperiment, runner: TheRunner, addition: Addition) -> ExperimentState:
    """Add copies of runs with some settings changed; they train up to the present epoch."""
    await runner.add(experiment, addition.lanes)
    return experiment.state()


@router.put("/runs", tags=["runs"])
async def arrange(
    experiment: TheExperiment, runner: TheRunner, wanted: Arrangement
) -> ExperimentState:
    """Have exactly these runs; those that are made train up to the present epoch.

    A run that was taken away comes back to the same bits: `base`, `seeds` and `changes` of its
    state are all that it depends on.
    """
    await runner.arrange(experiment, wanted.lanes, wanted.changes)
    return experiment.state()


@router.delete("/runs/{run}", tags=["runs"])
async def remove(experiment: TheExperiment, runner: TheRunner, run: int) -> ExperimentState:
    """Take a run away; the numbers of those behind it move up."""
    await runner.remove(experiment, run)
    return experiment.state()


@router.post("/order", tags=["runs"])
async def order(experiment: TheExperiment, runner: TheRunner, wanted: Order) -> ExperimentState:
    """Put the runs into another order."""
    await runner.order(experiment, wanted.runs)
    return experiment.state()


@router.put("/runs/{run}/seeds", tags=["runs"])
async def seeds(
    experiment: TheExperiment, runner: TheRunner, run: int, wanted: SeedCount
) -> ExperimentState:
    """Train a run with so many seeds, from its own on; they train up to the present epoch."""
    await runner.set_seeds(experiment, run, wanted.seeds)
    return experiment.state()


@router.post("/seek", tags=["transport"])
async def seek(experiment: TheExperiment, runner: TheRunner, to: Seek) -> ExperimentState:
    """Go back to a past epoch, exactly, and pause. Going on gives the same numbers again."""
    await runner.seek(experiment, (to.epoch, to.batch))
    return experiment.state()


@router.post("/fork", tags=["runs"])
async def fork(experiment: TheExperiment, runner: TheRunner, how: Fork) -> ExperimentState:
    """Go back to an epoch, and add a run that goes on from there with changed settings."""
    await runner.fork(experiment, how.run, (how.epoch, how.batch), how.changes)
    return experiment.state()
