"""The real application on a real port, with real worker processes."""

from collections.abc import Iterator

import pytest

from app.settings import Settings
from tests.app.server import Server, serving


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """One server for all tests that need no settings of their own."""
    with serving(Settings(workers=2, requests_per_second=10_000, requests_burst=10_000)) as running:
        yield running
