"""Pages that are open while the server gets a new version."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, Route, expect

from tests.app.faults import Proxy, between
from tests.browser.accessibility import check_everything
from tests.browser.playground import Playground


@pytest.fixture
def expected_problems() -> list[str]:
    return ["net::ERR", "WebSocket connection to", "status of 404", "MIME type"]


@pytest.fixture
def cable(server: str) -> Iterator[Proxy]:
    with between(server) as cable:
        yield cable


def test_an_old_page_is_told_to_reload(
    new_playground: Callable[..., Playground],
    cable: Proxy,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    viewport = {"width": 1400, "height": 900}
    playground = new_playground(base_url=cable.url, viewport=viewport)
    page = playground.page
    playground.expect_plots()
    news = page.get_by_text("A new version of this page is here.")

    def lose_and_find() -> None:
        cable.pull()
        playground.expect_connection("lost")
        with page.expect_response("**/healthz"):
            cable.plug_in()
            playground.expect_connection("open")

    lose_and_find()
    expect(news).to_have_count(0)
    page.evaluate("document.getElementById('page').dataset.version = 'before'")
    lose_and_find()
    expect(news).to_be_visible()
    playground.press("Step")  # meanwhile it works
    playground.expect_epoch(1)
    check_everything(page, tmp_path_factory.mktemp("upgrade") / "reload.png")
    page.get_by_role("button", name="Reload").click()
    playground.expect_ready()
    expect(news).to_have_count(0)


def old(page: Page, pattern: str) -> None:
    """Let the page come as it was before an upgrade: what the pattern finds has another version."""

    def answer(route: Route) -> None:
        response = route.fetch()
        text = re.sub(pattern, lambda found: found[0].replace(found[1], "0" * 16), response.text())
        route.fulfill(response=response, body=text)

    page.route(lambda url: url.rstrip("/").count("/") == 2, answer, times=1)


def test_a_file_that_is_no_longer_there(new_page: Callable[..., Page]) -> None:
    page = new_page()
    old(page, r'data-plotly="/static/(\w+)/plotly.min.js" data-version="\w+"')
    page.goto("/")
    page.evaluate("document.getElementById('page').dataset.version = 'before'")
    expect(page.get_by_text("A new version of this page is here.")).to_be_visible()


def test_modules_of_another_version_do_not_come(new_page: Callable[..., Page]) -> None:
    page = new_page()
    old(page, r'/static/(\w+)/js[^"]*"')
    page.goto("/")
    expect(page.get_by_text("If nothing comes, reload the page.")).to_be_visible()
    page.reload()
    expect(page.get_by_text("If nothing comes, reload the page.")).to_have_count(0)
