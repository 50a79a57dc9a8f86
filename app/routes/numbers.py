"""What an experiment has brought: points, histories, summaries."""

import asyncio
import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import Annotated, Any

import numpy as np
from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel

from app import worker
from app.errors import Unknown
from app.messages import (
    HistoryTable,
    Points,
    Rows,
    RunData,
    RunHistory,
    RunSummary,
    SummaryTable,
)
from app.problems import documented
from app.routes.dependencies import TheExperiment, TheRunner
from engine import summarize

router = APIRouter(
    prefix="/api/experiments/{id}", tags=["experiments"], responses=documented(404, 422)
)


@router.get("/data")
async def data(experiment: TheExperiment, runner: TheRunner, run: int = 0) -> RunData:
    """The points that a run trains and is tested on."""
    if not 0 <= run < len(experiment.lanes):
        raise Unknown(f"run {run}")
    found = await runner.call(experiment.client, worker.points, experiment.runs(run)[0].spec)
    return RunData(
        domain=found.domain,
        task=found.task,
        classes=found.classes,
        class_names=found.class_names,
        columns=found.columns,
        train=Points.model_validate(dict(zip("xy", found.train, strict=True))),
        test=Points.model_validate(dict(zip("xy", found.test, strict=True))),
        rows=found.rows and Rows(train=found.rows[0], test=found.rows[1]),
    )


@router.get(
    "/history",
    response_model=HistoryTable,
    responses={200: {"content": {"text/csv": {}}}},
)
async def history(
    experiment: TheExperiment,
    request: Request,
    run: Annotated[int | None, Query(ge=0)] = None,
    seed: Annotated[int | None, Query(ge=0)] = None,
) -> Any:
    """The numbers of every epoch that is kept, of every run and seed: all of them up to the
    server's bound (100,000 unless set otherwise), beyond that fewer of the older ones.

    As JSON or, if Accept says text/csv, as CSV."""
    # Copies: training goes on while they are written out.
    lanes = [lane.copy() for lane in experiment.history.lanes]
    epochs = experiment.history.epochs.tolist()
    chosen = [
        (
            experiment.runs(number)[0].spec.name,
            number,
            lane.specs(lane.base)[index].seed,
            index,
        )
        for number, lane in enumerate(experiment.lanes)
        for index in range(lane.seeds)
        if run in (None, number) and seed in (None, index)
    ]
    if not chosen:
        raise Unknown(f"run {run}, seed {seed}")
    as_csv = _wants_csv(request)

    def answer() -> Response:
        runs = [
            RunHistory(
                name=name,
                run=number,
                seed=initial,
                **{
                    metric: _nullable(values)
                    for metric, values in lanes[number].of_seed(index).items()
                },
            )
            for name, number, initial, index in chosen
        ]
        if as_csv:
            return _csv(RunHistory.model_fields, runs, epochs)
        return _json(HistoryTable(epoch=epochs, runs=runs))

    return await asyncio.to_thread(answer)


@router.get(
    "/summary",
    response_model=SummaryTable,
    responses={200: {"content": {"text/csv": {}}}},
)
async def summary(
    experiment: TheExperiment,
    request: Request,
    target: Annotated[float, Query(ge=0, allow_inf_nan=False)] = 0.1,
) -> Any:
    """Each run in a few numbers: how soon it reached a test loss, how good and how steady it is."""
    # Copies, as above.
    lanes = [lane.copy() for lane in experiment.history.lanes]
    epochs = experiment.history.epochs
    states = [experiment.runs(number) for number in range(len(lanes))]
    as_csv = _wants_csv(request)

    def answer() -> Response:
        runs = []
        for number, (lane, of_lane) in enumerate(zip(lanes, states, strict=True)):
            diverged = [run.status == "diverged" for run in of_lane]
            found = summarize({"epoch": epochs, **lane.for_summary()}, target, diverged)
            runs.append(
                RunSummary(
                    name=of_lane[0].spec.name,
                    run=number,
                    seeds=lane.seeds,
                    diverged=sum(diverged),
                    **asdict(found),
                )
            )
        if as_csv:
            return _csv(RunSummary.model_fields, runs)
        return _json(SummaryTable(target=target, runs=runs))

    return await asyncio.to_thread(answer)


def _nullable(values: np.ndarray[Any, np.dtype[np.float64]]) -> list[float | None]:
    return [value if np.isfinite(value) else None for value in values.tolist()]


def _json(content: BaseModel) -> Response:
    text = content.model_dump_json()
    return Response(text, media_type="application/json", headers={"Vary": "Accept"})


def _wants_csv(request: Request) -> bool:
    return "text/csv" in request.headers.get("accept", "")


def _csv(columns: Iterable[str], runs: Sequence[BaseModel], epochs: Sequence[int] = ()) -> Response:
    """A line for each run, or for each of its epochs."""
    text = io.StringIO()
    writer = csv.writer(text)
    names = list(columns)
    lists = [name for name in names if isinstance(getattr(runs[0], name), list)]
    single = [name for name in names if name not in lists]
    writer.writerow([*single, *(["epoch"] if lists else []), *lists])
    for run in runs:
        begin = [getattr(run, name) for name in single]
        if not lists:
            writer.writerow(begin)
            continue
        every = zip(epochs, *(getattr(run, name) for name in lists), strict=True)
        writer.writerows([*begin, *numbers] for numbers in every)
    return Response(text.getvalue(), media_type="text/csv", headers={"Vary": "Accept"})
