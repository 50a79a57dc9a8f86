"""Viewers who come and go, do nothing, or stop reading."""

import socket
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from random import Random
from threading import Event, Thread

from engine import RunSpec, train
from tests.app.process import ServerProcess, server_process
from tests.app.raw import Lost, RawSocket
from tests.app.server import Lab, Server
from tests.app.viewer import Viewer, numbers
from tests.soak.figures import line, none_of, percentile
from tests.soak.generator import Plan, client_cookie
from tests.soak.kills import small_specs
from tests.soak.load import LEARNERS, class_specs, print_load, run_load
from tests.soak.probe import memory

WAYS = ("close", "end", "reset")
STALLED = 20
LONGEST = 120
"""Seconds after which a stalled reader counts as never dropped."""


def report_drops(drops: int, seed: int) -> None:
    """Print how viewers fare whose connections break."""
    print(f"{drops} dropped sockets")
    random = Random(seed)
    specs = small_specs(4)
    with server_process(workers=2, requests_per_second=10_000, requests_burst=10_000) as process:
        server = process.client()
        labs = [server.create(spec) for spec in specs]
        viewers = [Viewer(lab) for lab in labs for _ in range(5)]
        for lab in labs:
            lab.post("play", epochs_per_second=50)
        times = []
        for _ in range(drops):
            viewer = random.choice(viewers)
            viewer.read_what_is_there()
            viewer.drop(random.choice(WAYS))
            began = time.perf_counter()
            viewer.connect()
            viewer.follow(viewer.timeline, viewer.epoch + 1)
            times.append(time.perf_counter() - began)
        wrong = []
        for number, (lab, spec) in enumerate(zip(labs, specs, strict=True)):
            state = lab.post("pause")
            expected = train(RunSpec.model_validate(spec), epochs=state["epoch"]).history
            rows = {epoch: numbers(expected, epoch) for epoch in range(state["epoch"] + 1)}
            for viewer in viewers[5 * number : 5 * number + 5]:
                viewer.follow(state["timeline"], state["epoch"])
                if viewer.rows != rows:
                    wrong.append(f"experiment {number}")
        line("Resumed, median", percentile(times, 50), unit=" s")
        line("p99", percentile(times, 99), 2, " s")
        none_of("Viewers without every epoch exactly once", wrong)
        none_of("Tracebacks in the log", process.log().split("Traceback")[1:])
        for viewer in viewers:
            viewer.drop("end")
        server.http.close()


def attend(sockets: Sequence[RawSocket], ended: Event, lost: list[str]) -> None:
    """Read what comes to idle sockets, pings above all, until told to stop."""
    waiting = list(sockets)
    while not ended.wait(0.5):
        for raw in list(waiting):
            try:
                while raw.ready():
                    raw.message()
            except Lost:
                waiting.remove(raw)
                lost.append("an idle socket was dropped")


@contextmanager
def idle_sockets(server: Server, count: int, lost: list[str]) -> Iterator[None]:
    """Sockets that watch paused experiments, each a client of its own."""
    labs = [server.create() for _ in range(10)]
    with ExitStack() as stack:
        sockets = []
        for number in range(count):
            raw = stack.enter_context(RawSocket(server.address))
            raw.open(server.address, f"{labs[number % 10].path}/stream", **client_cookie())
            sockets.append(raw)
        ended = Event()
        thread = Thread(target=attend, args=[sockets, ended, lost])
        thread.start()
        try:
            yield
        finally:
            ended.set()
            thread.join()


def report_idle(minutes: float, seed: int, count: int) -> None:
    """Print what idle sockets cost."""
    print(f"{count} idle sockets beside {LEARNERS} learners, {minutes:g} minutes")
    lost: list[str] = []
    with server_process() as process:
        server = process.client()
        specs = class_specs(LEARNERS, seed)
        half = Plan(process.address, 60 * minutes / 2, specs, seed=seed)
        sizes: list[float] = []
        run_load(process, half, lambda _: sizes.append(settled_memory(process, half.seconds)))
        with idle_sockets(server, count, lost):
            measured = run_load(
                process, half, lambda _: sizes.append(settled_memory(process, half.seconds))
            )
        line("More memory of the server", sizes[1] - sizes[0], 250, " MB")
        print_load(*measured)
        none_of("Idle sockets dropped", lost)
        server.http.close()


def settled_memory(process: ServerProcess, seconds: float) -> float:
    """MB after four fifths of the load."""
    time.sleep(0.8 * seconds)
    return memory(process)


class Stalled:
    """A viewer that stops reading at once, with the least room in its socket."""

    def __init__(self, lab: Lab) -> None:
        address = lab.server.address
        self.socket = RawSocket(address)
        self.socket.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
        self.socket.open(address, f"{lab.path}/stream", **client_cookie())
        self.local = self.socket.socket.getsockname()[1]


def connected(port: int, server_port: int) -> bool:
    """Whether the server still holds its end of the connection from this port of ours."""
    with Path("/proc/net/tcp").open() as table:
        for row in table.readlines()[1:]:
            fields = row.split()
            local, remote = (int(field.rpartition(":")[2], 16) for field in fields[1:3])
            if (local, remote) == (server_port, port) and fields[3] in ("01", "08"):
                return True
    return False


def report_stalled(minutes: float, seed: int) -> None:
    """Print how long readers that stall are kept, and what they cost the others."""
    print(f"{STALLED} stalled readers beside {LEARNERS} learners")
    with server_process() as process:
        server = process.client()
        specs = class_specs(LEARNERS, seed)
        plan = Plan(process.address, 60 * minutes, specs, seed=seed)
        before, *_ = run_load(process, plan)
        kept: list[float] = []

        def stall(_: object) -> None:
            lab = server.create({"data": {"kind": "xor"}, "layers": [{"units": 64}] * 2})
            lab.post("play")
            stalled = [Stalled(lab) for _ in range(STALLED)]
            server_port = int(process.address.rpartition(":")[2])
            began = time.perf_counter()
            waiting = list(stalled)
            while waiting and time.perf_counter() - began < min(LONGEST, plan.seconds):
                time.sleep(0.2)
                for one in list(waiting):
                    if not connected(one.local, server_port):
                        kept.append(time.perf_counter() - began)
                        waiting.remove(one)
            kept.extend([float("inf")] * len(waiting))
            for one in stalled:
                one.socket.socket.close()

        after, probe, _ = run_load(process, plan, stall)
        line("Stalled readers gone after", max(kept), 45, " s")
        for title, some, more in (
            ("Pause to acknowledgement", before.pauses, after.pauses),
            ("Credit to frame", before.waits, after.waits),
        ):
            old, new = percentile(some, 99), percentile(more, 99)
            line(f"{title}, p99 without them", old, unit=" ms")
            line("with them", new, unit=" ms")
            goal = 10 if title.startswith("Pause") else None
            line("more", 100 * (new / old - 1), goal, " %")
        none_of("Errors", before.errors + after.errors + probe.failures)
        none_of("Dropped connections", before.drops + after.drops)
        server.http.close()
