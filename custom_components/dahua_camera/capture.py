"""Captures: each is one passer-by, as the two sensors of a housing saw it."""

from dataclasses import dataclass
from datetime import datetime
from secrets import token_hex
from typing import Literal

from homeassistant.util import dt as dt_util

from .dahua.passage import CaptureType

type Role = Literal["spotter", "identifier"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CaptureFacts:
    """What is known of a passer-by; what nobody told is None.

    `id` sorts by time, is unique and fit for the name of a file; `spotted_at` is in UTC, `speed`
    in km/h; `color_from` is the sensor that told the colour; `rules` are the names of the rules
    that fired.
    """

    id: str
    spotted_at: datetime
    type: CaptureType
    plate: str | None = None
    color: str | None = None
    color_from: Role | None = None
    vehicle_type: str | None = None
    make: str | None = None
    direction: str | None = None
    speed: int | None = None
    rules: tuple[str, ...] = ()
    seconds_to_identification: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Capture:
    """A passer-by with the pictures of both sensors (JPEG, None where there is none)."""

    facts: CaptureFacts
    spotter_picture: bytes | None = None
    identifier_picture: bytes | None = None


def new_capture_id(spotted_at: datetime) -> str:
    """Return a new id for a capture; the hex digits tell captures of one moment apart."""
    return f"{dt_util.as_utc(spotted_at):%Y%m%dT%H%M%S%f}-{token_hex(2)}"
