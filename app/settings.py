"""Settings of the server: environment variables NEURAL_PLAYGROUND_*, with their defaults."""

import os
from typing import Annotated

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

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
    max_lanes: Annotated[int, Field(description="Runs side by side in one experiment.", ge=1)] = 16
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
