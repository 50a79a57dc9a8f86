"""Run every benchmark and print it: `python -m tests.bench`."""

from tests.bench import engine, page

if __name__ == "__main__":
    engine.report()
    page.report()
