"""The browser of the tests: found, or installed by `python -m tests.browser.chromium`."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from playwright.sync_api import sync_playwright

VARIABLE = "NEURAL_PLAYGROUND_CHROMIUM"
NAMES = ("chromium", "chromium-browser", "google-chrome")
ARGUMENTS = [
    "--no-sandbox",
    "--headless=new",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# The first of these package managers that is there, with its commands.
SYSTEM_PACKAGES = {
    "apt-get": ["apt-get update", "apt-get install -y --no-install-recommends chromium"],
    "dnf": ["dnf install -y chromium"],
    "apk": ["apk add chromium"],
}


@cache
def find_chromium() -> str:
    """Path of the first browser that really starts; LookupError when there is none."""
    chosen = os.environ.get(VARIABLE)
    for path in [chosen] if chosen else _candidates():
        if _starts(path):
            return path
    raise LookupError(
        f"{VARIABLE}={chosen} does not start"
        if chosen
        else "The browser tests need Chromium, and none was found or could be installed: install "
        f"`chromium` or `google-chrome`, or set {VARIABLE} to the path of one."
    )


def install_chromium() -> str:
    """Path of a browser that starts; if need be installs Playwright's, or as root the system's."""
    playwright = [sys.executable, "-m", "playwright"]
    attempts = [[[*playwright, "install", "--no-shell", "chromium"]]]
    if hasattr(os, "getuid") and os.getuid() == 0:
        attempts[0].append([*playwright, "install-deps", "chromium"])
        if tool := next(filter(shutil.which, SYSTEM_PACKAGES), None):
            attempts.append([line.split() for line in SYSTEM_PACKAGES[tool]])
    # Playwright gives up early where its servers cannot be reached; apt asks nothing.
    environment = os.environ | {
        "PLAYWRIGHT_DOWNLOAD_CONNECTION_TIMEOUT": "10000",
        "DEBIAN_FRONTEND": "noninteractive",
    }
    for commands in attempts:
        try:
            return find_chromium()
        except LookupError:
            if VARIABLE in os.environ:
                raise
        for command in commands:
            print("$", *command, flush=True)
            if subprocess.run(command, env=environment, check=False).returncode:
                break
    return find_chromium()


def _candidates() -> Iterator[str]:
    yield from filter(None, map(shutil.which, NAMES))
    with sync_playwright() as playwright:
        own = playwright.chromium.executable_path
    if Path(own).exists():
        yield own


def _starts(path: str) -> bool:
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        command = [path, *ARGUMENTS, f"--user-data-dir={profile}", "--dump-dom", "about:blank"]
        try:
            result = subprocess.run(command, capture_output=True, timeout=60, check=False)
        except (OSError, subprocess.TimeoutExpired):
            return False
    return result.returncode == 0 and b"<html>" in result.stdout


if __name__ == "__main__":
    try:
        print(f"Browser: {install_chromium()}")
    except LookupError as error:
        sys.exit(str(error))
