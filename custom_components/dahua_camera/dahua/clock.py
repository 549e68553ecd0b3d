"""The camera's wall clock, on which its schedules depend."""

from datetime import UTC, datetime, timedelta
from enum import StrEnum
from urllib.parse import quote

from .errors import (
    DahuaError,
    LoginError,
    MalformedResponseError,
    NotSupportedError,
    Obstacle,
    PermissionDeniedError,
    WriteNotAppliedError,
)
from .http import CameraHttp
from .priority_lock import Priority
from .tables import parse_lines
from .writer import expect_ok

# Events of a clock that was set, by hand or by a time server.
CLOCK_CODES = frozenset({"TimeChange", "NTPAdjustTime"})

_MODULE = "global.cgi"
# A camera's clock drifts slowly and is set seldom: reading it this often is enough.
_INTERVAL = timedelta(hours=1)
_TRY_AGAIN = timedelta(minutes=5)
_TOLERANCE = timedelta(minutes=1)
# Time zones are this far apart, with few exceptions; nobody lives further than a day away.
_ZONE = timedelta(minutes=30)
_FURTHEST = timedelta(hours=26)


class ClockFault(StrEnum):
    """What is wrong with a clock."""

    WRONG = "wrong"
    OTHER_ZONE = "other_zone"
    """It runs well, but whole hours ahead or behind: another time zone, or no summer time."""


def judge(deviation: timedelta) -> ClockFault | None:
    """Tell what is wrong with a clock that deviates so far from the local time."""
    if abs(deviation) <= _TOLERANCE:
        return None
    from_zone = deviation - round(deviation / _ZONE) * _ZONE
    if abs(from_zone) <= _TOLERANCE and abs(deviation) <= _FURTHEST:
        return ClockFault.OTHER_ZONE
    return ClockFault.WRONG


class Clock:
    """One camera's clock; `offset` is its wall clock minus UTC, None while that is not known."""

    def __init__(self, http: CameraHttp) -> None:
        self.offset: timedelta | None = None
        self._http = http
        self._next_read: datetime | None = None

    @property
    def is_due(self) -> bool:
        """Whether it is time to ask again."""
        return self._next_read is None or datetime.now(UTC) >= self._next_read

    def doubt(self) -> None:
        """Have the camera asked again: its clock was set."""
        self._next_read = None

    async def refresh(self) -> None:
        """Learn the offset, unless that was done a short while ago.

        A camera that cannot tell its time works without.
        """
        if not self.is_due:
            return
        now = datetime.now(UTC)
        try:
            await self.read()
        except LoginError:
            raise
        except NotSupportedError, MalformedResponseError, PermissionDeniedError:
            self.offset = None
            self._next_read = now + _INTERVAL
        except DahuaError:
            self._next_read = now + _TRY_AGAIN

    async def read(self, priority: Priority = Priority.POLL) -> None:
        """Learn the offset now."""
        answer = await self._http.get_text(_MODULE, "action=getCurrentTime", priority=priority)
        now = datetime.now(UTC)
        try:
            told = datetime.fromisoformat(dict(parse_lines(answer)).get("result", "").strip())
        except ValueError as error:
            raise MalformedResponseError("the camera's time cannot be understood") from error
        self.offset = told.replace(tzinfo=UTC) - now
        self._next_read = now + _INTERVAL

    async def set(self, local: datetime) -> None:
        """Set the clock to a time in the camera's own time zone, and see that it stays.

        WriteNotAppliedError where it does not; a camera that cannot tell its time is believed.
        """
        time = quote(f"{local:%Y-%m-%d %H:%M:%S}", safe="-:")
        query = f"action=setCurrentTime&time={time}"
        begun = datetime.now(UTC)
        expect_ok(
            await self._http.get_text(_MODULE, query, priority=Priority.COMMAND), "setCurrentTime"
        )
        try:
            await self.read(Priority.COMMAND)
        except NotSupportedError, MalformedResponseError, PermissionDeniedError:
            self.offset = None
            return
        wanted = local.replace(tzinfo=UTC) - begun
        if self.offset is None or abs(self.offset - wanted) > _TOLERANCE:
            raise WriteNotAppliedError(Obstacle.IGNORED, "setCurrentTime")
