"""Writes static/presets.json: `python -m tests.make_preset_pictures`.

What each preset looks like when it has been trained, as quantised maps and a few points, so that
the page paints them in the colours in use.
"""

import base64
import json
from pathlib import Path
from typing import Any

import numpy as np

from app.presets import PRESETS, Preset
from engine import View, advance, render, start
from engine.data import split
from engine.datasets import DOMAIN

FILE = Path(__file__).parents[1] / "static/presets.json"
CELLS = 32
EPOCHS = 300
MOST_LANES = 4
MOST_POINTS = 80


def picture(preset: Preset) -> dict[str, Any]:
    """maps: for each of up to four lanes (outputs, CELLS, CELLS) bytes, see `engine.Picture`;
    points of a single one: x1, x2 as bytes over the plane, and class or target."""
    checkpoint, _ = advance(start(preset.runs[:MOST_LANES]), EPOCHS)
    pictures = render(checkpoint, View(cells=CELLS))
    found: dict[str, Any] = {"maps": [encoded(one.boundary) for one in pictures]}
    if preset.group == "start":
        points = split(preset.runs[0].data)
        x1, x2 = points.train_points[:MOST_POINTS].T
        left, right, bottom, top = DOMAIN
        places = [(x1 - left) / (right - left), (top - x2) / (top - bottom)]
        found["points"] = [
            *(np.rint(255 * np.clip(place, 0, 1)).astype(int).tolist() for place in places),
            [round(float(y), 2) for y in points.train_targets[:MOST_POINTS]],
        ]
    return found


def encoded(values: np.ndarray[Any, np.dtype[np.int8]]) -> str:
    return base64.b64encode(values.tobytes()).decode()


if __name__ == "__main__":
    pictures = {preset.id: picture(preset) for preset in PRESETS}
    FILE.write_text(json.dumps(pictures, separators=(",", ":")) + "\n")
