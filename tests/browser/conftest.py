"""A server, a browser, and pages that fail their test when anything goes wrong in them."""

import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.browser.chromium import ARGUMENTS, find_chromium

REPORT_VIOLATIONS = """
document.addEventListener("securitypolicyviolation", (violation) => {
  console.error(`CSP: ${violation.violatedDirective} refused ${violation.blockedURI}`);
});
"""


@pytest.fixture(scope="package")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of a server as `neural-playground serve` starts it, on a free port."""
    folder = tmp_path_factory.mktemp("server")
    log = folder / "log.txt"
    command = [sys.executable, "-m", "app.cli", "serve", "--port", "0"]
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, cwd=Path(__file__).parents[2], stdout=output, stderr=subprocess.STDOUT
        )
    try:
        yield _printed_address(process, log)
    finally:
        process.terminate()
        process.wait(timeout=30)


def _printed_address(process: subprocess.Popen[bytes], log: Path) -> str:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and process.poll() is None:
        if address := re.search(r"http://127\.0\.0\.1:[1-9]\d*", log.read_text()):
            return address[0]
        time.sleep(0.05)
    raise RuntimeError(f"The server printed no address:\n{log.read_text()}")


# Not for the session: while Playwright runs, other tests of its thread cannot use asyncio.
@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def expected_problems() -> list[str]:
    """Parts of the console messages that a test provokes."""
    return []


@pytest.fixture
def new_page(
    browser: Browser, server: str, expected_problems: list[str]
) -> Iterator[Callable[..., Page]]:
    """`new_page(**context_options)` opens a window of its own; relative URLs go to the server."""
    problems: list[str] = []
    contexts: list[BrowserContext] = []
    host = urlsplit(server).netloc

    def check_host(url: str) -> None:
        if urlsplit(url).scheme in ("http", "https", "ws", "wss") and urlsplit(url).netloc != host:
            problems.append(f"request to another host: {url}")

    def open_page(**options: object) -> Page:
        context = browser.new_context(**{"base_url": server, **options})  # type: ignore[arg-type]
        context.add_init_script(REPORT_VIOLATIONS)
        page = context.new_page()
        page.on("console", lambda m: problems.append(m.text) if m.type == "error" else None)
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on("request", lambda request: check_host(request.url))
        page.on("websocket", lambda socket: check_host(socket.url))
        contexts.append(context)
        return page

    yield open_page
    for context in contexts:
        context.close()
    unexpected = [p for p in problems if not any(part in p for part in expected_problems)]
    assert not unexpected, "\n".join(unexpected)


@pytest.fixture
def page(new_page: Callable[..., Page]) -> Page:
    return new_page()
