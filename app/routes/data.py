"""Data sets of the users' own: storing them, and asking what they are."""

import asyncio
import json
from typing import Annotated, Any

from fastapi import APIRouter, HTTPException, Query, Request
from pydantic import ValidationError

from app import worker
from app.changes import Invalid, complaints
from app.csv_table import CsvError, TaskKind, read_csv
from app.messages import DataDescription, StoredData, Upload
from app.problems import documented, problem
from app.routes.dependencies import TheClient
from app.settings import Settings
from engine import DataError, custom_data, store_data
from engine.datasets import Custom

FIELDS = {"points": "x", "targets": "y"}
"""Names that the engine's arguments have here."""

router = APIRouter(prefix="/api/data", tags=["data"], responses=documented(422))

BODY = {
    "required": True,
    "content": {
        "application/json": {"schema": Upload.model_json_schema()},
        "text/csv": {
            "schema": {"type": "string"},
            "example": "height,width,class\n1.2,0.5,cat\n0.3,0.9,dog\n",
        },
    },
}


@router.post(
    "",
    status_code=201,
    response_model=DataDescription,
    responses=documented(400, 413, 415, 507),
    openapi_extra={"requestBody": BODY},
)
async def store(
    request: Request,
    title: Annotated[str, Query(description="Title of a CSV file.")] = "",
    task: Annotated[
        TaskKind | None, Query(description="What a CSV file is for, if not as its targets look.")
    ] = None,
) -> Any:
    """Store points, and get the id by which runs name them: equal content gives the equal id.

    A CSV file may have a header. Its columns are numbers, apart by commas, semicolons or tabs. The
    last one is to be learned, unless one is called class, label, target or y. Texts are classes,
    and so are whole numbers of at most ten kinds.
    """
    body = await request.body()
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    settings: Settings = request.app.state.runner.settings
    # Up to a second for the largest files.
    if kind == "text/csv":
        id = await asyncio.to_thread(_store_csv, body, title, task, settings.max_data_size)
    elif kind == "application/json":
        id = await asyncio.to_thread(_store_json, body, settings.max_data_size)
    else:
        return problem(415, "Send JSON with Content-Type: application/json, or CSV with text/csv")
    return _description(id)


@router.get("/{id}", responses=documented(404))
async def read(request: Request, client: TheClient, id: str) -> StoredData:
    """What a data set is, and a few of its points."""
    try:
        data = Custom(id=id)
    except ValidationError:
        raise HTTPException(404, "There is no such data set here") from None
    x, y = await request.app.state.runner.call(client, worker.thumbnail, data)
    return StoredData(**_description(id).model_dump(), x=x, y=y)


def _store_csv(body: bytes, title: str, task: TaskKind | None, room: int) -> str:
    try:
        table = read_csv(body, task)
        _check_room(room)
        return store_data(
            table.x, table.y, columns=table.columns, class_names=table.class_names, title=title
        )
    except (CsvError, DataError) as error:
        raise Invalid([("", str(error))]) from None


def _store_json(body: bytes, room: int) -> str:
    try:
        value = json.loads(body)
    except ValueError as error:
        raise HTTPException(400, f"The body is not JSON: {error}") from None
    try:
        upload = Upload.model_validate(value)
    except ValidationError as error:
        raise Invalid(complaints(error.errors(), value)) from None
    names = upload.class_names
    if upload.task == "regression" and names is not None:
        raise Invalid([("class_names", "Values have no classes")])
    whole = all(value.is_integer() for value in upload.y)
    if names is None and (upload.task == "classification" or (upload.task is None and whole)):
        count = min(int(max(upload.y, default=0)) + 1, custom_data.MAX_CLASSES)
        names = [f"class {k}" for k in range(count)]
    _check_room(room)
    try:
        return store_data(
            upload.x, upload.y, columns=upload.columns, class_names=names, title=upload.title
        )
    except DataError as error:
        raise Invalid([(FIELDS.get(error.field, error.field), str(error))]) from None


def _check_room(room: int) -> None:
    """Raises HTTPException when the stored data sets are as large as they may be."""
    taken = sum(file.stat().st_size for file in custom_data.folder().glob("*.npz"))
    if taken >= room:
        raise HTTPException(507, "The server keeps as many data sets as it can hold")


def _description(id: str) -> DataDescription:
    known, task = custom_data.describe(id), Custom(id=id).task
    return DataDescription(
        id=id,
        title=known.title,
        task=task.kind,
        classes=task.classes,
        class_names=list(known.class_names),
        columns=None if known.columns is None else list(known.columns),
        rows=known.rows,
    )
