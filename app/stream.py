"""The WebSocket: frames and states down, acknowledgements and focus up."""

import asyncio
import re
import time
from contextlib import suppress
from typing import Any, NamedTuple

import numpy as np
from fastapi import WebSocket, WebSocketDisconnect
from pydantic import ValidationError

from app.changes import complaints
from app.errors import Unknown
from app.experiment import Experiment
from app.messages import Ack, Focus, FromViewer
from app.runner import Runner
from app.viewing import WINDOW, Drawing, PictureKey, Viewer
from app.wire import Array, encode
from engine import STATISTICS

MAX_HISTORY_BYTES = 1 << 20
"""History in one frame; what is more comes in the next."""
WHOLE = re.compile(r"-?[0-9]{1,16}")
"""A number in a cursor. `int` would also take other digits, and underscores."""
DETAIL_ARRAYS = ("unit_maps", "unit_scales", "weights")


class Close(NamedTuple):
    """Why the server ends a stream."""

    code: int
    reason: str


GOING_AWAY = 1001
BAD_MESSAGE = 4400
NO_EXPERIMENT = Close(4404, "There is no such experiment")


async def stream(socket: WebSocket, runner: Runner, id: str) -> None:
    """Serve one viewer until it leaves, says something wrong, or the experiment ends."""
    ended: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    runner.streams.add(ended)
    try:
        await _stream(socket, runner, id)
    finally:
        runner.streams.discard(ended)
        ended.set_result(None)


async def _stream(socket: WebSocket, runner: Runner, id: str) -> None:
    await socket.accept()  # before any refusal: a page sees the code only of an open socket
    close: Close | None = NO_EXPERIMENT
    with suppress(Unknown, WebSocketDisconnect, TimeoutError):
        experiment = runner.find(id)
        cursor = _cursor(socket)
        close = (
            cursor
            if isinstance(cursor, Close)
            else await _serve(Stream(socket, runner, experiment, *cursor))
        )
    if close is not None:
        with suppress(WebSocketDisconnect, RuntimeError):
            await socket.close(close.code, close.reason[:120])


def _cursor(socket: WebSocket) -> tuple[int, int] | Close:
    """The last timeline and epoch that the viewer has."""
    found = [socket.query_params.get(name, "-1") for name in ("timeline", "epoch")]
    if not all(WHOLE.fullmatch(text) for text in found):
        return Close(BAD_MESSAGE, "timeline and epoch are whole numbers")
    timeline, epoch = map(int, found)
    return timeline, epoch


async def _serve(stream: "Stream") -> Close | None:
    """Send and receive; the first to end, ends both."""
    tasks = [asyncio.create_task(stream.send()), asyncio.create_task(stream.receive())]
    stream.runner.watch(stream.experiment, stream.viewer)
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        return done.pop().result()
    finally:
        stream.runner.unwatch(stream.experiment, stream.viewer)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


class Stream:
    """One viewer's place in the history and its unacknowledged frames."""

    def __init__(
        self, socket: WebSocket, runner: Runner, experiment: Experiment, timeline: int, epoch: int
    ) -> None:
        self.runner = runner
        self.experiment = experiment
        self.viewer = Viewer()
        self._socket = socket
        self._timeline = timeline
        self._next_epoch = epoch + 1 if -1 <= epoch <= experiment.history.epoch else 0
        self._drawn: PictureKey | None = None
        self._sequence = 0
        self._acknowledged = 0

    async def send(self) -> Close:
        """Send what is new, whenever there is something and the viewer can take it."""
        settings = self.runner.settings
        revision, not_before = -1, 0.0
        while True:
            self.viewer.wake.clear()
            if self.runner.stopping:
                await self._send_text('{"type":"closing","reason":"The server is stopping"}')
                return Close(GOING_AWAY, "The server is stopping")
            if self.experiment.gone:
                return NO_EXPERIMENT
            if revision != self.experiment.revision:
                revision = self.experiment.revision
                state = self.experiment.state().model_dump_json()
                await self._send_text('{"type":"state",' + state[1:])
            pause = not_before - time.monotonic()
            if pause > 0:
                # Not asyncio.wait_for, which in Python 3.11 can swallow a cancellation.
                with suppress(TimeoutError):
                    async with asyncio.timeout(pause):
                        await self.viewer.wake.wait()
                # Woken or not: whatever is new then goes into one frame.
            elif self.viewer.credit > 0 and (frame := self.next_frame()):
                not_before = time.monotonic() + 1 / settings.max_frames_per_second
                async with asyncio.timeout(settings.send_timeout):
                    await self._socket.send_bytes(frame)
            else:
                await self.viewer.wake.wait()

    async def receive(self) -> Close | None:
        """Take messages; None once the viewer has left."""
        while True:
            message = await self._socket.receive()
            if message["type"] == "websocket.disconnect":
                return None
            try:
                parsed = FromViewer.validate_json(message.get("text") or "")
            except ValidationError as error:
                path, detail = complaints(error.errors(), None)[0]
                return Close(BAD_MESSAGE, f"{path}: {detail}".removeprefix(": "))
            if isinstance(parsed, Ack):
                if parsed.sequence > self._sequence:
                    return Close(BAD_MESSAGE, f"There is no frame {parsed.sequence} yet")
                self._acknowledged = max(self._acknowledged, parsed.sequence)
                self._count_credit()
            elif isinstance(parsed, Focus):
                self.viewer.focus = tuple(parsed.units)
                self.experiment.look()
            else:
                self.viewer.lane = parsed.run
                self.viewer.seeds = tuple(parsed.seeds)
                self.viewer.spread = parsed.spread
                self.experiment.look()
            self.viewer.wake.set()
            self.runner.schedule()

    def next_frame(self) -> bytes | None:
        """All history since the last frame, and the latest pictures if they are new."""
        experiment, history = self.experiment, self.experiment.history
        if self._timeline != experiment.timeline:
            self._timeline, self._next_epoch = experiment.timeline, 0
        first = self._next_epoch
        end = min(history.rows, first + max(1, MAX_HISTORY_BYTES // history.row_bytes))
        drawing = experiment.drawing
        if drawing and (drawing.key == self._drawn or not drawing.pictures):
            drawing = None
        if first == end and drawing is None:
            return None
        rows = history.between(first, end)
        arrays: list[tuple[str, int | None, Array]] = [
            (name, None, values) for name, values in rows.items()
        ]
        self._next_epoch = end
        self._sequence += 1
        self._count_credit()
        header = {
            "type": "frame",
            "sequence": self._sequence,
            "timeline": self._timeline,
            "position": experiment.position,
            "epoch": end - 1,
            "first_epoch": first,
            "rows": end - first,
            "picture_epoch": drawing and drawing.key.position[0],
            "picture_batch": drawing.key.position[1] if drawing else 0,
            "runs": [],
            "focus": [],
        }
        if drawing:
            self._drawn = drawing.key
            self._add_pictures(drawing, header, arrays)
        return encode(header, arrays)

    def _add_pictures(
        self,
        drawing: Drawing,
        header: dict[str, Any],
        arrays: list[tuple[str, int | None, Array]],
    ) -> None:
        """What of a drawing this viewer looks at. A seed not yet pictured comes with the next."""
        experiment, viewer = self.experiment, self.viewer
        sharp = []
        for number, lane in enumerate(experiment.lanes):
            members, seed = experiment.members(number), viewer.seed(number, lane)
            if members[seed] not in drawing.pictures:
                seed = next(k for k, run in enumerate(members) if run in drawing.pictures)
            picture = drawing.pictures[members[seed]]
            spread = drawing.spreads.get(members[0]) if viewer.spread else None
            header["runs"].append(
                {
                    "units": experiment.runs(number)[0].units,
                    "boundary_scale": picture.boundary_scale,
                    "seed": seed,
                    "spread_scale": spread and spread.scale,
                }
            )
            arrays.append(("boundary", number, picture.boundary))
            arrays += [
                (f"layer_{name}", number, getattr(picture.statistics, name)) for name in STATISTICS
            ]
            if spread:
                arrays.append(("spread", number, spread.map))
            detail = picture.detail
            if number != viewer.lane or detail is None:
                continue
            arrays += [(name, number, getattr(detail, name)) for name in DETAIL_ARRAYS]
            for of, layer, unit in viewer.focus:
                if of == number and (found := detail.focus.get((layer, unit))):
                    values, scale = found
                    header["focus"].append((number, layer, unit, scale))
                    sharp.append(values)
        if sharp:
            arrays.append(("focus", None, np.stack(sharp)))

    def _count_credit(self) -> None:
        self.viewer.credit = WINDOW - (self._sequence - self._acknowledged)

    async def _send_text(self, text: str) -> None:
        async with asyncio.timeout(self.runner.settings.send_timeout):
            await self._socket.send_text(text)
