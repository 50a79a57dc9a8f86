"""Servers in processes of their own, as `neural-playground serve` starts them."""

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[2]
PATIENCE = 60


class Server:
    """A running server. It may be stopped and started again, on the same port."""

    def __init__(self, folder: Path, **environment: str) -> None:
        """folder: where its experiments are stored. environment: more variables."""
        self.store_file = folder / "experiments.sqlite3"
        self.environment = {"NEURAL_PLAYGROUND_STORE_FILE": str(self.store_file), **environment}
        self.log = folder / "log"
        """What it says besides its address."""
        self._port = 0
        self.start()

    def start(self) -> None:
        """Start it and wait for the address that it prints."""
        command = [sys.executable, "-m", "app.cli", "serve", "--port", str(self._port)]
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                command,
                cwd=ROOT,
                env={**os.environ, **self.environment},
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )
        assert self._process.stdout
        line = self._process.stdout.readline()
        address = re.search(r"http://127\.0\.0\.1:([1-9]\d*)", line)
        if not address:
            self.stop()
            raise RuntimeError(f"The server printed no address but {line!r}: {self.said}")
        self.address = address[0]
        self._port = int(address[1])

    @property
    def process_id(self) -> int:
        return self._process.pid

    @property
    def said(self) -> str:
        """Its log."""
        return self.log.read_text()

    def stop(self) -> int:
        """End it gently, if it has not ended; its exit status."""
        with self._process as process:
            process.terminate()
            return process.wait(PATIENCE)

    def kill(self) -> None:
        """SIGKILL."""
        with self._process as process:
            process.kill()
            process.wait(PATIENCE)


@contextmanager
def serving(**environment: str) -> Iterator[Server]:
    """A server on a free port for as long as the block lasts."""
    with tempfile.TemporaryDirectory() as folder:
        server = Server(Path(folder), **environment)
        try:
            yield server
        finally:
            server.stop()
            sys.stderr.write(server.said)
