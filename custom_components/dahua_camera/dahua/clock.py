"""The camera's wall clock, on which its schedules depend."""

from datetime import UTC, datetime, timedelta
from urllib.parse import quote

from .errors import NotSupportedError
from .http import CameraHttp
from .tables import parse_lines
from .turnstile import Priority
from .writer import expect_ok

_MODULE = "global.cgi"
# A camera's clock drifts slowly and is set seldom: reading it this often is enough.
_INTERVAL = timedelta(hours=1)


class Clock:
    """One camera's clock; `offset` is its wall clock minus UTC, None while that is not known."""

    def __init__(self, http: CameraHttp) -> None:
        self.offset: timedelta | None = None
        self._http = http
        self._read_at: datetime | None = None

    async def refresh(self) -> None:
        """Learn the offset, unless that was done a short while ago."""
        now = datetime.now(UTC)
        if self._read_at is not None and now - self._read_at < _INTERVAL:
            return
        try:
            answer = await self._http.get_text(_MODULE, "action=getCurrentTime")
            told = datetime.fromisoformat(dict(parse_lines(answer)).get("result", "").strip())
        except NotSupportedError, ValueError:
            self.offset = None
        else:
            self.offset = told.replace(tzinfo=UTC) - now
        self._read_at = now

    async def set(self, local: datetime) -> None:
        """Set the clock to a time in the camera's own time zone."""
        time = quote(f"{local:%Y-%m-%d %H:%M:%S}", safe="-:")
        query = f"action=setCurrentTime&time={time}"
        expect_ok(
            await self._http.get_text(_MODULE, query, priority=Priority.COMMAND), "setCurrentTime"
        )
        self._read_at = None
