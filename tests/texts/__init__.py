"""The texts that people read, out of the code, for the catalogues: `python -m tests.texts`."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Text:
    """One of them, and where it is from."""

    english: str
    path: str
    plural: str = ""
