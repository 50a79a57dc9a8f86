"""How far long work is, as it is printed."""

import sys


def show_progress(before: int, done: int, total: int, text: str) -> None:
    """A bar before the text on a terminal; elsewhere the text alone for every tenth."""
    if sys.stdout.isatty():
        filled = round(30 * done / total)
        bar = "█" * filled + "░" * (30 - filled)
        print(f"\r{bar} {text} ", end="", flush=True)
    elif done * 10 // total > before * 10 // total:
        print(text, flush=True)


def end_progress() -> None:
    """What is printed next begins a line of its own."""
    if sys.stdout.isatty():
        print()
