"""Run every benchmark and print it: `python -m tests.bench`."""

from tests.bench import curves, engine, lanes, page, sweep

if __name__ == "__main__":
    engine.report()
    sweep.report()
    page.report()
    curves.report()
    lanes.report()
