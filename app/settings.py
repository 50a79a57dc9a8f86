"""Settings of the server: environment variables NEURAL_PLAYGROUND_*, with their defaults."""

import ipaddress
import os
from pathlib import Path
from typing import Annotated, Self

from pydantic import Field, field_validator, model_validator
from pydantic_core import PydanticCustomError
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from app.history import Bounds
from app.logs import LogFormat, LogLevel
from app.messages import MAX_LANES

LOOPBACK = ("localhost", "127.0.0.1", "[::1]")


class Settings(BaseSettings):
    """Every limit and address of the server. Lists are written with commas."""

    model_config = SettingsConfigDict(env_prefix="NEURAL_PLAYGROUND_", extra="forbid")

    host: Annotated[str, Field(description="Address to listen on.")] = "127.0.0.1"
    port: Annotated[int, Field(description="Port to listen on; 0 takes a free one.", ge=0)] = 8000
    workers: Annotated[
        int, Field(description="Worker processes that train; one per core by default.", ge=1)
    ] = Field(default_factory=lambda: os.cpu_count() or 1)
    allowed_hosts: Annotated[
        tuple[str, ...],
        NoDecode,
        Field(
            description="Names under which the server answers, besides localhost, 127.0.0.1 and "
            "[::1]; '*' is any. Needed when other computers can reach `host`."
        ),
    ] = ()
    allowed_origins: Annotated[
        tuple[str, ...],
        NoDecode,
        Field(
            description="Origins whose pages may use the server besides its own, such as "
            "https://play.example.org where a proxy changes the Host."
        ),
    ] = ()
    embedded_by: Annotated[
        tuple[Annotated[str, Field(pattern=r"^https?://[a-z0-9.\[\]:-]+$")], ...],
        NoDecode,
        Field(
            description="Origins whose pages may show the playground in an iframe, as "
            "/?embed=1: https://school.example.org for example."
        ),
    ] = ()
    trusted_proxies: Annotated[
        tuple[str, ...],
        NoDecode,
        Field(
            description="Addresses or networks of reverse proxies whose X-Forwarded-For and "
            "X-Forwarded-Proto are believed."
        ),
    ] = ()
    slice_seconds: Annotated[
        float,
        Field(
            description="Worker time of one slice of training; less while many train.", gt=0, le=1
        ),
    ] = 0.033
    call_seconds: Annotated[
        float,
        Field(description="A worker that takes longer for one call is replaced.", gt=1),
    ] = 60
    max_experiments: Annotated[int, Field(description="Experiments kept at a time.", ge=1)] = 200
    max_experiments_per_client: Annotated[
        int,
        Field(
            description="Of one browser: beyond, the one that it has not used for longest is let "
            "go.",
            ge=1,
        ),
    ] = 8
    max_experiments_per_address: Annotated[
        int, Field(description="Of all browsers behind one address.", ge=1)
    ] = 100
    spare_seconds: Annotated[
        float,
        Field(
            description="On a full server, an experiment that nobody has used or watched for so "
            "long is let go for somebody else.",
            ge=0,
        ),
    ] = 10
    max_waiting: Annotated[
        int, Field(description="Clients that wait for a place on a full server.", ge=0)
    ] = 200
    retry_seconds: Annotated[
        float,
        Field(
            description="Who waits for a place asks again after so long, and loses it by not "
            "asking for three times as long.",
            gt=0,
        ),
    ] = 2
    max_lanes: Annotated[
        int, Field(description="Runs side by side in one experiment.", ge=1, le=MAX_LANES)
    ] = 16
    max_runs: Annotated[int, Field(description="Lanes times seeds of one experiment.", ge=1)] = 512
    max_layers: Annotated[int, Field(description="Hidden layers of a network.", ge=0, le=16)] = 16
    max_units: Annotated[int, Field(description="Units of a layer.", ge=1, le=256)] = 256
    max_samples: Annotated[int, Field(description="Points of a data set.", ge=10, le=10_000)] = (
        10_000
    )
    max_changes: Annotated[
        int, Field(description="Changes of settings during the training, of all lanes.", ge=1)
    ] = 1000
    max_experiment_memory: Annotated[
        int, Field(description="Estimated memory of training an experiment, in bytes.", ge=1)
    ] = 256 * 1024 * 1024
    max_epoch_seconds: Annotated[
        float, Field(description="Estimated time of one epoch of all runs.", gt=0)
    ] = 2
    max_piece_seconds: Annotated[
        float,
        Field(
            description="Estimated time of what cannot be divided, one update of all runs or "
            "evaluating them all: so long may others have to wait.",
            gt=0,
        ),
    ] = 0.15
    kept_bytes: Annotated[
        int,
        Field(description="Memory of one experiment for going back to past epochs.", ge=0),
    ] = 32 * 1024 * 1024
    max_history_epochs: Annotated[
        int,
        Field(
            description="Epochs of an experiment whose numbers are all kept; beyond, older ones "
            "are thinned.",
            ge=1000,
        ),
    ] = 100_000
    max_history_bytes: Annotated[
        int,
        Field(
            description="Memory for these numbers: with many runs and seeds, fewer epochs fit.",
            ge=1024 * 1024,
        ),
    ] = 256 * 1024 * 1024
    max_frames_per_second: Annotated[
        float, Field(description="Most frames per second to one viewer.", gt=0)
    ] = 30
    unwatched_seconds: Annotated[
        float, Field(description="An experiment that plays unwatched this long is paused.", gt=0)
    ] = 60
    max_sweeps: Annotated[int, Field(description="Sweeps that run at a time.", ge=1)] = 2
    max_sweeps_per_client: Annotated[int, Field(description="Of one browser, at a time.", ge=1)] = 1
    kept_sweeps: Annotated[
        int, Field(description="Sweeps that have ended and are kept to be read.", ge=1)
    ] = 20
    max_sweep_seconds: Annotated[
        float,
        Field(
            description="Longest sweep, in estimated worker seconds of its runs one by one; "
            "stacked, small networks take about a tenth of it.",
            gt=0,
        ),
    ] = 3600
    sweep_slice_seconds: Annotated[
        float,
        Field(
            description="Worker time of one slice of a sweep: so long may a click have to wait.",
            gt=0,
            le=1,
        ),
    ] = 0.1
    send_timeout: Annotated[
        float,
        Field(description="A viewer whose socket takes nothing for this long is dropped.", gt=0),
    ] = 30
    acknowledge_timeout: Annotated[
        float,
        Field(description="A viewer that acknowledges nothing for this long is dropped.", gt=0),
    ] = 30
    close_timeout: Annotated[
        float,
        Field(description="Seconds in which a viewer can take leave; then it is cut off.", gt=0),
    ] = 5
    ping_interval: Annotated[
        float,
        Field(description="Seconds between pings to a viewer: browsers answer.", gt=0),
    ] = 15
    ping_timeout: Annotated[
        float, Field(description="A viewer that answers no ping for this long is dropped.", gt=0)
    ] = 20
    beat_seconds: Annotated[
        float,
        Field(description="A viewer hears something at least so often; pages wait 25 s.", gt=0),
    ] = 10
    messages_per_second: Annotated[
        float,
        Field(description="Messages of one viewer beyond which it is read more slowly.", gt=0),
    ] = 100
    message_burst: Annotated[
        int, Field(description="Messages of one viewer that are read at once before that.", ge=1)
    ] = 500
    ws_max_size: Annotated[
        int, Field(description="Largest WebSocket message from a viewer, in bytes.", ge=256)
    ] = 64 * 1024
    max_streams: Annotated[int, Field(description="Open WebSockets.", ge=1)] = 2000
    max_streams_per_client: Annotated[
        int, Field(description="Open WebSockets of one browser.", ge=1)
    ] = 32
    requests_per_second: Annotated[
        float, Field(description="Calls of the API by one browser, sustained.", gt=0)
    ] = 50
    requests_burst: Annotated[
        float, Field(description="Calls of the API by one browser, at once.", ge=1)
    ] = 200
    requests_per_address: Annotated[
        float, Field(description="How many times as often all of one address may call.", ge=1)
    ] = 20
    max_head_size: Annotated[
        int, Field(description="Largest line and headers of a request, in bytes.", ge=1024)
    ] = 64 * 1024
    head_seconds: Annotated[
        float,
        Field(description="A connection that sends no whole request for so long is closed.", gt=0),
    ] = 20
    max_body_size: Annotated[int, Field(description="Largest request body, in bytes.", ge=1024)] = (
        1024 * 1024
    )
    max_upload_size: Annotated[
        int, Field(description="Largest body of POST /api/data, in bytes.", ge=1024)
    ] = 4 * 1024 * 1024
    max_data_size: Annotated[
        int, Field(description="All stored data sets together, in bytes.", ge=1024)
    ] = 1024 * 1024 * 1024

    store_file: Annotated[
        Path | None,
        Field(
            description="File in which experiments outlive the server; by default "
            "experiments.sqlite3 in the folder of the user's data."
        ),
    ] = None
    max_stored_bytes: Annotated[
        int,
        Field(
            description="Size of that file; beyond, the experiments unused for longest go.", ge=0
        ),
    ] = 2 * 1024 * 1024 * 1024
    save_seconds: Annotated[
        float,
        Field(description="So much training a killed server may have to do again.", gt=0),
    ] = 2
    max_saved: Annotated[
        int, Field(description="Saved states of the page; beyond, the oldest are forgotten.", ge=1)
    ] = 10_000

    log_format: Annotated[
        LogFormat, Field(description="One line of text or one JSON object per event, on stderr.")
    ] = "text"
    log_level: Annotated[LogLevel, Field(description="What is worth a line in the log.")] = "info"

    @field_validator(
        "allowed_hosts", "allowed_origins", "embedded_by", "trusted_proxies", mode="before"
    )
    @classmethod
    def _split(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(name.strip().lower() for name in value.split(",") if name.strip())
        return value

    @model_validator(mode="after")
    def _closed_to_strangers(self) -> Self:
        """What other computers can reach must know its names: any page could point one here."""
        if self.allowed_hosts or _is_loopback(self.host):
            return self
        raise PydanticCustomError(
            "allowed_hosts_missing",
            "other computers can reach {host}, so say by which names they may ask for this "
            "server. For example\n\n"
            "  NEURAL_PLAYGROUND_ALLOWED_HOSTS=192.168.1.20,play.example.org "
            "neural-playground serve --host {host}\n\n"
            "or --allowed-hosts with the same list; '*' lets in every name",
            {"host": self.host},
        )

    @property
    def bounds(self) -> Bounds:
        """Of an experiment's history."""
        return Bounds(self.max_history_epochs, self.max_history_bytes)

    @property
    def hosts(self) -> tuple[str, ...]:
        """The host names to answer to. No page of another site can ask for the loopback's."""
        return tuple(dict.fromkeys((*self.allowed_hosts, *LOOPBACK)))


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
