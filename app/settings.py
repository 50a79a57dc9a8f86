"""Settings of the server: environment variables NEURAL_PLAYGROUND_*, with their defaults."""

import os
from typing import Annotated

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

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
            description="Host names under which the server answers; '*' is any. Empty: the names "
            "of this computer when `host` is one of them, otherwise any."
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
    ] = 0.04
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
        float, Field(description="A viewer that takes nothing for this long is dropped.", gt=0)
    ] = 45
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

    max_saved: Annotated[
        int, Field(description="Saved states of the page; beyond, the oldest are forgotten.", ge=1)
    ] = 10_000

    @field_validator("allowed_hosts", "trusted_proxies", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(name.strip().lower() for name in value.split(",") if name.strip())
        return value

    @property
    def hosts(self) -> tuple[str, ...]:
        """The host names to answer to, with the default filled in."""
        if self.allowed_hosts:
            return self.allowed_hosts
        local = self.host in LOOPBACK or self.host == "::1"
        return LOOPBACK if local else ("*",)
