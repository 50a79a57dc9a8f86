"""A server in a process of its own, to be killed and started again on the same data folder."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.app.server import PATIENCE, Server, descendants

ROOT = Path(__file__).parents[2]


class ServerProcess:
    """A server as `neural-playground serve` starts it, always on the same port and folder."""

    def __init__(self, folder: Path, **settings: object) -> None:
        """settings: fields of `Settings`."""
        self.folder = folder
        self._log = folder / "log"
        self._port = 0
        self._environment = {
            **os.environ,
            "NEURAL_PLAYGROUND_DATA": str(folder / "data"),
            **{f"NEURAL_PLAYGROUND_{name.upper()}": str(it) for name, it in settings.items()},
        }
        self.start()

    def start(self) -> None:
        """Start it and wait for the address that it prints. What else it says goes to the log."""
        command = [sys.executable, "-m", "app.cli", "serve", "--port", str(self._port)]
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                command, cwd=ROOT, env=self._environment, stdout=subprocess.PIPE, stderr=log
            )
        assert self._process.stdout
        line = self._process.stdout.readline().decode()
        address = re.search(r"http://(127\.0\.0\.1:([1-9]\d*))", line)
        if not address:
            self.kill()
            raise RuntimeError(f"The server printed no address but {line!r}: {self.log()}")
        self.address = address[1]
        self._port = int(address[2])

    def client(self) -> Server:
        """For its calls. To be closed by `client.http.close()`."""
        return Server(self.address)

    @property
    def pid(self) -> int:
        return self._process.pid

    def workers(self) -> list[int]:
        """Process ids of its workers: the children of its fork server."""
        return [pid for child in descendants(self.pid) for pid in descendants(child)]

    def log(self) -> str:
        """All that it and its workers have said to stderr, over all starts."""
        return self._log.read_text(errors="replace")

    def kill(self) -> None:
        """SIGKILL."""
        with self._process as process:
            process.kill()
            process.wait(PATIENCE)

    def stop(self) -> None:
        """SIGTERM; does nothing when it has ended."""
        with self._process as process:
            process.send_signal(signal.SIGTERM)
            process.wait(PATIENCE)


@contextmanager
def server_process(**settings: object) -> Iterator[ServerProcess]:
    """A server on a free port and an empty folder, for as long as the block lasts."""
    with TemporaryDirectory(prefix="neural-playground-") as folder:
        server = ServerProcess(Path(folder), **settings)
        try:
            yield server
        finally:
            server.stop()
