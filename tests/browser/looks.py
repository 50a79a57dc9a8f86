"""The windows in which a journey is made: how wide, which theme, which language."""

import os
from dataclasses import dataclass
from itertools import product
from typing import Any

from app.translation import LANGUAGES, translate

HEIGHTS = {1400: 900, 800: 1000, 390: 844}
LOCALES = {"en": "en-US", "zh-Hans": "zh-CN"}


@dataclass(frozen=True)
class Looks:
    """One of them."""

    width: int
    theme: str
    language: str

    @property
    def options(self) -> dict[str, Any]:
        """Of a browser context."""
        return {
            "viewport": {"width": self.width, "height": HEIGHTS[self.width]},
            "color_scheme": self.theme,
            "locale": LOCALES[self.language],
            "has_touch": self.phone,
        }

    @property
    def phone(self) -> bool:
        return self.width == 390

    def t(self, text: str, **values: object) -> str:
        """What the page says for an English text with {named} places."""
        return translate(text, self.language).format(**values)

    def __str__(self) -> str:
        return f"{self.width}-{self.theme}-{self.language}"


EVERY = [Looks(*one) for one in product(HEIGHTS, ("light", "dark"), LANGUAGES)]
SOME = [
    Looks(1400, "light", "en"),
    Looks(800, "dark", "zh-Hans"),
    Looks(390, "dark", "en"),
]
"""Each width, theme and language."""
CHOSEN = EVERY if os.environ.get("ALL_LOOKS") else SOME
