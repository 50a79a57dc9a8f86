"""The page looks as it did. After a look, UPDATE_SNAPSHOTS=1 keeps what is seen as the new ones.

Snapshots are kept at a quarter of their size, so that a layout, a colour or a missing part shows
while fonts and rounding of another machine hardly do. Tolerance: the mean difference of the
channels is at most MEAN of 255 levels, and at most FAR of the values differ by more than LEVELS.
"""

import base64
import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from playwright.sync_api import Page

from tests.browser.looks import Looks
from tests.browser.playground import Playground

FOLDER = Path(__file__).parent / "snapshots"
SCALE = 4
MEAN = 3.0
LEVELS = 48
FAR = 0.03
STATES = {
    "start": "",
    "lanes": (
        "data.kind=spiral&optimizer.learning_rate=0.02"
        "&layers=[{%22units%22:8},{%22units%22:6,%22batch_norm%22:true}]"
        "&lanes=[{%22optimizer.kind%22:%22sgd%22},{%22optimizer.kind%22:%22rmsprop%22}]&epoch=200"
    ),
    "classes": "data.kind=blobs&data.classes=4&epoch=60",
    "values": "data.kind=hills&epoch=60",
}
SHRINK = """async ([image, scale]) => {
  const bitmap = await createImageBitmap(await (await fetch(image)).blob());
  const [width, height] = [bitmap.width / scale, bitmap.height / scale].map(Math.floor);
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext("2d");
  context.imageSmoothingQuality = "high";
  context.drawImage(bitmap, 0, 0, width, height);
  const blob = await canvas.convertToBlob();
  const reader = new FileReader();
  await new Promise((resolve) => { reader.onload = resolve; reader.readAsDataURL(blob); });
  return [width, height, reader.result, Array.from(context.getImageData(0, 0, width, height).data)];
}"""
PREFIX = "data:image/png;base64,"


@pytest.mark.parametrize("state", STATES)
def test_the_page_looks_as_it_did(
    new_playground: Callable[..., Playground], looks: Looks, state: str
) -> None:
    playground = new_playground(STATES[state], **looks.options, reduced_motion="reduce")
    page = playground.page
    page.evaluate("() => localStorage.setItem('hints', 'closed')")
    page.reload()
    playground.expect_ready()
    playground.expect_plots()
    playground.expect_status("paused")
    playground.picture()  # of the epoch shown
    seen = PREFIX + base64.b64encode(at_rest(playground)).decode()
    shrinker = page.context.new_page()
    image, pixels = shrunk(shrinker, seen, SCALE)
    file = FOLDER / f"{state}-{looks}.png"
    if os.environ.get("UPDATE_SNAPSHOTS"):
        FOLDER.mkdir(exist_ok=True)
        file.write_bytes(base64.b64decode(image.removeprefix(PREFIX)))
        return
    _, kept = shrunk(shrinker, PREFIX + base64.b64encode(file.read_bytes()).decode(), 1)
    assert pixels.shape == kept.shape
    difference = np.abs(pixels - kept)
    far = (difference > LEVELS).mean()
    assert difference.mean() <= MEAN, f"{file.name}: {difference.mean():.2f} levels on average"
    assert far <= FAR, f"{file.name}: {far:.1%} of the values differ by more than {LEVELS} levels"


def at_rest(playground: Playground) -> bytes:
    """A screenshot that equals the one before it."""
    shots = [b"", playground.page.screenshot()]

    def rests() -> bool:
        shots.append(playground.page.screenshot())
        return shots[-1] == shots[-2] == shots[-3]

    playground.until(rests)
    return shots[-1]


def shrunk(page: Page, image: str, scale: int) -> tuple[str, NDArray[np.float64]]:
    """A data URL of the image at 1/scale of its size, and its (height, width, 3) values."""
    width, height, smaller, values = page.evaluate(SHRINK, [image, scale])
    return smaller, np.array(values, float).reshape(height, width, 4)[..., :3]
