"""A server, a browser, and pages that fail their test when anything goes wrong in them."""

from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.browser.chromium import ARGUMENTS, find_chromium
from tests.browser.looks import CHOSEN, Looks
from tests.browser.playground import PATIENCE, Playground
from tests.browser.serving import serving

REPORT_VIOLATIONS = """
document.addEventListener("securitypolicyviolation", (violation) => {
  console.error(`CSP: ${violation.violatedDirective} refused ${violation.blockedURI}`);
});
"""

expect.set_options(timeout=1000 * PATIENCE)


@pytest.fixture(scope="package")
def server() -> Iterator[str]:
    """Address of a server on a free port."""
    with serving() as running:
        yield running.address


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

    def check_host(url: str, host: str) -> None:
        if urlsplit(url).scheme in ("http", "https", "ws", "wss") and urlsplit(url).netloc != host:
            problems.append(f"request to another host: {url}")

    def open_page(base_url: str = server, **options: object) -> Page:
        host = urlsplit(base_url).netloc
        context = browser.new_context(base_url=base_url, **options)  # type: ignore[arg-type]
        context.add_init_script(REPORT_VIOLATIONS)
        page = context.new_page()
        page.on("console", lambda m: problems.append(m.text) if m.type == "error" else None)
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on("request", lambda request: check_host(request.url, host))
        page.on("websocket", lambda socket: check_host(socket.url, host))
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


@pytest.fixture
def new_playground(new_page: Callable[..., Page]) -> Iterator[Callable[..., Playground]]:
    """`new_playground(fragment, **context_options)` opens the playground in a window of its own."""
    opened: list[Playground] = []

    def open_playground(fragment: str = "", **options: object) -> Playground:
        playground = Playground(new_page(**options))
        opened.append(playground)
        playground.open(fragment)
        return playground

    yield open_playground
    for playground in opened:
        assert not playground.received.faults


@pytest.fixture(params=CHOSEN, ids=str)
def looks(request: pytest.FixtureRequest) -> Looks:
    """Each kind of window in turn: `new_playground(**looks.options)`. ALL_LOOKS=1 takes all 12."""
    assert isinstance(request.param, Looks)
    return request.param


@pytest.fixture
def playground(new_playground: Callable[..., Playground]) -> Playground:
    return new_playground()
