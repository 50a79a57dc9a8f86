"""`neural-playground settings`."""

import argparse
from collections.abc import Iterator
from typing import Any

from app.settings import Settings


def show_settings(options: argparse.Namespace) -> None:
    """Print every setting of the server."""
    for line in settings_table():
        print(line)


def settings_table() -> Iterator[str]:
    """All settings as a table in Markdown, as the README has it."""
    prefix = Settings.model_config["env_prefix"]
    yield f"| `{prefix}…` | default | |"
    yield "|---|---|---|"
    for name, field in Settings.model_fields.items():
        default = "one per core" if name == "workers" else _plain(field.default)
        yield f"| `{name.upper()}` | {default} | {field.description} |"


def _plain(value: Any) -> str:
    if value in ("", (), None):
        return ""
    if isinstance(value, int) and value and value % 1024 == 0:
        megabytes, rest = divmod(value, 1024 * 1024)
        return f"{value} ({value // 1024} KiB)" if rest else f"{value} ({megabytes} MiB)"
    return str(value)
