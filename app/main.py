"""The application."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI
from jinja2 import Environment, FileSystemLoader
from starlette.types import ASGIApp

from app import problems
from app.archive import Archive
from app.assets import Assets, folder, packaged
from app.gate import Gate
from app.metrics import Counted
from app.rate_limit import RateLimit
from app.routes import data, description, experiments, glossary, numbers, page, runs, saved, sweeps
from app.runner import Runner
from app.settings import Settings
from app.store import Store
from app.sweeps import Sweeps
from app.translation import LANGUAGES, catalog_file
from engine import custom_data

logger = logging.getLogger(__name__)


class Application(FastAPI):
    """With the gate before everything, what FastAPI answers when a route fails included."""

    def build_middleware_stack(self) -> ASGIApp:
        settings, metrics = self.state.runner.settings, self.state.runner.metrics
        gate = Gate(
            super().build_middleware_stack(),
            hosts=settings.hosts,
            origins=settings.allowed_origins,
            max_body_size=settings.max_body_size,
            larger={"/api/data": settings.max_upload_size},
            embedded_by=settings.embedded_by,
        )
        return Counted(gate, metrics)

    def openapi(self) -> dict[str, Any]:
        """Also says which bodies are refused."""
        schema = super().openapi()
        problems.describe(schema)
        return schema


def create_app(settings: Settings | None = None) -> FastAPI:
    """The application; its workers live from start-up to shutdown.

    settings: taken from the environment when not given.
    """
    settings = settings or Settings()

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        compression = asyncio.create_task(asyncio.to_thread(app.state.assets.compress))
        lag = asyncio.create_task(app.state.runner.metrics.measure_lag())
        await app.state.runner.start()
        logger.info("started, with %s workers", settings.workers)
        yield
        logger.info("stopping")
        await app.state.runner.stop()
        lag.cancel()
        await compression

    app = Application(
        title="Neural Playground",
        description="Train small neural networks and watch them learn.",
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
    )
    store_file = settings.store_file or custom_data.folder() / "experiments.sqlite3"
    archive = Archive(store_file, settings.max_stored_bytes, settings.bounds)
    app.state.runner = Runner(settings, archive=archive)
    app.state.store = Store(custom_data.folder() / "saved.sqlite3", settings.max_saved)
    app.state.sweeps = Sweeps(app.state.runner)
    app.state.assets = Assets(
        folder("static"),
        {
            "plotly.min.js": packaged("plotly", "package_data/plotly.min.js"),
            "docs/swagger-ui-bundle.js": packaged("fastapi_offline", "static/swagger-ui-bundle.js"),
            "docs/swagger-ui.css": packaged("fastapi_offline", "static/swagger-ui.css"),
            **{f"locale/{one}.json": catalog_file(one) for one in LANGUAGES[1:]},
        },
    )
    app.state.templates = Environment(loader=FileSystemLoader(folder("templates")), autoescape=True)
    problems.install(app)
    app.add_middleware(
        RateLimit,
        rate=settings.requests_per_second,
        burst=settings.requests_burst,
        per_address=settings.requests_per_address,
    )
    # First: a page asks for more than a hundred of its files at once.
    app.include_router(page.router)
    app.include_router(glossary.router)
    too_many = problems.documented(429)
    for part in (description, experiments, runs, numbers, sweeps, saved):
        app.include_router(part.router, responses=too_many, max_body_size=settings.max_body_size)
    app.include_router(data.router, responses=too_many, max_body_size=settings.max_upload_size)
    return app
