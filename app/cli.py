"""The command `neural-playground`. Imports little at first: every worker imports this module."""

import argparse
import csv
import errno
import json
import os
import socket
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from app.changes import Spec
    from app.settings import Settings
    from engine import RunSpec


class Failure(Exception):
    """Ends the command with a message."""


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

    train = commands.add_parser("train", help="train one run and write down its history")
    train.set_defaults(command=_train)
    train.add_argument("spec", type=Path, metavar="SPEC.json", help="a RunSpec")
    train.add_argument("--epochs", type=int, default=100, metavar="N", help="(100)")
    train.add_argument(
        "--data", type=Path, metavar="FILE.csv", help="store this table and train on it"
    )
    train.add_argument(
        "--output", type=Path, metavar="FILE", help="where the history goes: .csv or .json"
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

    for command, example in ((train, "optimizer.learning_rate=0.1"), (sweep, "seeds=8")):
        command.add_argument(
            "--set",
            action="append",
            default=[],
            metavar="PATH=VALUE",
            help=f"change a setting, such as {example}; may be repeated",
        )
    return parser


# serve


def _serve(options: argparse.Namespace) -> None:
    settings = _settings(options)
    listener = _listen(settings)

    import uvicorn

    from app.main import create_app

    # All addresses is no address that a browser could open.
    host = "127.0.0.1" if settings.host in ("0.0.0.0", "::") else settings.host
    host = f"[{host}]" if ":" in host else host
    address = f"http://{host}:{listener.getsockname()[1]}"
    app = create_app(settings)

    class Server(uvicorn.Server):
        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            print(f"Neural Playground is ready at {address} (Ctrl+C stops it)", flush=True)

        async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
            # Before uvicorn closes the sockets: viewers are told why.
            await app.state.runner.stop()
            await super().shutdown(sockets)

    server = Server(
        uvicorn.Config(
            app,
            log_level="warning",
            access_log=False,
            server_header=False,
            ws_max_size=settings.ws_max_size,
            # Compressing a frame costs ten times as much as all else about it.
            ws_per_message_deflate=False,
            timeout_graceful_shutdown=5,
        )
    )
    with suppress(KeyboardInterrupt):  # uvicorn hands it on once it has shut down
        server.run(sockets=[listener])


def _settings(options: argparse.Namespace) -> "Settings":
    from pydantic import ValidationError

    from app.settings import Settings

    given = {
        name: value
        for name in ("host", "port", "workers")
        if (value := getattr(options, name)) is not None
    }
    try:
        return Settings(**given)
    except ValidationError as error:
        first = error.errors()[0]
        raise Failure(f"setting {'.'.join(map(str, first['loc']))}: {first['msg']}") from None


def _listen(settings: "Settings") -> socket.socket:
    """A socket bound to the address. Raises Failure when that cannot be."""
    host, port = settings.host, settings.port
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
    except OSError as error:
        raise Failure(f"{host} is not an address of this computer: {error.strerror}") from None
    listener = socket.socket(family, kind, protocol)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if hasattr(socket, "TCP_USER_TIMEOUT"):
            # The kernel drops a peer that takes nothing for so long; an ASGI server cannot.
            milliseconds = int(1000 * settings.send_timeout)
            listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, milliseconds)
        listener.bind(address)
        listener.listen(2048)  # at once, so that a second server cannot bind it as well
    except OSError as error:
        listener.close()
        if error.errno == errno.EADDRINUSE:
            raise Failure(
                f"port {port} of {host} is taken. Is it running already? "
                f"Choose another port: neural-playground serve --port {port + 1}"
            ) from None
        raise Failure(f"cannot listen on port {port} of {host}: {error.strerror}") from None
    return listener


# train


def _train(options: argparse.Namespace) -> None:
    import numpy as np

    from engine import advance, start

    if options.output and options.output.suffix not in (".csv", ".json"):
        raise Failure(f"{options.output}: the history is written as .csv or .json")
    spec = _read_spec(options.spec, options.set, _store(options.data) if options.data else None)
    checkpoint, frames = advance(start([spec]), epochs=0)
    columns = [frames.history]
    stride = max(1, options.epochs // 100)
    while checkpoint.epoch < options.epochs and checkpoint.status == "training":
        epochs = min(stride, options.epochs - checkpoint.epoch)
        checkpoint, frames = advance(checkpoint, epochs=epochs)
        columns.append(frames.history)
        _show_progress(checkpoint.epoch, options.epochs, frames.history)
    if sys.stdout.isatty():
        print()
    if message := checkpoint.runs[0].message:
        print(message)
    history = {
        name: np.concatenate([part[name].reshape(-1) for part in columns]).tolist()
        for name in columns[0]
    }
    if options.output:
        _write_history(options.output, history)


def _store(file: Path) -> dict[str, str]:
    """The settings of data that are the table in a CSV file."""
    from app.csv_table import read_csv
    from engine import store_data

    try:
        table = read_csv(file.read_bytes())
        id = store_data(
            table.x,
            table.y,
            columns=table.columns,
            class_names=table.class_names,
            title=file.stem[:80],
        )
    except OSError as error:
        raise Failure(f"{file}: {error.strerror}") from None
    except ValueError as error:
        raise Failure(f"{file}: {error}") from None
    print(f"{file} is stored: data.kind=custom data.id={id}")
    return {"kind": "custom", "id": id}


def _read_spec(
    file: Path, settings: Sequence[str], data: dict[str, str] | None = None
) -> "RunSpec":
    from engine import RunSpec

    return _read(RunSpec, file, settings, {"data": data} if data else {})


def _read(
    model: "type[Spec]", file: Path, settings: Sequence[str], more: dict[str, Any] | None = None
) -> "Spec":
    """A file's spec with `more`, and `settings`, each PATH=VALUE, laid over it. Raises Failure."""
    from app.changes import Invalid, changed, merge, parsed

    try:
        spec = parsed(model, merge(json.loads(file.read_text()), more or {}))
        for setting in settings:
            path, equals, text = setting.partition("=")
            if not equals:
                raise Failure(f"--set {setting}: write it as PATH=VALUE")
            part = _part(spec.model_dump(mode="json"), path.split("."), _value(text))
            spec = changed(spec, part)
    except OSError as error:
        raise Failure(f"{file}: {error.strerror}") from None
    except json.JSONDecodeError as error:
        raise Failure(f"{file} is not JSON: {error}") from None
    except Invalid as error:
        lines = [f"{path}: {detail}" for path, detail in error.errors]
        raise Failure("\n  ".join(["the settings are not right", *lines])) from None
    return spec


def _value(text: str) -> Any:
    """JSON, or a bare word."""
    try:
        return json.loads(text)
    except json.JSONDecodeError:
        return text


def _part(whole: Any, path: Sequence[str], value: Any) -> Any:
    """The partial spec that puts `value` at `path`. Lists, which replace others, come whole."""
    if not path:
        return value
    key, *rest = path
    if isinstance(whole, list) and key.isdigit() and int(key) < len(whole):
        from app.changes import merge

        items = list(whole)
        items[int(key)] = merge(whole[int(key)], _part(whole[int(key)], rest, value))
        return items
    return {key: _part(whole.get(key) if isinstance(whole, dict) else None, rest, value)}


def _show_progress(epoch: int, epochs: int, history: dict[str, Any]) -> None:
    """A bar on a terminal; elsewhere a line for every tenth."""
    loss = history["train_loss"][0, -1] if len(history["epoch"]) else float("nan")
    if sys.stdout.isatty():
        filled = round(30 * epoch / epochs)
        bar = "█" * filled + "░" * (30 - filled)
        print(f"\r{bar} epoch {epoch} of {epochs}, training loss {loss:.4g} ", end="", flush=True)
    elif epoch == epochs or epoch * 10 // epochs > (epoch - len(history["epoch"])) * 10 // epochs:
        print(f"epoch {epoch} of {epochs}: training loss {loss:.4g}", flush=True)


def _write_history(file: Path, history: dict[str, list[float]]) -> None:
    with file.open("w", newline="") as stream:
        if file.suffix == ".json":
            finite = {
                name: [value if value == value else None for value in values]  # NaN is not JSON
                for name, values in history.items()
            }
            json.dump(finite, stream, allow_nan=False)
        else:
            writer = csv.writer(stream)
            writer.writerow(history)
            writer.writerows(zip(*history.values(), strict=True))


# sweep


def _sweep(options: argparse.Namespace) -> None:
    from concurrent.futures import BrokenExecutor

    from app import cli_sweep
    from engine import SweepSpec

    if options.output and options.output.suffix not in (".csv", ".json"):
        raise Failure(f"{options.output}: the result is written as .csv or .json")
    workers = (os.cpu_count() or 1) if options.workers is None else options.workers
    if workers < 1:
        raise Failure("--workers: at least one is needed")
    spec = _read(SweepSpec, options.spec, options.set)
    try:
        result = cli_sweep.run(spec, workers)
    except BrokenExecutor:
        raise Failure("a worker process was killed, perhaps for want of memory") from None
    cli_sweep.show(result)
    if options.output:
        cli_sweep.write(options.output, result)


if __name__ == "__main__":
    sys.exit(main())
