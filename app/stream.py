"""The WebSocket: frames and states down, acknowledgements and focus up."""

import asyncio
import re
import time
from collections.abc import Coroutine
from contextlib import suppress
from typing import Any, NamedTuple

from fastapi import WebSocket, WebSocketDisconnect
from pydantic import ValidationError

from app.changes import complaints
from app.clients import client_of
from app.errors import Full, Stopping, TooMany, Unknown, Waiting
from app.experiment import Experiment
from app.framing import Camera
from app.link import Allowance, Link
from app.messages import Ack, Focus, FromViewer, Look
from app.runner import Runner
from app.viewing import Drawing, Looking, PictureKey, Viewer
from app.wire import Array, deflate, encode

MAX_HISTORY_BYTES = 1 << 19
"""History in one frame; what is more comes in the next. With pictures it stays below a megabyte,
the most that WebSocket libraries take if they are not told otherwise."""
PICTURES_SHARE = 0.75
"""Of a frame's bytes; the rest is for history."""
SHARPENING = 5
"""Budgets that a sharper picture of a place may take where nothing newer is to come."""
FRESH = 0.5
"""Seconds that a thrifty viewer's next frame waits for a picture of the present."""
WORTH_DEFLATING = 512
WHOLE = re.compile(r"-?[0-9]{1,16}")
"""A number in a cursor. `int` would also take other digits, and underscores."""


class Close(NamedTuple):
    """Why the server ends a stream."""

    code: int
    reason: str


GOING_AWAY, TRY_AGAIN = 1001, 1013
BAD_MESSAGE = 4400
TOO_MANY = 4429
NO_ANSWER = 4408
NO_EXPERIMENT = Close(4404, "There is no such experiment")


async def stream(socket: WebSocket, runner: Runner, id: str) -> None:
    """Serve one viewer until it leaves, says something wrong, or the experiment ends."""
    ended: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    runner.streams.add(ended)
    try:
        with runner.admission.stream(client_of(socket)):
            await _stream(socket, runner, id)
    except TooMany as error:
        await socket.accept()  # a page sees the code only of an open socket
        with suppress(WebSocketDisconnect, RuntimeError):
            await socket.close(TOO_MANY, str(error))
    finally:
        runner.streams.discard(ended)
        ended.set_result(None)


async def _stream(socket: WebSocket, runner: Runner, id: str) -> None:
    await socket.accept()  # before any refusal: a page sees the code only of an open socket
    close: Close | None = NO_EXPERIMENT
    with suppress(Unknown, WebSocketDisconnect):
        try:
            experiment = await runner.find(id)
        except Stopping:
            return await socket.close(GOING_AWAY, "The server is stopping")
        except (Full, TooMany, Waiting):
            return await socket.close(TRY_AGAIN, "The server is full")
        cursor = _cursor(socket)
        close = (
            cursor
            if isinstance(cursor, Close)
            else await _serve(Stream(socket, runner, experiment, *cursor))
        )
    if close is not None:
        # Who takes nothing does not take this either.
        with suppress(WebSocketDisconnect, RuntimeError, TimeoutError):
            async with asyncio.timeout(runner.settings.close_timeout):
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
    """One viewer's place in the history, and what its connection takes.

    A frame has what fits into the link's budget: pictures first, as sharp as three quarters of it
    allow, then history. Numbers fall behind on a slow link and lose none; pictures are of the
    present, or not sent. Where every byte counts, one frame is under way at a time and the next
    waits a moment for a new picture; messages are deflated for who asked for it.
    """

    def __init__(
        self, socket: WebSocket, runner: Runner, experiment: Experiment, timeline: int, epoch: int
    ) -> None:
        self.runner = runner
        self.experiment = experiment
        self.viewer = Viewer()
        self._socket = socket
        self._inflates = socket.query_params.get("deflate") == "1"
        self._timeline = timeline
        self._next_epoch = epoch + 1 if -1 <= epoch <= experiment.history.epoch else 0
        self._drawn: PictureKey | None = None
        self._seen = experiment.drawings - (experiment.drawing is not None)
        self._camera = Camera()
        self._link = Link()
        self._gain = 2.0
        """How much smaller frames have become by deflating."""
        self._credit_since = self._said = time.monotonic()

    async def send(self) -> Close:
        """Send what is new, whenever there is something and the viewer can take it."""
        try:
            return await self._send()
        except TimeoutError:
            return Close(NO_ANSWER, "Nothing was taken for too long")

    async def _send(self) -> Close:
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
            now = time.monotonic()
            next_look = self._said + settings.beat_seconds
            if (since := self._link.waits_since) is not None:
                next_look = min(next_look, since + settings.acknowledge_timeout)
                if now >= since + settings.acknowledge_timeout:
                    seconds = f"{settings.acknowledge_timeout:g}"
                    return Close(NO_ANSWER, f"No acknowledgement for {seconds} seconds")
            if self.viewer.credit > 0:
                ready_at = max(not_before, self._waits_until())
                if ready_at > now:
                    next_look = min(next_look, ready_at)
                elif frame := self.next_frame():
                    not_before = now + 1 / settings.max_frames_per_second
                    await self._deliver(self._socket.send_bytes(frame))
                    self.runner.metrics.frames.inc()
                    self.runner.metrics.frame_bytes.inc(len(frame))
                    continue
            if now >= self._said + settings.beat_seconds:
                await self._send_text('{"type":"beat"}')
                continue
            # Not asyncio.wait_for, which in Python 3.11 can swallow a cancellation.
            with suppress(TimeoutError):
                async with asyncio.timeout(next_look - now):
                    await self.viewer.wake.wait()

    async def receive(self) -> Close | None:
        """Take messages; None once the viewer has left."""
        settings = self.runner.settings
        allowance = Allowance(
            settings.messages_per_second, settings.message_burst, time.monotonic()
        )
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
                if parsed.sequence > self._link.sequence:
                    return Close(BAD_MESSAGE, f"There is no frame {parsed.sequence} yet")
                self._acknowledge(parsed)
            else:
                self._look(parsed)
            if pause := allowance.take(time.monotonic()):
                await asyncio.sleep(pause)

    def _acknowledge(self, ack: Ack) -> None:
        now = time.monotonic()
        was_waiting = self.viewer.credit <= 0
        self._link.acknowledged(ack.sequence, ack.held, now)
        self.viewer.credit = self._link.credit
        self.viewer.wake.set()
        if was_waiting and self.viewer.credit > 0:
            self._credit_since = now
            self.runner.schedule()  # somebody can take a picture again

    def _look(self, asked: Focus | Look) -> None:
        viewer = self.viewer
        before = viewer.focus, viewer.looking
        if isinstance(asked, Focus):
            viewer.focus = tuple(asked.units)
        else:
            viewer.looking = Looking(
                lane=asked.run,
                seeds=tuple(asked.seeds),
                spread=asked.spread,
                domain=asked.domain,
                points=asked.points,
                warp=(asked.warp.layer, asked.warp.units) if asked.warp else None,
            )
        if before != (viewer.focus, viewer.looking):
            self.experiment.look()
            viewer.wake.set()
            self.runner.schedule()

    def _waits_until(self) -> float:
        """When the next frame may go out at the earliest: a thrifty one with a new picture."""
        if self._link.thrifty and self.experiment.wants_picture:
            return self._credit_since + FRESH
        return 0.0

    def next_frame(self) -> bytes | None:
        """The latest pictures if they are new, and history since the last frame; see `Stream`."""
        experiment, history, link = self.experiment, self.experiment.history, self._link
        if self._timeline != experiment.timeline:
            self._timeline, self._next_epoch = experiment.timeline, 0
        # What a thrifty viewer gets is deflated, if it can be.
        room = link.budget * (self._gain if link.thrifty and self._inflates else 1)
        drawing, pictures_room = self._new_drawing(PICTURES_SHARE * room)
        first = self._next_epoch
        fields: dict[str, Any] = {"runs": [], "focus": []}
        pictures: list[tuple[str, int | None, Array]] = []
        if first > history.epoch and drawing is None:
            return None
        if drawing:
            shot = self._camera.fit(experiment, self.viewer, drawing, pictures_room)
            fields, pictures = shot.fields, shot.arrays
            self._drawn = drawing.key
            self.runner.metrics.pictures_skipped.inc(max(0, experiment.drawings - self._seen - 1))
            self._seen = experiment.drawings
            link.strained = self._camera.level > 0
            room = max(room - shot.size, (1 - PICTURES_SHARE) * room)
        most = int(min(MAX_HISTORY_BYTES, room)) // history.row_bytes
        told = history.rows_after(first - 1, max(1, most))
        self._next_epoch = told.epoch + 1
        header = {
            "type": "frame",
            "sequence": link.sequence + 1,
            "timeline": self._timeline,
            "position": experiment.position,
            "first_epoch": first,
            "epoch": told.epoch,
            "rows": len(told.epochs),
            "picture_epoch": drawing and drawing.key.position[0],
            "picture_batch": drawing.key.position[1] if drawing else 0,
            "picture_time": drawing and drawing.made,
            "coarseness": self._camera.level if drawing else 0,
            **fields,
        }
        arrays: list[tuple[str, int | None, Array]] = [
            (name, None, values) for name, values in told.columns.items()
        ]
        arrays.append(("epoch", None, told.epochs))
        frame = self._packed(encode(header, arrays + pictures))
        link.sent(len(frame), time.monotonic())
        self.viewer.credit = link.credit
        return frame

    def _new_drawing(self, room: float) -> tuple[Drawing | None, float]:
        """Pictures that this viewer has not been sent, or not so sharp; and the room for them."""
        experiment, drawing = self.experiment, self.experiment.drawing
        if drawing is None or not drawing.pictures:
            return None, room
        if drawing.key == self._drawn:
            if not experiment.active:
                room *= SHARPENING
            if not self._camera.could_sharpen(experiment, self.viewer, drawing, room):
                return None, room
        return drawing, room

    def _packed(self, message: bytes) -> bytes:
        """Deflated where every byte counts."""
        worth = len(message) >= WORTH_DEFLATING
        if not (self._inflates and self._link.thrifty and worth):
            return message
        small = deflate(message)
        self._gain = (self._gain + min(8.0, len(message) / len(small))) / 2
        return small

    async def _send_text(self, text: str) -> None:
        packed = self._packed(text.encode())
        if len(packed) < len(text):
            await self._deliver(self._socket.send_bytes(packed))
        else:
            await self._deliver(self._socket.send_text(text))

    async def _deliver(self, sending: Coroutine[Any, Any, None]) -> None:
        """Raises TimeoutError when the connection takes nothing."""
        async with asyncio.timeout(self.runner.settings.send_timeout):
            await sending
        self._said = time.monotonic()
