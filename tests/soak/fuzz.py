"""Rubbish by the thousand: what learners send, broken in every way, and the named bombs."""

import json
import time
from contextlib import suppress
from random import Random

import httpx

from tests.app.process import server_process
from tests.app.raw import BINARY, CONTINUATION, PING, PONG, TEXT, Lost, RawSocket, frame
from tests.app.test_hostile import (
    GONE,
    HANDSHAKES,
    MESSAGES,
    Target,
    first_outcome,
    outcome,
)
from tests.app.viewer import Viewer
from tests.soak.figures import line, none_of
from tests.soak.generator import client_cookie

SEEDS = (
    b'{"type":"ack","sequence":0}',
    b'{"type":"focus","units":[[0,1,2],[0,0,1]]}',
    b'{"type":"view","run":0,"seeds":[0],"spread":true}',
    b'{"type":"view","domain":[-1,1,-1,2.5],"points":true,"warp":{"layer":1,"units":[0,1]}}',
)
TOKENS = (b"{", b"}", b"[", b"]", b'"', b",", b":", b"-", b"1e999", b"NaN", b"null", b"\\u0000")
HARMLESS = {1000, 1002, 1003, 1005, 1007, 1009, 4400, 4408, 4429}
"""Codes with which a stream may be closed that has sent rubbish."""
AT_ONCE = 20
"""Messages on one connection, if it lives so long."""


def broken(random: Random) -> bytes:
    """A message with a few faults, seldom none."""
    text = bytearray(random.choice(SEEDS))
    for _ in range(random.choice((0, 1, 1, 2, 5))):
        place = random.randrange(len(text) + 1)
        match random.randrange(5):
            case 0:
                text[place:place] = random.choice(TOKENS)
            case 1:
                del text[place : place + random.randrange(1, 8)]
            case 2:
                text[place:place] = random.randbytes(random.randrange(1, 6))
            case 3:
                text[place : place + 1] = str(random.choice((-1, 2**31, 2**63, 10**30))).encode()
            case _:
                text += text[place:] * random.randrange(1, 20)
    return bytes(text)


def broken_frame(random: Random) -> bytes:
    """It in a frame, which now and then is broken itself."""
    payload = broken(random)
    if random.random() < 0.9:
        return frame(payload)
    opcode = random.choice((TEXT, BINARY, CONTINUATION, PING, PONG, random.randrange(16)))
    whole = bytearray(
        frame(
            payload[: random.choice((20, 125, 1000))],
            opcode,
            fin=random.random() < 0.7,
            reserved=random.choice((0, 0, 1, 4)),
            mask=random.random() < 0.9,
        )
    )
    if random.random() < 0.3:
        whole[random.randrange(len(whole))] = random.randrange(256)
    return bytes(whole)


def report(messages: int, seed: int) -> None:
    """Print what becomes of a server that is sent rubbish."""
    print(f"{messages} fuzzed messages and {len(MESSAGES) + len(HANDSHAKES)} named ones")
    random = Random(seed)
    wrong: list[str] = []
    with server_process(workers=1) as process:
        server = process.client()
        lab = server.create({"data": {"kind": "xor", "samples": 100}})
        lab.post("play", epochs_per_second=100)
        witness = Viewer(lab)
        target = Target(process, lab, witness)
        began, sent, connects = time.perf_counter(), 0, 0
        while sent < messages:
            with RawSocket(process.address) as raw:
                raw.open(process.address, target.path, **client_cookie())
                connects += 1
                count = min(AT_ONCE, messages - sent)
                with suppress(Lost):
                    raw.send(b"".join(broken_frame(random) for _ in range(count)))
                sent += count
                # A close of our own, for what has survived or waits for the rest of a message.
                with suppress(Lost):
                    raw.send(frame((1000).to_bytes(2), 8))
                    code, reason = raw.closing()
                    if code not in HARMLESS:
                        wrong.append(f"{code} {reason}")
            if connects % 50 == 0:
                witness.follow(witness.timeline, witness.epoch + 1)
        seconds = time.perf_counter() - began
        line("Messages", sent / seconds, unit="/s")
        for name, (data, expected) in MESSAGES.items():
            with RawSocket(process.address) as raw:
                raw.open(process.address, target.path, **client_cookie())
                with suppress(Lost):
                    raw.send(data)
                if (found := outcome(raw, expected)) not in (expected, GONE):
                    wrong.append(f"{name}: {found}")
        for name, (make, expected) in HANDSHAKES.items():
            with RawSocket(process.address) as raw:
                raw.send(make(target))
                if (found := first_outcome(raw, expected)) not in (expected, GONE):
                    wrong.append(f"{name}: {found}")
            witness.read_what_is_there()
            witness.acknowledge(2)
        witness.follow(witness.timeline, witness.epoch + 2)
        none_of("Answers that are none of those expected", wrong)
        log = process.log()
        none_of("Tracebacks in the log", log.split("Traceback")[1:])
        none_of("Errors in the log", [row for row in log.splitlines() if "ERROR" in row])
        healthy = httpx.get(f"http://{process.address}/healthz").status_code
        none_of("Health", [] if healthy == 200 else [json.dumps(healthy)])
        witness.drop("end")
        server.http.close()
