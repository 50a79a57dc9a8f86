"""Why the runner does not do what it was asked to."""


class Unknown(LookupError):
    """There is no such experiment or sweep, or it has ended."""


class Refusal(Exception):
    """The experiment's state does not allow the command."""


class Full(Exception):
    """The server holds as many experiments, or of what is named, as it may."""


class Unlucky(Exception):
    """A call cost ATTEMPTS workers."""


class Stopping(Exception):
    """The server is shutting down."""
