"""Run the long tests and print them: `python -m tests.soak`, or some: `--parts load,kills`.

Each part takes as long as its goal says; `--quick` gives a short form of each, whose figures are
only a hint, and `--minutes` another length for those that have one.
"""

import argparse
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass

from tests.app.process import ROOT
from tests.soak import fairness, fuzz, kills, leak, load, viewers


@dataclass(frozen=True)
class Length:
    """How long a part takes."""

    minutes: float | None
    quick: bool
    seed: int

    def time(self, full: float, short: float) -> float:
        """Minutes."""
        return self.minutes or (short if self.quick else full)

    def count(self, full: int, short: int) -> int:
        return short if self.quick else full


def explore(it: Length) -> None:
    """The long forms of tests of `make test`."""
    environment = {**os.environ, "SOAK_SEED": str(it.seed)}
    for module, full, short in (("test_protocol", 20, 2), ("test_schema_fuzz", 200, 10)):
        print(f"tests/app/{module}.py, {it.count(full, short)} examples", flush=True)
        environment["SOAK_EXAMPLES"] = str(it.count(full, short))
        command = [sys.executable, "-m", "pytest", "-q", f"tests/app/{module}.py"]
        code = subprocess.run(command, cwd=ROOT, env=environment).returncode
        print(f"    {'reached' if code == 0 else 'MISSED'}", flush=True)


PARTS: dict[str, Callable[[Length], None]] = {
    "load": lambda it: load.report(it.time(10, 0.5), it.seed),
    "fairness": lambda it: fairness.report(it.time(5, 1), it.seed),
    "idle": lambda it: viewers.report_idle(it.time(4, 1), it.seed, it.count(1000, 200)),
    "kills": lambda it: kills.report_kills(it.count(200, 20), it.seed),
    "restarts": lambda it: kills.report_restarts(it.count(50, 3), it.seed),
    "drops": lambda it: viewers.report_drops(it.count(1000, 100), it.seed),
    "stalled": lambda it: viewers.report_stalled(it.time(2, 1), it.seed),
    "fuzz": lambda it: fuzz.report(it.count(100_000, 4000), it.seed),
    "leak": lambda it: leak.report(it.time(30, 1), it.seed, it.count(5000, 150)),
    "explore": explore,
}

if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="make soak", description=__doc__)
    parser.add_argument("--parts", default=",".join(PARTS), help="their names, with commas")
    parser.add_argument("--minutes", type=float, help="instead of each part's own length")
    parser.add_argument("--quick", action="store_true", help="a short form of each")
    parser.add_argument("--seed", type=int, default=0, help="the same one does the same things")
    options = parser.parse_args()
    names = options.parts.split(",")
    if unknown := set(names) - set(PARTS):
        parser.error(f"there is no part {', '.join(unknown)}: {', '.join(PARTS)}")
    for name in names:
        PARTS[name](Length(options.minutes, options.quick, options.seed))
