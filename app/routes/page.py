"""The page, its files, and the pages that describe the API."""

import asyncio
from functools import partial

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.responses import HTMLResponse, JSONResponse
from jinja2 import Environment
from prometheus_client import CONTENT_TYPE_LATEST

from app.assets import Assets
from app.clients import introduce
from app.problems import problem
from app.routes.encoded import encoded
from app.runner import Runner
from app.translation import language_of, translate

router = APIRouter(include_in_schema=False)

DOCS = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Neural Playground: API</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="{static}/docs/swagger-ui.css">
</head>
<body>
<div id="swagger-ui"></div>
<script src="{static}/docs/swagger-ui-bundle.js"></script>
<script src="/docs/start.js"></script>
</body>
</html>
"""
START_DOCS = (
    'SwaggerUIBundle({url: "/openapi.json", dom_id: "#swagger-ui", deepLinking: true, '
    "validatorUrl: null})"
)
NO_CACHE = {"Cache-Control": "no-cache"}
FOR_EVER = {"Cache-Control": "public, max-age=31536000, immutable"}


@router.get("/")
async def page(request: Request) -> HTMLResponse:
    """The playground."""
    assets = await current_assets(request)
    templates: Environment = request.app.state.templates
    prefix = f"/static/{assets.version}"
    language = language_of(request)
    html = templates.get_template("index.html").render(
        static=prefix,
        modules=assets.modules,
        plotly=f"{prefix}/plotly.min.js",
        version=assets.version,
        lang=language,
        t=partial(translate, language=language),
        embeddable=bool(request.app.state.runner.settings.embedded_by),
    )
    response = HTMLResponse(html, headers={**NO_CACHE, "Vary": "Cookie, Accept-Language"})
    introduce(request, response)
    return response


@router.get("/docs")
async def docs(request: Request) -> HTMLResponse:
    """The calls of the API, to read and to try."""
    assets = await current_assets(request)
    return HTMLResponse(DOCS.format(static=f"/static/{assets.version}"), headers=NO_CACHE)


@router.get("/docs/start.js")
async def start_docs() -> Response:
    """A file of its own, as the Content-Security-Policy allows no inline scripts."""
    return Response(START_DOCS, media_type="text/javascript", headers=NO_CACHE)


@router.api_route("/static/{version}/{path:path}", methods=["GET", "HEAD"])
async def static(request: Request, version: str, path: str) -> Response:
    """A file of the page, for one version of the page only."""
    assets: Assets = request.app.state.assets
    asset = assets.find(path) if version == assets.version else None
    if asset is None:
        raise HTTPException(404, "There is no such file in this version of the page")
    return encoded(request, asset, FOR_EVER)


@router.get("/healthz")
async def healthz(request: Request) -> Response:
    """Ready to serve; and the version of the page, by which an open one knows it is an old one."""
    runner: Runner = request.app.state.runner
    if reason := runner.unready:
        return problem(503, reason, headers={"Retry-After": "10", **NO_CACHE})
    content = {"status": "ok", "version": request.app.state.assets.version}
    return JSONResponse(content, headers=NO_CACHE)


@router.get("/metrics")
async def metrics(request: Request) -> Response:
    """What the server counts, for Prometheus."""
    text = request.app.state.runner.metrics.text()
    return Response(text, media_type=CONTENT_TYPE_LATEST, headers=NO_CACHE)


async def current_assets(request: Request) -> Assets:
    """The files as they are now: whoever edits one sees it at the next load of the page."""
    assets: Assets = request.app.state.assets
    if await asyncio.to_thread(assets.refresh):
        await asyncio.to_thread(assets.compress)
    return assets
