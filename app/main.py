"""The application."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI
from jinja2 import Environment, FileSystemLoader

from app import problems
from app.assets import Assets, folder, packaged
from app.gate import Gate
from app.routes import data, description, experiments, numbers, page, runs, saved, sweeps
from app.runner import Runner
from app.settings import Settings
from app.store import Store
from app.sweeps import Sweeps
from engine import custom_data


class Application(FastAPI):
    """Says in its documentation which bodies it refuses."""

    def openapi(self) -> dict[str, Any]:
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
        await app.state.runner.start()
        yield
        await app.state.runner.stop()
        await compression

    app = Application(
        title="Neural Playground",
        description="Train small neural networks and watch them learn.",
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
    )
    app.state.runner = Runner(settings)
    app.state.store = Store(custom_data.folder() / "saved.sqlite3", settings.max_saved)
    app.state.sweeps = Sweeps(app.state.runner)
    app.state.assets = Assets(
        folder("static"),
        {
            "plotly.min.js": packaged("plotly", "package_data/plotly.min.js"),
            "docs/swagger-ui-bundle.js": packaged("fastapi_offline", "static/swagger-ui-bundle.js"),
            "docs/swagger-ui.css": packaged("fastapi_offline", "static/swagger-ui.css"),
        },
    )
    app.state.templates = Environment(loader=FileSystemLoader(folder("templates")), autoescape=True)
    problems.install(app)
    app.add_middleware(
        Gate,
        hosts=settings.hosts,
        max_body_size=settings.max_body_size,
        larger={"/api/data": settings.max_upload_size},
    )
    for part in (description, experiments, runs, numbers, sweeps, saved):
        app.include_router(part.router, max_body_size=settings.max_body_size)
    app.include_router(data.router, max_body_size=settings.max_upload_size)
    app.include_router(page.router)
    return app
