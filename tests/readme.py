"""The table of settings in the README: `python -m tests.readme` writes it anew."""

from pathlib import Path

from app.cli.settings import settings_table

README = Path(__file__).parents[1] / "README.md"
BEGIN, END = "<!-- settings -->\n", "<!-- /settings -->\n"


def renewed(text: str) -> str:
    """The README with the table as it should be."""
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    return before + BEGIN + "".join(f"{line}\n" for line in settings_table()) + END + after


if __name__ == "__main__":
    README.write_text(renewed(README.read_text()))
