"""Texts in other languages than English, from gettext catalogues."""

LANGUAGES = ("en", "zh-Hans")
"""BCP 47; the first is that of the texts in the code."""


def translate(text: str, language: str) -> str:
    """A text in a language, or as it is where there is no translation."""
    return text
