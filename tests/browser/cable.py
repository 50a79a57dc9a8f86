"""The network between a browser and a server, to pull out and plug in again."""

import select
import socket
import threading
from urllib.parse import urlsplit


class Cable:
    """Passes TCP connections on to a server, under an address of its own."""

    def __init__(self, address: str) -> None:
        parts = urlsplit(address)
        assert parts.hostname
        assert parts.port
        self._server = (parts.hostname, parts.port)
        self._connections: set[socket.socket] = set()
        self._lock = threading.Lock()
        self._listener = socket.create_server((parts.hostname, 0))
        self._own = self._listener.getsockname()
        self.address = f"http://{self._own[0]}:{self._own[1]}"
        self._listen()

    def _listen(self) -> None:
        self._thread = threading.Thread(target=self._accept, args=[self._listener])
        self._thread.start()

    def pull(self) -> None:
        """Break all connections and refuse new ones."""
        self._listener.shutdown(socket.SHUT_RDWR)
        self._thread.join()
        self._listener.close()
        with self._lock:
            for connection in self._connections:
                connection.shutdown(socket.SHUT_RDWR)

    def plug_in(self) -> None:
        """Let connections through again."""
        self._listener = socket.create_server(self._own)
        self._listen()

    def _accept(self, listener: socket.socket) -> None:
        while True:
            try:
                browser, _ = listener.accept()
            except OSError:  # pulled
                return
            server = socket.create_connection(self._server)
            with self._lock:
                self._connections.add(browser)
            threading.Thread(target=self._pass_on, args=[browser, server]).start()

    def _pass_on(self, browser: socket.socket, server: socket.socket) -> None:
        other = {browser: server, server: browser}
        with browser, server:
            try:
                while True:
                    for side in select.select([browser, server], [], [])[0]:
                        data = side.recv(1 << 16)
                        if not data:
                            return
                        other[side].sendall(data)
            except OSError:  # one side broke the connection
                return
            finally:
                with self._lock:
                    self._connections.discard(browser)
