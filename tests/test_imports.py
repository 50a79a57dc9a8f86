"""The architecture as a table: who may import whom."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ENGINE = {"engine", "numpy", "pydantic", "pydantic_core"}
WEB = {"fastapi", "starlette", "uvicorn", "jinja2"}
OPERATIONS = {"prometheus_client", "pythonjsonlogger"}

# Module or package -> what it may import besides the standard library.
ARROWS = {
    "engine": ENGINE,
    "app": {
        "app",
        "engine",
        "numpy",
        "pydantic",
        "pydantic_core",
        "pydantic_settings",
        "latex2mathml",
        *WEB,
        *OPERATIONS,
        "babel",
    },
    # Runs in the worker processes.
    "app.worker": {"engine", "numpy"},
    # Pure.
    "app.pace": set[str](),
    "app.shares": set[str](),
    "app.lane_history": {"app", "engine", "numpy"},
    "app.goals": {"app", "engine", "numpy"},  # of the app what is pure
    "app.history": {"app", "engine", "numpy"},  # of the app what is pure
    "app.table": {"numpy"},
    "app.thinning": {"numpy"},
    "app.wire": {"numpy"},
    "app.changes": {"engine", "pydantic"},
    "app.csv_table": {"engine"},
    # The heart knows nothing of the web.
    "app.executors": {"app", "psutil"},
    "app.experiment": {"app", "engine"},
    "app.lane": {"app", "engine"},
    "app.voyage": {"app", "engine"},
    "app.viewing": {"app", "engine"},
    "app.tuning": {"app", "engine"},
    "app.comparison": {"app", "engine"},
    "app.rewinding": {"app", "engine"},
    "app.record": {"app", "engine", "numpy"},
    "app.archive": {"app"},
    "app.keeping": {"app", "engine"},
    "app.plan": {"app", "engine"},
    "app.costs": {"app", "engine"},
    "app.admission": {"app"},
    "app.waiting": {"app"},
    "app.slots": {"app"},
    "app.scheduler": {"app"},
    "app.runner": {"app", "engine"},
    "app.sweeps": {"app", "engine"},
}
NOT_IN_ENGINE = {"asyncio", "http", "socket", "multiprocessing", "concurrent", "threading"}


def modules() -> Iterator[tuple[str, Path]]:
    for package in ("app", "engine"):
        for file in sorted((ROOT / package).rglob("*.py")):
            parts = file.relative_to(ROOT).with_suffix("").parts
            yield ".".join(part for part in parts if part != "__init__"), file


def imported(file: Path) -> set[str]:
    """Top-level names of everything a file imports."""
    found = set()
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file}: relative import"
            found.add((node.module or "").partition(".")[0])
    return found


@pytest.mark.parametrize(("name", "file"), list(modules()), ids=lambda value: str(value))
def test_imports_follow_the_arrows(name: str, file: Path) -> None:
    allowed = ARROWS[name if name in ARROWS else name.partition(".")[0]]
    names = imported(file)
    assert {found for found in names if found not in sys.stdlib_module_names} <= allowed
    if name.startswith("engine"):
        assert not names & NOT_IN_ENGINE


def test_a_worker_loads_nothing_of_the_web() -> None:
    program = "import sys, app.worker; print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split()
    assert {name for name in loaded if name.startswith("app")} == {"app", "app.worker"}
    assert not (WEB | OPERATIONS) & set(loaded)
