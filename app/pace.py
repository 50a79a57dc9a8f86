"""How many epochs the next slice has, and when it may begin. Pure: the clock is handed in."""

from math import inf

SLICES_PER_SECOND = 25
"""Below this many epochs per second a slice is one epoch; above, slices get longer."""


class Stride:
    """How many pieces of work, updates or epochs, go into a slice of some length.

    Counts whole pieces, never time itself: a time budget would make results depend on the clock.
    """

    def __init__(self, piece_seconds: float = inf) -> None:
        """piece_seconds: an estimate; without one, the first slice is one piece."""
        self._piece_seconds = piece_seconds
        self._drawing = 0.0
        self._most = inf

    def measured(self, pieces: int, seconds: float, drawing: float = 0.0) -> None:
        """Learn from a slice. The next is at most 16 times as long, as short slices are noisy.

        drawing: what the pictures took besides.
        """
        self._piece_seconds = max(seconds, 1e-6) / pieces
        self._drawing = drawing
        self._most = 16 * pieces

    def pieces(self, seconds: float) -> int:
        """How many fit.

        Where drawing takes much, slices get shorter, down to half, so that pictures keep coming.
        """
        left = max(seconds - 2 * self._drawing, seconds / 2)
        return max(1, int(min(left / self._piece_seconds, self._most)))


class Pace:
    """A speed limit in epochs per second, as a bucket of tokens: one token is one epoch.

    Fractions stay in the bucket and a late slice is made up for, so the rate is met on average.
    """

    def __init__(self, epochs_per_second: float | None, now: float) -> None:
        self.epochs_per_second = epochs_per_second
        self._rate = inf if epochs_per_second is None else epochs_per_second
        self._least = max(1.0, self._rate / SLICES_PER_SECOND)
        self._tokens = self._least
        self._then = now

    def due(self) -> float:
        """When the next slice may begin."""
        if self._rate == inf:
            return self._then
        return self._then + max(0.0, self._least - self._tokens) / self._rate

    def take(self, most: int, now: float) -> int:
        """Epochs of a slice that begins now, at least one and at most `most`."""
        if self._rate == inf:
            return most
        # What could not be done in a quarter of a second is forgiven: no bursts after a stall.
        full = self._least + self._rate / 4
        self._tokens = min(full, self._tokens + (now - self._then) * self._rate)
        self._then = now
        epochs = max(1, min(most, int(self._tokens + 1e-9)))
        self._tokens -= epochs
        return epochs
