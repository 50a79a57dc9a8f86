"""Why the runner does not do what it was asked to."""


class Unknown(LookupError):
    """There is no such experiment or sweep, or it has ended."""


class Refusal(Exception):
    """The experiment's state does not allow the command."""


class Full(Exception):
    """The server holds as many experiments as it may; or as a text says."""


class TooMany(Exception):
    """The client has as many of what it asks for as it may."""


class Waiting(Exception):
    """The server is full, and the client has a place in the queue."""

    def __init__(self, before: int) -> None:
        """before: how many others are to come in first."""
        super().__init__(before)
        self.before = before


class Unlucky(Exception):
    """A call cost ATTEMPTS workers."""


class Stopping(Exception):
    """The server is shutting down."""
