"""How much a viewer's connection takes, steered by its acknowledgements. Pure: no clock inside.

A frame may weigh what the connection carried in `HORIZON` seconds lately. It is measured from when
a frame was sent, or the one before it acknowledged if that was later, until it was acknowledged,
less the time for which the viewer says it held it before it was drawn.

- A frame that took longer than `HORIZON` sets the budget to what its pace allows. That is at once,
  since the next frame would be late as well.
- One that took less raises it, at most fourfold: from modest figures nothing follows but that the
  budget was not needed.

So a connection that carries its frames within `HORIZON` is never thrifty, whatever its delay. One
that is, has one frame under way instead of two, so that a picture waits behind no other.
"""

from collections import deque
from typing import NamedTuple

HORIZON = 0.5
"""Seconds that a frame may be under way."""
START = 64 * 1024
LEAST = 4 * 1024
MOST = 16 * 1024 * 1024
"""More than the largest pictures."""
GROWTH = 4
WINDOW = 2
"""Frames that a viewer may have and not have drawn yet."""
TOGETHER = 0.01
"""Seconds between acknowledgements of frames that arrived as one: the second tells nothing."""


class Sent(NamedTuple):
    """A frame under way."""

    sequence: int
    size: int
    time: float


class Link:
    """What is under way to one viewer, and its budget."""

    def __init__(self) -> None:
        self.budget = START
        """Bytes of the next frame."""
        self.known = False
        """Whether anything has been acknowledged."""
        self.strained = False
        """Whether the latest pictures had to be made smaller; set by who makes them."""
        self.sequence = 0
        """Of the frame sent last."""
        self._under_way: deque[Sent] = deque()
        self._heard = 0.0

    @property
    def thrifty(self) -> bool:
        """Whether every byte counts: nothing is known yet, or it is known to carry little."""
        return not self.known or self.strained or self.budget < START

    @property
    def credit(self) -> int:
        """Frames that may be sent now."""
        return (1 if self.thrifty else WINDOW) - len(self._under_way)

    @property
    def waits_since(self) -> float | None:
        """When the oldest frame was sent that has not been acknowledged."""
        return self._under_way[0].time if self._under_way else None

    def sent(self, size: int, now: float) -> None:
        """A frame of `size` bytes goes out, with the next number."""
        self.sequence += 1
        self._under_way.append(Sent(self.sequence, size, now))

    def acknowledged(self, sequence: int, held: float, now: float) -> None:
        """The viewer has drawn this frame, and so all before it, `held` seconds after it came."""
        while self._under_way and self._under_way[0].sequence <= sequence:
            frame = self._under_way.popleft()
            began = max(frame.time, self._heard)
            if began > frame.time and now - began < TOGETHER:
                continue
            self._measured(frame.size, max(now - began - held, 1e-3))
            self._heard = now

    def _measured(self, size: int, seconds: float) -> None:
        self.known = True
        carried = int(size * HORIZON / seconds)
        if seconds > HORIZON:
            self.budget = max(LEAST, min(self.budget, carried))
        else:
            self.budget = max(self.budget, min(carried, GROWTH * self.budget, MOST))


class Allowance:
    """A rate of messages with a burst, as a bucket of tokens."""

    def __init__(self, per_second: float, burst: int, now: float) -> None:
        self._rate, self._burst = per_second, burst
        self._tokens, self._then = float(burst), now

    def take(self, now: float) -> float:
        """One message came: seconds to wait before the next is read."""
        self._tokens = min(self._burst, self._tokens + (now - self._then) * self._rate) - 1
        self._then = now
        return max(0.0, -self._tokens / self._rate)
