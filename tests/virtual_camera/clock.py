"""The camera's clock: the local wall time it believes in."""

from datetime import UTC, datetime, timedelta, tzinfo
import re

_SECTION = re.compile(r"(\d+) (\d\d):(\d\d):(\d\d)-(\d\d):(\d\d):(\d\d)")


class Clock:
    """Runs with the host's clock, from whatever time it was set to."""

    def __init__(self, time_zone: tzinfo = UTC) -> None:
        self._time_zone = time_zone
        self._offset = timedelta()
        self.skew = timedelta()

    def now(self) -> datetime:
        """Return the local wall time, without a time zone, as the camera keeps it."""
        return datetime.now(self._time_zone).replace(tzinfo=None) + self._offset + self.skew

    def set(self, local: datetime) -> None:
        """Set the local wall time; the clock runs on from there."""
        self._offset += local - self.now() + self.skew

    def utc(self) -> datetime:
        """Return the moment in UTC that the camera takes its wall time for."""
        return self.now().replace(tzinfo=self._time_zone).astimezone(UTC)


def in_section(section: str, moment: datetime) -> bool:
    """Tell whether `<mask> HH:MM:SS-HH:MM:SS` is switched on and holds the time of day.

    A section that ends before it begins runs over midnight.
    """
    match = _SECTION.fullmatch(section.strip())
    if match is None or int(match[1]) == 0:
        return False
    hours = [int(group) for group in match.groups()[1:]]
    begin = hours[0] * 3600 + hours[1] * 60 + hours[2]
    end = hours[3] * 3600 + hours[4] * 60 + hours[5]
    now = moment.hour * 3600 + moment.minute * 60 + moment.second
    return begin <= now <= end if begin <= end else now >= begin or now <= end


def week_row(moment: datetime, rows: int) -> int:
    """Return the row of a weekly plan: Sunday is row 0; a plan of one row serves every day."""
    return moment.isoweekday() % 7 if rows > 1 else 0
