"""What the server writes down: one line per event, as text or as JSON.

Never an experiment's id, which lets everybody in who has it, nor cookies or query strings.
"""

import hashlib
import logging
import sys
from typing import Literal

from pythonjsonlogger.json import JsonFormatter

LogFormat = Literal["text", "json"]
LogLevel = Literal["debug", "info", "warning", "error"]

TEXT = "%(asctime)s %(levelname)s %(name)s: %(message)s"
QUIET = ("uvicorn", "uvicorn.access", "uvicorn.error", "websockets", "asyncio")
"""Below warnings, these tell addresses and paths with the ids in them."""


def configure(format: LogFormat, level: LogLevel) -> None:
    """Send what all loggers say to stderr, those of uvicorn too."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        JsonFormatter(
            TEXT,
            rename_fields={"asctime": "time", "levelname": "level", "name": "logger"},
        )
        if format == "json"
        else logging.Formatter(TEXT)
    )
    root = logging.getLogger()
    for old in root.handlers[:]:
        root.removeHandler(old)
    root.addHandler(handler)
    chosen = getattr(logging, level.upper())
    root.setLevel(chosen)
    for name in QUIET:
        logging.getLogger(name).setLevel(max(chosen, logging.WARNING))
    logging.captureWarnings(True)


def short(id: str) -> str:
    """By what an experiment is known in the log: tells it from others, and leads nowhere."""
    return hashlib.sha256(id.encode()).hexdigest()[:8]
