"""The playground in a browser window: what a person does there and sees."""

import re
import time
from bisect import bisect_left
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import numpy as np
from playwright.sync_api import Locator, Page, WebSocket, expect

from app.wire import MAGIC, Array, decode, inflate
from engine.metrics import EXACT

PATIENCE = 15
"""Seconds. Nothing waits for so long unless it is broken."""
PLOTTED = """(selector) => document.querySelector(selector).data.map(({ name, x, y }) =>
  ({ name, x: Array.from(x), y: Array.from(y) }))"""


class Received:
    """What the sockets of one page bring: each epoch in order, none left out."""

    def __init__(self, page: Page) -> None:
        self.faults: list[str] = []
        self.experiment = ""
        self.rows: dict[str, list[list[float]]] = {}
        """Rows of numbers by experiment and timeline."""
        self.epochs: dict[str, list[int]] = {}
        """Whose rows they are: those of all epochs, unless the server has thinned them before."""
        self.told: dict[str, int] = {}
        """The last epoch told of."""
        self.lengths: list[int] = []
        """Rows of each frame that had any."""
        self.picture: dict[str, Array] = {}
        """The latest, of the first lane."""
        self.pictures: dict[int, dict[str, Array]] = {}
        """The latest of each lane."""
        self.pictured: list[dict[str, Any]] = []
        """What the header says of them."""
        self.picture_epoch = -1
        self.coarseness = 0
        self.focus: list[list[float]] = []
        page.on("websocket", self._open)

    def _open(self, socket: WebSocket) -> None:
        self.experiment = urlsplit(socket.url).path.split("/")[3]
        experiment = self.experiment
        socket.on("framereceived", lambda payload: self._take(experiment, payload))

    def _take(self, experiment: str, payload: str | bytes) -> None:
        if isinstance(payload, str):
            return
        message = inflate(payload)
        if message[:4] != MAGIC:
            return
        header, arrays = decode(message)
        key = f"{experiment} {header['timeline']}"
        rows, epochs = self.rows.setdefault(key, []), self.epochs.setdefault(key, [])
        first, told = header["first_epoch"], self.told.get(key, -1)
        new = np.stack([arrays[name, None][0] for name in EXACT], axis=1).tolist()
        if first > told + 1:
            self.faults.append(f"epochs {told + 1} to {first - 1} left out")
        # A page that reconnects may get again what had not reached it.
        taken = dict(zip(arrays["epoch", None].tolist(), new, strict=True))
        known = bisect_left(epochs, first)
        for epoch, row in zip(epochs[known:], rows[known:], strict=True):
            if not same(row, taken.get(epoch, row)):
                self.faults.append(f"other numbers for epoch {epoch}")
        rows[known:], epochs[known:] = new, list(taken)
        self.told[key] = header["epoch"]
        if new:
            self.lengths.append(len(new))
        if header["picture_epoch"] is not None:
            self.pictures = {run: {} for run in range(len(header["runs"]))}
            for (name, run), values in arrays.items():
                if run is not None:
                    self.pictures[run][name] = values
            self.picture = self.pictures[0]
            self.pictured = header["runs"]
            self.picture_epoch = header["picture_epoch"]
            self.coarseness = header["coarseness"]
            self.focus = header["focus"]

    @property
    def latest(self) -> list[list[float]]:
        """All rows of the timeline that came last."""
        return self.rows[next(reversed(self.rows))]


def same(ours: Any, theirs: Any) -> bool:
    """Equal to the last digit; NaN equals NaN."""
    return np.array_equal(np.array(ours, float), np.array(theirs, float), equal_nan=True)


class Playground:
    """One open window."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.received = Received(page)
        self.root = page.locator(".page")
        # By class: in whatever language.
        self.settings = page.locator(".panel.settings")
        self.transport = page.locator(".transport")
        self.primary = self.transport.locator(".primary")
        """Play, or Pause."""

    # What a person does

    def open(self, fragment: str = "") -> None:
        """Go there and wait until it can be used."""
        self.page.goto(f"/#{fragment}" if fragment else "/")
        self.expect_ready()

    def go(self, fragment: str) -> None:
        """Edit the address by hand; wait until the page has followed."""
        before = self.received.experiment
        self.page.evaluate("(fragment) => { location.hash = fragment; }", fragment)
        self.until(lambda: self.received.experiment != before)
        self.expect_ready()

    def press(self, name: str) -> None:
        """Press a button of the transport."""
        self.transport.get_by_role("button", name=name, exact=True).click()

    def play(self) -> None:
        self.primary.click()
        self.expect_status("playing")

    def pause(self) -> None:
        """Pause, and wait for the last epoch under way."""
        with self.page.expect_response("**/pause") as answer:
            self.primary.click()
        self.expect_status("paused")
        self.expect_epoch(answer.value.json()["epoch"])

    def pause_at(self, epoch: int) -> None:
        """Play at least to an epoch, then pause."""
        self.play()
        self.wait_for_epoch(epoch)
        self.pause()

    def entry(self, title: str) -> Locator:
        """The box to type a setting's value into."""
        return self.page.get_by_role("textbox", name=title, exact=True)

    def type_in(self, title: str, value: str) -> None:
        """Type a value and press Enter."""
        self.entry(title).fill(value)
        self.entry(title).press("Enter")

    def choose(self, title: str, option: str) -> None:
        """Choose from a list."""
        self.page.get_by_role("combobox", name=title, exact=True).select_option(label=option)

    def choose_data(self, title: str) -> None:
        thumbnail = self.settings.get_by_text(title, exact=True)
        if not thumbnail.is_visible():
            self.settings.get_by_role("button", name=re.compile("^All [0-9]+$")).click()
        thumbnail.click()

    def open_layer(self, number: int) -> None:
        """Show a layer's rarer settings."""
        if not self.page.locator(f"#layer-{number - 1}").is_visible():
            self.page.keyboard.press("Escape")  # whatever else is open would be in the way
            name = re.compile(f"^Settings of layer {number}")
            self.page.get_by_role("button", name=name).click()

    def open_chart_options(self) -> Locator:
        """Show what is rarely wanted of the chart."""
        options = self.page.get_by_role("group", name="Chart options")
        if not options.is_visible():
            self.page.get_by_role("button", name="Chart options").click()
        return options

    def choose_axis(self, title: str) -> None:
        """Choose what the chart's x axis counts."""
        axis = self.open_chart_options().get_by_role("combobox", name="x axis")
        axis.select_option(label=title)
        self.page.keyboard.press("Escape")

    def type_target(self, value: str) -> None:
        """Type the test loss to reach."""
        self.open_chart_options().get_by_label("Target test loss").fill(value)
        self.page.keyboard.press("Enter")
        self.page.keyboard.press("Escape")

    def show_all_settings(self) -> None:
        self.settings.get_by_role("button", name="All settings").click()

    # What a person sees

    def expect_ready(self) -> None:
        expect(self.primary).to_be_enabled()
        self.expect_connection("open")

    def expect_plots(self) -> None:
        """Wait for what comes after the rest of the page."""
        for plot in (".plane", ".curves"):
            expect(self.page.locator(f"{plot} .plot[data-ready]")).to_be_attached()

    def expect_status(self, status: str) -> None:
        expect(self.root).to_have_attribute("data-status", status)

    def expect_connection(self, connection: str) -> None:
        expect(self.root).to_have_attribute("data-connection", connection)

    def expect_fragment(self, fragment: str) -> None:
        expect(self.page).to_have_url(f"/#{fragment}" if fragment else "/")

    def expect_epoch(self, epoch: int) -> None:
        expect(self.root).to_have_attribute("data-epoch", str(epoch))

    def wait_for_epoch(self, epoch: int) -> None:
        """Wait until the page shows this epoch or a later one."""
        self.page.wait_for_function(
            "(epoch) => document.querySelector('.page').dataset.epoch >= epoch", arg=epoch
        )

    @property
    def epoch(self) -> int:
        return int(self.root.get_attribute("data-epoch") or -1)

    def readout(self, name: str) -> float:
        """A number above the output."""
        text = self.page.locator(f"[data-readout={name}]").inner_text()
        return float(text.replace("−", "-").removesuffix("%"))

    def field(self, title: str) -> Locator:
        """A setting of the panel, with its message."""
        return self.settings.locator(".field", has=self.page.get_by_text(title, exact=True))

    def plotted(self, quantity: str = "loss") -> dict[str, dict[str, list[float]]]:
        """The points of the curves, by name of the curve, once they reach the epoch shown."""
        selector = f".curves .plot[aria-label='{quantity} over the epochs']"
        self.page.wait_for_function(
            """(selector) => document.querySelector(selector)?.data?.[0].x.at(-1)
              === Number(document.querySelector(".page").dataset.epoch)""",
            arg=selector,
        )
        traces = self.page.evaluate(PLOTTED, selector)
        return {trace["name"]: trace for trace in traces}

    def taken(self, act: Callable[[], None]) -> dict[str, Any]:
        """The settings that the server answers with, after something that changes one."""
        with self.page.expect_response(lambda r: r.request.method == "PATCH") as answer:
            act()
        spec: dict[str, Any] = answer.value.json()["runs"][0]["spec"]
        return spec

    def until(self, condition: Callable[[], object]) -> None:
        """Wait, from one display frame to the next, for something that is not in the page."""
        deadline = time.monotonic() + PATIENCE
        while not condition():
            assert time.monotonic() < deadline
            self.page.evaluate("() => new Promise(requestAnimationFrame)")

    def expect_received(self, rows: list[list[float]]) -> None:
        """Wait until the page has been sent these rows, all of them and no others."""
        self.until(lambda: len(self.received.latest) >= len(rows))
        assert same(self.received.latest, rows)

    def picture(self) -> dict[str, Array]:
        """The picture of the epoch shown, once it has come and is as sharp as it gets."""
        epoch, received = self.epoch, self.received
        self.until(lambda: received.picture_epoch == epoch and received.coarseness == 0)
        return self.received.picture

    # What the server says

    def get(self, path: str = "") -> Any:
        """An answer about this page's experiment."""
        answer = self.page.request.get(f"/api/experiments/{self.received.experiment}{path}")
        assert answer.ok, answer.text()
        return answer.json()

    def expect_state(self, key: str, value: object) -> None:
        """Wait until the server says this of the experiment."""
        self.until(lambda: self.get()[key] == value)

    @property
    def spec(self) -> dict[str, Any]:
        spec: dict[str, Any] = self.get()["runs"][0]["spec"]
        return spec

    def history(self) -> list[list[float]]:
        """Rows of numbers, as the server has them."""
        run = self.get("/history")["runs"][0]
        rows: list[list[float]] = np.array([run[name] for name in EXACT], float).T.tolist()
        return rows
