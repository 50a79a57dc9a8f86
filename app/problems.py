"""Errors as application/problem+json (RFC 9457), in plain words and with the field at fault."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from math import ceil
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import Receive, Scope, Send

from app.changes import Invalid, complaints
from app.errors import Full, Refusal, Stopping, TooMany, Unknown, Unlucky, Waiting
from app.messages import FieldProblem, Problem
from app.settings import Settings
from app.translation import LANGUAGES, asked_for, translate

MEDIA_TYPE = "application/problem+json"


class ProblemResponse(JSONResponse):
    """A problem in the language of whoever gets it, as far as Accept-Language says."""

    media_type = MEDIA_TYPE

    def __init__(self, body: Problem, headers: Mapping[str, str] | None = None) -> None:
        self._problem = body
        super().__init__(body.model_dump(exclude_none=True), body.status, headers)
        self.headers["Vary"] = "Accept-Language"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        language = asked_for(Headers(scope=scope).get("accept-language", ""))
        if language == LANGUAGES[0]:
            await super().__call__(scope, receive, send)
            return
        self.body = self.render(_translated(self._problem, language).model_dump(exclude_none=True))
        self.headers["Content-Length"] = str(len(self.body))
        self.headers["Content-Language"] = language
        await super().__call__(scope, receive, send)


def _translated(body: Problem, language: str) -> Problem:
    if not body.errors:
        return body.model_copy(update={"detail": translate(body.detail, language)})
    errors = [
        FieldProblem(path=one.path, detail=translate(one.detail, language)) for one in body.errors
    ]
    first = errors[0]
    detail = f"{first.path}: {first.detail}" if first.path else first.detail
    return body.model_copy(update={"detail": detail, "errors": errors})


def problem(
    status: int,
    detail: str,
    errors: Sequence[tuple[str, str]] = (),
    headers: Mapping[str, str] | None = None,
    waiting: int | None = None,
) -> ProblemResponse:
    """The response for a failed call. errors: (path, detail) of the fields at fault."""
    body = Problem(title=HTTPStatus(status).phrase, status=status, detail=detail, waiting=waiting)
    if errors:
        body.path = errors[0][0]
        body.errors = [FieldProblem(path=path, detail=detail) for path, detail in errors]
    return ProblemResponse(body, headers)


def documented(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """What a route says in the API's documentation about its failures."""
    schema = {"$ref": "#/components/schemas/Problem"}
    return {
        status: {
            "description": HTTPStatus(status).phrase,
            "model": Problem,
            "content": {MEDIA_TYPE: {"schema": schema}},
        }
        for status in statuses
    }


def describe(schema: dict[str, Any]) -> None:
    """Add to the API's documentation what is answered to the bodies that a call cannot read."""
    for calls in schema["paths"].values():
        for call in calls.values():
            if "requestBody" in call:
                for status, response in documented(400, 413, 415).items():
                    del response["model"]
                    call["responses"].setdefault(str(status), response)


def invalid(errors: Sequence[tuple[str, str]]) -> ProblemResponse:
    """The response for fields that were refused."""
    path, detail = errors[0]
    return problem(422, f"{path}: {detail}" if path else detail, errors)


async def _request_invalid(request: Request, error: RequestValidationError) -> ProblemResponse:
    body = error.body
    if isinstance(body, bytes) and body:
        return problem(415, "Send JSON, with Content-Type: application/json")
    first = error.errors()[0]
    if first["type"] == "json_invalid":
        return problem(400, f"The body is not JSON: {first['ctx']['error']}")
    # Locations begin with where the value came from: body, path or query.
    below = [{**item, "loc": item["loc"][1:]} for item in error.errors()]
    return invalid(complaints(below, body if first["loc"][0] == "body" else {}))


async def _http(request: Request, error: HTTPException) -> ProblemResponse:
    return problem(error.status_code, error.detail, headers=error.headers)


async def _fields_invalid(request: Request, error: Invalid) -> ProblemResponse:
    return invalid(error.errors)


async def _unknown(request: Request, error: Unknown) -> ProblemResponse:
    return problem(404, "There is no such experiment, run or sweep, or it has ended")


async def _refused(request: Request, error: Refusal) -> ProblemResponse:
    return problem(409, str(error))


async def _full(request: Request, error: Full) -> ProblemResponse:
    detail = str(error) or (
        "The server has as many experiments as it can hold: try again in a minute"
    )
    return problem(503, detail, headers={"Retry-After": "60"})


async def _too_many(request: Request, error: TooMany) -> ProblemResponse:
    return problem(429, str(error), headers={"Retry-After": "5"})


async def _waiting(request: Request, error: Waiting) -> ProblemResponse:
    detail = (
        "The server is full. 1 is waiting before you; ask again to keep your place"
        if error.before == 1
        else f"The server is full. {error.before} are waiting before you; ask again to keep your "
        "place"
    )
    settings: Settings = request.app.state.runner.settings
    headers = {"Retry-After": str(ceil(settings.retry_seconds))}
    return problem(503, detail, headers=headers, waiting=error.before)


async def _stopping(request: Request, error: Stopping) -> ProblemResponse:
    return problem(503, "The server is stopping", headers={"Retry-After": "10"})


async def _unlucky(request: Request, error: Unlucky) -> ProblemResponse:
    return problem(500, "This crashed its worker process several times: try something smaller")


async def _bug(request: Request, error: Exception) -> ProblemResponse:
    return problem(500, "Something went wrong in the server; its log says what")


def install(app: FastAPI) -> None:
    """Answer every error of the application with a problem."""
    handlers: dict[type[Exception], Any] = {
        RequestValidationError: _request_invalid,
        HTTPException: _http,
        Invalid: _fields_invalid,
        Unknown: _unknown,
        Refusal: _refused,
        Full: _full,
        TooMany: _too_many,
        Waiting: _waiting,
        Stopping: _stopping,
        Unlucky: _unlucky,
        Exception: _bug,
    }
    for kind, handler in handlers.items():
        app.add_exception_handler(kind, handler)
