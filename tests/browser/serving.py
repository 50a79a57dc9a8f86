"""Servers in processes of their own, as `neural-playground serve` starts them."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[2]
PATIENCE = 60


class Server:
    """A running server. It may be stopped and started again, on the same port."""

    def __init__(self, **environment: str) -> None:
        """environment: more variables."""
        self.environment = environment
        self._port = 0
        self.start()

    def start(self) -> None:
        """Start it and wait for the address that it prints. What else it says goes to stderr."""
        command = [sys.executable, "-m", "app.cli", "serve", "--port", str(self._port)]
        environment = {**os.environ, **self.environment}
        self._process = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True
        )
        assert self._process.stdout
        line = self._process.stdout.readline()
        address = re.search(r"http://127\.0\.0\.1:([1-9]\d*)", line)
        if not address:
            self.stop()
            raise RuntimeError(f"The server printed no address but {line!r}")
        self.address = address[0]
        self._port = int(address[1])

    def stop(self) -> None:
        """End it gently; does nothing when it has ended."""
        with self._process as process:
            process.terminate()
            process.wait(PATIENCE)


@contextmanager
def serving(**environment: str) -> Iterator[Server]:
    """A server on a free port for as long as the block lasts."""
    server = Server(**environment)
    try:
        yield server
    finally:
        server.stop()
