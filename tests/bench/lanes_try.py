"""Lanes side by side in headless Chromium: pictures, chart, answers; and going back in time.

A lane's picture counts when its canvas holds another image than a display frame before. The chart
counts when Plotly says that it has drawn.
"""

import json
from random import Random
from statistics import median, quantiles
from time import perf_counter
from urllib.parse import quote

import httpx
from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

from tests.bench.timing import ROUNDS, verdict
from tests.browser.chromium import ARGUMENTS, find_chromium
from tests.browser.serving import serving

VIEWPORT: ViewportSize = {"width": 1400, "height": 976}
SECONDS = 4
CLICKS = 40
OPTIMIZERS = ("sgd", "momentum", "nesterov", "adagrad", "rmsprop", "adam", "adamw", "nadam")
SEEKS = 60

WATCH = """
() => {
  globalThis.log = { lanes: [], charts: 0, answers: [] };
  const SIDE = 25;
  const copy = new OffscreenCanvas(16 * SIDE, SIDE).getContext("2d", { willReadFrequently: true });
  copy.imageSmoothingEnabled = false;
  const last = [];
  const look = () => {
    requestAnimationFrame(look);
    const canvases = [...document.querySelectorAll("canvas.lane-map")];
    canvases.forEach((canvas, k) => copy.drawImage(canvas, k * SIDE, 0, SIDE, SIDE));
    const pixels = new Uint32Array(
      copy.getImageData(0, 0, canvases.length * SIDE, SIDE).data.buffer);
    canvases.forEach((_, k) => {
      let hash = 0;
      for (let row = 0; row < SIDE; row++) {
        const start = (row * canvases.length + k) * SIDE;
        for (let column = 0; column < SIDE; column++) {
          hash = Math.imul(hash ^ pixels[start + column], 16777619);
        }
      }
      if (last[k] !== hash) log.lanes[k] = (log.lanes[k] ?? 0) + 1;
      last[k] = hash;
    });
  };
  requestAnimationFrame(look);
  document.querySelector(".curves .plot").on("plotly_afterplot", () => log.charts++);
  addEventListener("click", ({ target, timeStamp }) => {
    const button = target.closest(".lane-open");
    if (!button) return;
    const wait = () => {
      if (button.ariaPressed !== "true") return requestAnimationFrame(wait);
      // The frame after the one that shows it: by then it has been painted.
      requestAnimationFrame((now) => log.answers.push(performance.now() - timeStamp));
    };
    wait();
  }, true);
}
"""


def open_lanes(browser: Browser, address: str, count: int) -> Page:
    """A page with so many lanes of 2-8-8-1 on the spiral, differing in optimizer and seed."""
    lanes = [
        {"optimizer.kind": OPTIMIZERS[index % len(OPTIMIZERS)], "seed": index // len(OPTIMIZERS)}
        for index in range(1, count)
    ]
    layers = [{"units": 8}, {"units": 8}]
    page = browser.new_context(viewport=VIEWPORT).new_page()
    fragment = "&".join(
        f"{name}={quote(value if isinstance(value, str) else json.dumps(value))}"
        for name, value in {
            "data.kind": "spiral",
            "layers": layers,
            "optimizer.kind": OPTIMIZERS[0],
            "lanes": lanes,
        }.items()
    )
    page.goto(f"{address}/#{fragment}")
    page.wait_for_function(
        "(count) => document.querySelectorAll('canvas.lane-map').length === count", arg=count
    )
    page.wait_for_selector(".curves .plot[data-ready]")
    page.evaluate(WATCH)
    return page


def rates(page: Page) -> tuple[float, float, float]:
    """Pictures of the slowest lane, drawings of the chart, and epochs, per second."""
    page.get_by_role("button", name="Reset", exact=True).click()
    page.wait_for_function("() => document.querySelector('.page').dataset.epoch === '0'")
    page.get_by_role("button", name="Play", exact=True).click()
    page.wait_for_function("() => Number(document.querySelector('.page').dataset.epoch) > 5")
    counts = "() => [performance.now(), Math.min(...log.lanes), log.charts, "
    counts += "Number(document.querySelector('.page').dataset.epoch)]"
    begin = page.evaluate(counts)
    page.wait_for_timeout(1000 * SECONDS)
    end = page.evaluate(counts)
    page.get_by_role("button", name="Pause", exact=True).click()
    seconds = (end[0] - begin[0]) / 1000
    pictures, charts, epochs = (
        (after - before) / seconds for before, after in zip(begin[1:], end[1:], strict=True)
    )
    return pictures, charts, epochs


def answers(page: Page) -> float:
    """95th percentile of the milliseconds from a click on a lane to its being shown, training."""
    page.get_by_role("button", name="Play", exact=True).click()
    cards = page.locator(".lane-open")
    for click in range(CLICKS):
        cards.nth((click + 1) % cards.count()).click()
        page.wait_for_function("(count) => log.answers.length > count", arg=click)
    page.get_by_role("button", name="Pause", exact=True).click()
    times: list[float] = page.evaluate("() => log.answers")
    return quantiles(times, n=20)[-1]


def seeks(address: str) -> tuple[float, float]:
    """Median and longest milliseconds of going to a random one of 10,000 epochs."""
    random = Random(0)
    with httpx.Client(base_url=address, timeout=120) as client:
        id = client.post("/api/experiments", json={"runs": [{}]}).json()["id"]
        client.post(f"/api/experiments/{id}/step", json={"epochs": 10_000}).raise_for_status()
        times = []
        for _ in range(SEEKS):
            epoch = random.randrange(10_000)
            began = perf_counter()
            state = client.post(f"/api/experiments/{id}/seek", json={"epoch": epoch}).json()
            times.append(1000 * (perf_counter() - began))
            assert state["epoch"] == epoch
        client.delete(f"/api/experiments/{id}")
    return median(times), max(times)


def report() -> None:
    """Print what lanes reach beside what they should."""
    print("Lanes side by side in headless Chromium: 2-8-8-1 on the spiral (medians)")
    with serving() as server, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=ARGUMENTS)
        for count, goal in ((8, 20), (16, 10)):
            page = open_lanes(browser, server.address, count)
            rates(page)  # warms the page
            measured = [rates(page) for _ in range(ROUNDS // 2)]
            pictures, charts, epochs = (median(figures) for figures in zip(*measured, strict=True))
            title = f"{count} lanes: "
            for words, figure in (
                ("pictures of the slowest", verdict(pictures, goal, unit="/s")),
                ("drawings of the chart", verdict(charts, 4 if count == 8 else None, unit="/s")),
                ("epochs of all", verdict(epochs, None, unit="/s")),
            ):
                print(f"    {title + words:36}{figure}")
            if count == 8:
                late = verdict(answers(page), 150, at_least=False, unit=" ms")
                print(f"    {title + 'click to answer, p95':36}{late}")
            page.context.close()
        browser.close()
        middle, longest = seeks(server.address)
        print(f"    {'Going to one of 10,000 epochs':36}{verdict(middle, None, unit=' ms')}")
        print(f"    {'longest':36}{verdict(longest, 500, at_least=False, unit=' ms')}")
