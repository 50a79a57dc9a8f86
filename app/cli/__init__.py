"""The command `neural-playground`. Imports little at first: every worker imports this package."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from app.cli.failure import Failure


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit status."""
    options = _parser().parse_args(arguments)
    try:
        options.command(options)
    except Failure as failure:
        print(f"neural-playground: {failure}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


def _serve(options: argparse.Namespace) -> None:
    from app.cli.serve import serve

    serve(options)


def _train(options: argparse.Namespace) -> None:
    from app.cli.train import train

    train(options)


def _sweep(options: argparse.Namespace) -> None:
    from app.cli.sweep import run_sweep

    run_sweep(options)


def _settings(options: argparse.Namespace) -> None:
    from app.cli.settings import show_settings

    show_settings(options)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="neural-playground", description="Train small neural networks and watch them learn."
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    serve = commands.add_parser("serve", help="serve the page and the API")
    serve.set_defaults(command=_serve)
    serve.add_argument("--host", help="address to listen on (127.0.0.1)")
    serve.add_argument("--port", type=int, help="port to listen on (8000); 0 takes a free one")
    serve.add_argument("--workers", type=int, help="processes that train (one per core)")
    serve.add_argument(
        "--allowed-hosts",
        metavar="NAMES",
        help="names under which it answers, with commas; '*' is any "
        "(localhost, 127.0.0.1; needed with another --host)",
    )

    train = commands.add_parser("train", help="train one run and write down its history")
    train.set_defaults(command=_train)
    train.add_argument("spec", type=Path, nargs="?", metavar="SPEC.json", help="a RunSpec")
    train.add_argument(
        "--resume",
        type=Path,
        metavar="FILE.npz",
        help="go on from a checkpoint instead, as if training had never stopped",
    )
    train.add_argument(
        "--epochs", type=int, default=100, metavar="N", help="train up to this epoch (100)"
    )
    train.add_argument(
        "--data", type=Path, metavar="FILE.csv", help="store this table and train on it"
    )
    train.add_argument(
        "--output",
        type=Path,
        action="append",
        default=[],
        metavar="FILE",
        help="a .csv or .json file for the history, or .npz for a checkpoint; may be repeated",
    )
    train.add_argument(
        "--statistics",
        action="store_true",
        help="also those of each layer after every epoch, in the .json file",
    )

    sweep = commands.add_parser(
        "sweep", help="race optimizers, each at the learning rate that suits it best"
    )
    sweep.set_defaults(command=_sweep)
    sweep.add_argument("spec", type=Path, metavar="SWEEP.json", help="a SweepSpec")
    sweep.add_argument("--workers", type=int, help="processes that train (one per core)")
    sweep.add_argument(
        "--output", type=Path, metavar="FILE", help="where the result goes: .csv or .json"
    )

    settings = commands.add_parser("settings", help="list the settings of the server")
    settings.set_defaults(command=_settings)

    for command, example in ((train, "optimizer.learning_rate=0.1"), (sweep, "seeds=8")):
        command.add_argument(
            "--set",
            action="append",
            default=[],
            metavar="PATH=VALUE",
            help=f"change a setting, such as {example}; may be repeated",
        )
    return parser
