"""How many epochs the next slice has, and when it may begin. Pure: the clock is handed in."""

from math import inf

SLICES_PER_SECOND = 25
"""Below this many epochs per second a slice is one epoch; above, slices get longer."""


class Stride:
    """Epochs per slice, steered so that a slice takes `seconds` of worker time.

    Counts whole epochs, never time itself: a time budget would make results depend on the clock.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self.epochs = 1

    def measured(self, epochs: int, seconds: float, drawing: float = 0.0) -> None:
        """Learn from a slice. It grows at most sixteenfold, as short slices are noisy.

        drawing: what the pictures took besides. Where it is much, slices get shorter, down to
        half, so that pictures keep coming.
        """
        left = max(self._seconds - 2 * drawing, self._seconds / 2)
        wanted = epochs * left / max(seconds, 1e-6)
        self.epochs = max(1, min(int(wanted), 16 * self.epochs))


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
