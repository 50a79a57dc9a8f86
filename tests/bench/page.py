"""The page in headless Chromium: how fast it learns and paints, and how soon it answers.

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

# Keeps in `log` when what happened, in milliseconds since the start of the navigation.
WATCH = """
globalThis.log = { ready: [], click: [], status: [], epoch: [], pictures: [], painted: [] };
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

    def __init__(self, browser: Browser, address: str, *, press_at_once: bool = False) -> None:
        context = browser.new_context(base_url=address, viewport=VIEWPORT)
        context.add_init_script(f"globalThis.pressAtOnce = {str(press_at_once).lower()};{WATCH}")
        self.page: Page = context.new_page()
        self.page.goto("/")
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


def report() -> None:
    """Print what the page reaches beside what it should."""
    with serving() as server, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=ARGUMENTS)
        time_opening(browser, server.address)  # warms the server
        openings = [time_opening(browser, server.address) for _ in range(ROUNDS)]
        watched = Watched(browser, server.address)
        watched.page.wait_for_selector(".curves .plot[data-ready]")
        answers = [time_answers(watched) for _ in range(ROUNDS + 1)][1:]
        speeds = [rates(watched) for _ in range(ROUNDS)]
        browser.close()
    ready, changed = (median(times) for times in zip(*openings, strict=True))
    play, pause = (median(times) for times in zip(*answers, strict=True))
    epochs, pictures = (median(figures) for figures in zip(*speeds, strict=True))
    print("The page in headless Chromium, the default set-up (medians)")
    for title, figure in (
        ("Epochs at full speed", verdict(epochs, 600, unit="/s")),
        ("Pictures painted meanwhile", verdict(pictures, 20, unit="/s")),
        ("Play to the first changed picture", verdict(play, 150, at_least=False, unit=" ms")),
        ("Pause to the last epoch", verdict(pause, 200, at_least=False, unit=" ms")),
        ("Opening to Play can be pressed", verdict(ready, None, unit=" ms")),
        ("and to the picture it changes", verdict(changed, 1000, at_least=False, unit=" ms")),
    ):
        print(f"    {title:36}{figure}")
