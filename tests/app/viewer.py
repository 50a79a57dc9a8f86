"""A viewer that checks what every viewer may rely on, over as many connections as it takes."""

import json
import time
from collections.abc import Mapping
from typing import Any

import numpy as np

from app.link import WINDOW
from app.wire import decode
from engine.metrics import EXACT
from tests.app.raw import CLOSE, PING, TEXT, Lost, RawSocket, frame
from tests.app.server import Lab

LONG = 8
"""Seconds without reading after which a viewer is in danger of being dropped."""
Rows = dict[int, tuple[float | None, ...]]
"""Numbers by epoch, NaN as None."""


def numbers(columns: Mapping[str, Any], index: int) -> tuple[float | None, ...]:
    """One epoch's, in an order that can be compared."""
    values = (columns[name][index] for name in EXACT)
    return tuple(None if value is None or np.isnan(value) else float(value) for value in values)


class Viewer:
    """One that watches, over as many connections as it takes."""

    def __init__(self, lab: Lab) -> None:
        self._lab = lab
        self.timeline, self.epoch = -1, -1
        self.rows: Rows = {}
        self.connect()

    def connect(self) -> None:
        """Resume from the last epoch that has come."""
        self.unacknowledged: list[int] = []
        self.status: dict[str, Any] = {}
        address = self._lab.server.address
        cursor = f"?timeline={self.timeline}&epoch={self.epoch}"
        self._socket = RawSocket(address)
        self._socket.open(address, f"{self._lab.path}/stream{cursor}")
        self.open = True
        self._heard = time.monotonic()

    def read(self) -> None:
        """Take one message. Raises Lost."""
        opcode, payload = self._socket.message(pings=True)  # after a ping nothing may come for long
        if opcode == CLOSE:
            raise Lost(payload)
        if opcode == PING:
            return
        if opcode == TEXT:
            message = json.loads(payload)
            if message["type"] == "state":
                self.status = message
            return
        header, arrays = decode(payload)
        self.unacknowledged.append(header["sequence"])
        assert len(self.unacknowledged) <= WINDOW
        if header["timeline"] != self.timeline:
            assert header["timeline"] > self.timeline
            self.timeline, self.epoch, self.rows = header["timeline"], -1, {}
        assert header["first_epoch"] == self.epoch + 1
        columns = {name: arrays[name, None][0] for name in EXACT}
        for index in range(header["rows"]):
            self.epoch += 1
            self.rows[self.epoch] = numbers(columns, index)
        assert header["epoch"] == self.epoch

    def read_what_is_there(self) -> None:
        self._heard = time.monotonic()
        while self._socket.ready():
            self.read()

    def stay(self) -> None:
        """Show the server that it is there, when it has not for a while."""
        if self.open and time.monotonic() - self._heard > LONG:
            self.read_what_is_there()
            self.acknowledge(len(self.unacknowledged))

    def acknowledge(self, count: int) -> None:
        """The oldest frames."""
        for sequence in self.unacknowledged[:count]:
            self._socket.send(frame(b'{"type":"ack","sequence":%d}' % sequence))
        del self.unacknowledged[:count]

    def follow(self, timeline: int, epoch: int) -> None:
        """Read and acknowledge until it has this epoch of this timeline."""
        while (self.timeline, self.epoch) < (timeline, epoch):
            self.acknowledge(len(self.unacknowledged))
            self.read()

    def drop(self, how: str) -> None:
        if how == "close":
            self._socket.send(frame((1000).to_bytes(2), CLOSE))
        if how == "reset":
            self._socket.reset()
        else:
            self._socket.socket.close()
        self.open = False
