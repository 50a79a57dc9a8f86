"""The page in headless Chromium: how fast it learns and paints, how soon it answers, what it keeps.

The page is watched at each display frame. A picture counts when the page says that it has painted
another one than a frame before: one that was never on display does not count.
"""

from statistics import median

from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

from tests.bench.timing import ROUNDS, verdict
from tests.browser.chromium import ARGUMENTS, find_chromium
from tests.browser.serving import serving

VIEWPORT: ViewportSize = {"width": 1400, "height": 900}
SECONDS = 3
"""Length of one measurement at full speed."""
QUIET = 0.5
"""Seconds in which nothing happens any more after Pause has taken effect."""
INPUTS = 100
"""While it trains."""
EARLY, LATE = 20_000, 100_000
"""Epochs between which memory should not grow ..."""
HISTORY = 12
"""... by more than the numbers of these epochs: MB."""
SPIRAL = (
    "data.kind=spiral&layers=[{%22units%22:8},{%22units%22:8}]"
    "&features=[%22x1%22,%22x2%22,%22x1^2%22,%22x2^2%22,%22x1*x2%22,%22sin(x1)%22,%22sin(x2)%22]"
)

# Keeps in `log` when what happened, in milliseconds since the start of the navigation.
WATCH = """
globalThis.log = {
  ready: [], plotly: [], click: [], status: [], epoch: [], pictures: [], painted: [], task: [],
  answer: [],
};
const observe = (type, name, options) => new PerformanceObserver((list) => {
  for (const { startTime, duration, interactionId } of list.getEntries()) {
    if (interactionId !== 0) globalThis.log[name].push([startTime, duration]);
  }
}).observe({ type, buffered: true, ...options });
observe("longtask", "task", {});
observe("event", "answer", { durationThreshold: 16 });
const copy = new OffscreenCanvas(200, 200).getContext("2d", { willReadFrequently: true });
const fingerprint = (canvas) => {
  copy.drawImage(canvas, 0, 0, 200, 200);
  let hash = 0;
  for (const pixel of new Uint32Array(copy.getImageData(0, 0, 200, 200).data.buffer)) {
    hash = Math.imul(hash ^ pixel, 16777619);
  }
  return hash;
};
const known = {};
const note = (name, value) => {
  if (known[name] === value) return;
  known[name] = value;
  globalThis.log[name].push([performance.now(), value]);
};
const look = () => {
  requestAnimationFrame(look);
  const page = document.querySelector(".page");
  const play = page?.querySelector(".primary:enabled");
  if (!play) return;
  note("ready", true);
  if (page.querySelector(".curves .plot[data-ready]")) note("plotly", true);
  note("status", page.dataset.status);
  note("epoch", Number(page.dataset.epoch));
  note("pictures", Number(page.dataset.pictures));
  note("painted", fingerprint(page.querySelector("canvas.field-map")));
  if (globalThis.pressAtOnce) play.click();
  globalThis.pressAtOnce = false;
};
requestAnimationFrame(look);
addEventListener("click", ({ timeStamp }) => globalThis.log.click.push([timeStamp, 0]), true);
"""


class Watched:
    """A page in a window of its own, with nothing cached."""

    def __init__(
        self, browser: Browser, address: str, fragment: str = "", *, press_at_once: bool = False
    ) -> None:
        context = browser.new_context(base_url=address, viewport=VIEWPORT)
        context.add_init_script(f"globalThis.pressAtOnce = {str(press_at_once).lower()};{WATCH}")
        self.page: Page = context.new_page()
        self.page.goto(f"/#{fragment}" if fragment else "/")
        self.wait_for("log.ready.length > 0")

    def wait_for(self, condition: str) -> None:
        self.page.wait_for_function(f"() => {condition}")

    def log(self, name: str) -> list[tuple[float, float]]:
        """(milliseconds, value) of everything of this name that happened."""
        entries: list[tuple[float, float]] = self.page.evaluate("(name) => log[name]", name)
        return entries

    def press(self, name: str) -> float:
        """Press a button of the transport; when the click happened."""
        self.page.get_by_role("button", name=name, exact=True).click()
        return self.log("click")[-1][0]

    def close(self) -> None:
        self.page.context.close()


def time_opening(browser: Browser, address: str) -> tuple[float, float]:
    """Milliseconds until Play can be pressed and, pressed at once, until the picture changes."""
    watched = Watched(browser, address, press_at_once=True)
    watched.wait_for("log.click.length && log.painted.at(-1)[0] > log.click[0][0]")
    clicked = watched.log("click")[0][0]
    changed = next(time for time, _ in watched.log("painted") if time > clicked)
    ready = watched.log("ready")[0][0]
    watched.press("Pause")
    watched.wait_for("log.status.at(-1)[1] === 'paused'")
    watched.close()
    return ready, changed


def time_answers(watched: Watched) -> tuple[float, float]:
    """Milliseconds from Play to the first changed picture, and from Pause to the last epoch."""
    watched.press("Reset")  # what has been learned perfectly changes no more
    watched.wait_for("log.epoch.at(-1)[1] === 0")
    clicked = watched.press("Play")
    watched.page.wait_for_timeout(1000 * QUIET)
    changed = next(time for time, _ in watched.log("painted") if time > clicked)
    paused = watched.press("Pause")
    watched.wait_for("log.status.at(-1)[1] === 'paused'")
    watched.page.wait_for_timeout(1000 * QUIET)
    ended = max(watched.log(name)[-1][0] for name in ("status", "epoch"))
    return changed - clicked, ended - paused


def rates(watched: Watched) -> tuple[float, float]:
    """Epochs and pictures per second at full speed, from epoch 0 on."""
    watched.press("Reset")
    watched.wait_for("log.epoch.at(-1)[1] === 0")
    watched.press("Play")
    watched.wait_for("log.epoch.at(-1)[1] > 0")
    begin, first = watched.log("epoch")[-1]
    watched.page.wait_for_timeout(1000 * SECONDS)
    end, last = watched.log("epoch")[-1]
    pictures = sum(begin < time <= end for time, _ in watched.log("pictures"))
    watched.press("Pause")
    watched.wait_for("log.status.at(-1)[1] === 'paused'")
    seconds = (end - begin) / 1000
    return (last - first) / seconds, pictures / seconds


def time_inputs(watched: Watched) -> tuple[float, float]:
    """Milliseconds from an input to the frame that shows its effect, 95th percentile, and the
    longest task of the page, both while it trains at full speed.

    Answers are rounded to 8 ms; those within 16 ms are not listed by the browser.
    """
    page = watched.page
    watched.press("Play")
    watched.wait_for("log.epoch.at(-1)[1] > 0")
    began: float = page.evaluate("performance.now()")
    for turn in range(INPUTS // 4):
        page.get_by_role("tab", name=("Accuracy", "Loss")[turn % 2], exact=True).click()
        page.locator("[data-unit]").nth(turn % 6).click()
        page.get_by_role("slider", name="Noise", exact=True).focus()
        page.keyboard.press(("ArrowRight", "ArrowLeft")[turn % 2])
        page.keyboard.press("Escape")
    ended: float = page.evaluate("performance.now()")
    watched.press("Pause")
    page.wait_for_timeout(1000 * QUIET)
    answers, tasks = (
        sorted(duration for start, duration in watched.log(name) if began < start < ended)
        for name in ("answer", "task")
    )
    # What is not listed was quicker.
    all_answers = [0.0] * max(0, INPUTS - len(answers)) + answers
    return all_answers[int(0.95 * (len(all_answers) - 1))], max(tasks, default=0.0)


def memory(watched: Watched) -> tuple[float, float]:
    """MB that the page holds after EARLY epochs, and how much more after LATE."""
    devtools = watched.page.context.new_cdp_session(watched.page)

    def held(epoch: int) -> float:
        watched.page.wait_for_function(
            f"() => log.epoch.at(-1)[1] >= {epoch}", timeout=1000 * 600, polling=200
        )
        devtools.send("HeapProfiler.collectGarbage")
        usage = devtools.send("Runtime.getHeapUsage")
        return float(usage["usedSize"] + usage.get("backingStorageSize", 0)) / 1e6

    watched.press("Reset")
    watched.press("Play")
    early, late = held(EARLY), held(LATE)
    watched.press("Pause")
    return early, late - early


def report() -> None:
    """Print what the page reaches beside what it should."""
    with serving() as server, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=ARGUMENTS)
        time_opening(browser, server.address)  # warms the server
        openings = [time_opening(browser, server.address) for _ in range(ROUNDS)]
        watched = Watched(browser, server.address)
        watched.wait_for("log.plotly.length > 0")
        plotly = watched.log("plotly")[0][0]
        answers = [time_answers(watched) for _ in range(ROUNDS + 1)][1:]
        speeds = [rates(watched) for _ in range(ROUNDS)]
        answer, task = time_inputs(watched)
        held, grown = memory(watched)
        watched.close()
        spiral = Watched(browser, server.address, SPIRAL)
        spiral.wait_for("log.plotly.length > 0")
        spiral_speeds = [rates(spiral) for _ in range(ROUNDS)]
        browser.close()
    ready, changed = medians(openings)
    play, pause = medians(answers)
    print("The page in headless Chromium, the default set-up (medians)")
    for title, figure in (
        *speed_lines(speeds, 600, 25),
        ("Play to the first changed picture", verdict(play, 150, at_least=False, unit=" ms")),
        ("Pause to the last epoch", verdict(pause, 200, at_least=False, unit=" ms")),
        ("Input to answer while training, p95", verdict(answer, 100, at_least=False, unit=" ms")),
        ("Longest task while training", verdict(task, 100, at_least=False, unit=" ms")),
        ("Opening to Play can be pressed", verdict(ready, 1000, at_least=False, unit=" ms")),
        ("and to the picture it changes", verdict(changed, 1000, at_least=False, unit=" ms")),
        ("and to the curves (Plotly)", verdict(plotly, 3000, at_least=False, unit=" ms")),
        (f"Memory after {EARLY:,} epochs", verdict(held, None, unit=" MB")),
        (f"and {LATE:,}: more", verdict(grown, HISTORY, at_least=False, unit=" MB")),
    ):
        print(f"    {title:36}{figure}")
    print("Spiral, 8x8 units, 7 features")
    for title, figure in speed_lines(spiral_speeds, 300, 20):
        print(f"    {title:36}{figure}")


def medians(rounds: list[tuple[float, float]]) -> tuple[float, float]:
    """Of each of the two figures."""
    one, other = (median(figures) for figures in zip(*rounds, strict=True))
    return one, other


def speed_lines(
    rounds: list[tuple[float, float]], epochs: float, pictures: float
) -> list[tuple[str, str]]:
    """Both speeds beside what they should be."""
    reached = medians(rounds)
    return [
        ("Epochs at full speed", verdict(reached[0], epochs, unit="/s")),
        ("Pictures painted meanwhile", verdict(reached[1], pictures, unit="/s")),
    ]
