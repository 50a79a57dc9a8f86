"""A history that the server has thinned: curve, hover and scrubber tell the right epochs."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.playground import Playground, same
from tests.browser.serving import Server, serving
from tests.browser.test_compare import SEEK
from tests.browser.test_lanes import Strip

BOUND = 1000


@pytest.fixture
def small_server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    monkeypatch.setenv("NEURAL_PLAYGROUND_MAX_HISTORY_EPOCHS", str(BOUND))
    with serving() as server:
        yield server


def test_a_thinned_history_tells_its_own_epochs(
    small_server: Server, new_playground: Callable[..., Playground]
) -> None:
    playground = new_playground("data.samples=20&layers=[]", base_url=small_server.address)
    page = playground.page
    playground.pause_at(17 * BOUND // 10)
    final = playground.epoch
    assert len(playground.received.latest) > BOUND  # who follows has more than the server
    Strip(playground).compare("Optimizer", "SGD")  # the page gets the history anew
    table = playground.get("/history")
    kept, losses = table["epoch"], table["runs"][0]["test_loss"]
    assert len(kept) <= BOUND < final
    by_epoch = dict(zip(kept, losses, strict=True))
    playground.until(lambda: list(playground.received.epochs.values())[-1] == kept)

    def curve() -> dict[str, Any]:
        traces = page.evaluate(
            """() => document.querySelector(".curves .plot").data
              .filter(({ mode }) => mode === "lines")
              .map(({ name, x, y, customdata }) => ({ name, x: [...x], y: [...y], customdata }))"""
        )
        return dict(traces[-2])  # of the first lane; train comes before, the other lane after

    playground.until(lambda: len(curve()["x"]) > 100 and curve()["x"][-1] == final)
    drawn = curve()
    assert same(drawn["y"], [by_epoch[epoch] for epoch in drawn["x"]])

    playground.choose_axis("updates")
    updates = dict(zip(kept, table["runs"][0]["updates"], strict=True))
    playground.until(lambda: curve()["customdata"])
    drawn = curve()
    assert drawn["customdata"][-1] == final
    assert same(drawn["x"], [updates[epoch] for epoch in drawn["customdata"]])
    plot = page.locator(".curves .plot")
    plot.hover()
    layer = plot.locator(".hoverlayer")
    expect(layer).to_contain_text("at epoch")
    told = re.findall(r": ([\d.]+) at epoch (\d+)", layer.text_content() or "")
    assert told
    for loss, epoch in told:
        row = kept.index(int(epoch))
        of_lanes = [run[name][row] for run in table["runs"] for name in ("train_loss", "test_loss")]
        assert float(loss) in [float(f"{one:.4g}") for one in of_lanes]

    gone = next(epoch for epoch in range(final // 2, 0, -1) if epoch not in by_epoch)
    scrubber = page.get_by_role("slider", name="Epoch", exact=True)
    assert scrubber.get_attribute("max") == str(final)
    scrubber.evaluate(SEEK, gone)
    playground.expect_epoch(gone)
    assert playground.picture()
    near = max(epoch for epoch in kept if epoch <= gone)
    playground.until(lambda: abs(playground.readout("test_loss") - by_epoch[near]) <= 0.0005)
    playground.choose_axis("epochs")
    shapes = "(plot) => plot.layout.shapes.filter(({ name }) => name === 'present')[0]?.x0"
    playground.until(lambda: plot.evaluate(shapes) == gone)
