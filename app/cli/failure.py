"""How a command ends that cannot do what it was asked to."""


class Failure(Exception):
    """Ends the command with a message."""
